// What the elements of our pages share: they stand in the document itself and speak the page's language.
import { boot, GIVEN } from "./boot.js";
import { translator } from "./i18n.js";
import { LitElement } from "./vendor/lit.js";

/**
 * @import { Boot, Language, ProblemFields, Translate, Words } from "./kit-types.d.ts"
 * @import { PropertyDeclaration } from "./vendor/lit.d.ts"
 */

/**
 * A whole page. It takes the place of what the server wrote, and starts from what the server gave it.
 * @template {Boot} Given
 */
export class Page extends LitElement {
  /** @type {Record<string, PropertyDeclaration>} */
  static properties = { language: { state: true } };

  constructor() {
    super();
    /** @type {Given} */
    this.boot = boot();
    /** @type {Language} */
    this.language = this.boot.language;
  }

  createRenderRoot() {
    this.replaceChildren();
    return this;
  }

  get t() {
    return translator(this.boot.text, this.language);
  }
}

/**
 * An element inside a page, which gives it what it starts from.
 * @template {Boot} Given
 */
export class Part extends LitElement {
  /** @type {Record<string, PropertyDeclaration>} */
  static properties = { boot: { attribute: false }, language: { attribute: false } };

  constructor() {
    super();
    /** @type {Given} */
    this.boot = GIVEN;
    /** @type {Language} */
    this.language = GIVEN;
  }

  createRenderRoot() {
    return this;
  }

  get t() {
    return translator(this.boot.text, this.language);
  }
}

/**
 * What to tell a person of a problem. lost: what to say where no answer came.
 * @param {ProblemFields} problem
 * @param {Translate} t
 * @param {Words} lost
 * @returns {Words}
 */
export function inWords({ code, title, detail }, t, lost) {
  if (code === "unreachable") return { ...lost, code };
  return { code, title: title || t("refusal.internal.title"), detail };
}
