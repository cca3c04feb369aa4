// What the pages of rules share: one request at a time, its outcome in words, and the field that is wrong.
import { api, asProblem, signInAgain } from "../kit/api.js";
import { Page } from "../kit/page.js";
import { html, nothing } from "../kit/vendor/lit.js";
import { focusOn, select } from "../site/parts.js";

/**
 * @import { AnswerOf, BodyOf, Boot, Method, ProblemFields, RequestOptions } from "../kit/kit-types.d.ts"
 * @import { PropertyDeclaration, TemplateValue } from "../kit/vendor/lit.d.ts"
 * @import { Limits, Note } from "./admin-types.d.ts"
 */

/**
 * @template {Boot} Given
 * @extends {Page<Given>}
 */
export class SettingsPage extends Page {
  /** @type {Record<string, PropertyDeclaration>} */
  static properties = { note: { state: true }, busy: { state: true }, wrong: { state: true } };

  constructor() {
    super();
    /** @type {Note | null} */
    this.note = null;
    /** @type {boolean | string} whether something is under way, and what where pages tell it apart */
    this.busy = false;
    /** @type {string | null} the field that the server did not like */
    this.wrong = null;
    /** @type {Note | null | undefined} what was said because the server could not be asked */
    this.lost = undefined;
  }

  /**
   * Ask the server; what it answers, undefined when it refused: then the page says why. said: what to say when done.
   * @template {Method} M
   * @template {string} Path
   * @param {M} method
   * @param {Path} path
   * @param {BodyOf<M, `/api/v1${Path}`> | null} [body]
   * @param {string | null} [said]
   * @param {RequestOptions} [options]
   * @returns {Promise<AnswerOf<M, `/api/v1${Path}`> | undefined>}
   */
  ask(method, path, body, said = null, options = {}) {
    const address = /** @type {`/api/v1${Path}`} */ (`/api/v1${path}`);
    return this.act(() => api(method, address, body, options), said);
  }

  /**
   * Do something with the server while the buttons wait; what comes of it, undefined when it was refused.
   * @template Answer
   * @param {() => Promise<Answer>} work
   * @param {string | null} [said]
   * @returns {Promise<Answer | undefined>}
   */
  async act(work, said = null) {
    this.busy = true;
    this.wrong = null;
    try {
      const answer = await work();
      this.note = said ? { text: said } : null;
      return answer;
    } catch (fault) {
      this.refused(asProblem(fault));
      return undefined;
    } finally {
      this.busy = false;
      await this.updateComplete;
      if (this.note) this.querySelector("[role=alert]")?.scrollIntoView({ block: "center" });
      focusOn(this, "[aria-invalid=true]");
    }
  }

  /**
   * Look what is new, unasked: a word only when that cannot be, taken back when it can again.
   * @param {() => Promise<unknown>} work
   */
  async peek(work) {
    try {
      await work();
      if (this.note === this.lost) this.note = null;
      this.lost = undefined;
    } catch (fault) {
      this.refused(asProblem(fault));
      this.lost = this.note;
    }
  }

  /**
   * Say why the server did not do it, and which field is wrong.
   * @param {ProblemFields} problem
   */
  refused({ code, title, detail = "", field }) {
    if (code === "sign_in_needed") signInAgain();
    this.wrong = field ?? null;
    const why = field ? detail.replace(`“${field}”`, `“${this.label(field)}”`) : detail;
    this.note = { bad: true, text: code === "unreachable" ? this.t("admin.unreachable") : `${title}. ${why}` };
  }

  /**
   * The name of a field for people; pages know better.
   * @param {string} field
   * @returns {string}
   */
  label(field) {
    return field;
  }

  /** @param {string} field */
  invalid(field) {
    return this.wrong === field || this.wrong?.startsWith(`${field}.`) ? "true" : nothing;
  }

  /**
   * What came of the last act; more: what else there is to be warned of.
   * @param {TemplateValue} [more]
   */
  noteView(more = nothing) {
    const { note } = this;
    return html`<div role="alert">${
      note ? html`<p class="banner ${note.bad ? "bad" : "good"}">${note.text}</p>` : nothing
    }${more}</div>`;
  }

  /**
   * A number with its limits, a whole one if `step` does not say otherwise.
   * @param {string} label
   * @param {string} field
   * @param {number} value
   * @param {Limits} limits
   * @param {(value: number) => void} set
   */
  number(label, field, value, [least, most, step = 1], set) {
    return html`<label>${label}<input type="number" min=${least} max=${most} step=${step} required
      .value=${String(value)}
      aria-invalid=${this.invalid(field)} @change=${(event) => set(event.target.valueAsNumber)}></label>`;
  }

  /**
   * @param {string} label
   * @param {boolean} checked
   * @param {(checked: boolean) => void} set
   * @param {string | null} [field]
   */
  check(label, checked, set, field = null) {
    return html`<label class="check"><input type="checkbox" .checked=${checked}
      aria-invalid=${field ? this.invalid(field) : nothing} @change=${(event) => set(event.target.checked)}>${
        label
      }</label>`;
  }

  /**
   * @template {string | number | null} Value
   * @param {string} label
   * @param {Value} value
   * @param {[Value, string][]} options
   * @param {(value: Value) => void} set
   */
  choice(label, value, options, set) {
    return html`<label>${label}${select({ value, options, onPick: set })}</label>`;
  }
}
