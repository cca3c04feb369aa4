// What the administration pages share: one request at a time, its outcome in words, and the forms of the page.
import { api, asProblem, signInAgain } from "../kit/api.js";
import { Page } from "../kit/page.js";
import { html, nothing } from "../kit/vendor/lit.js";
import { ask, focusOn } from "../site/parts.js";
import { AdminForm } from "./form.js";

/**
 * @import { AnswerOf, BodyOf, Method, ProblemFields, RequestOptions } from "../kit/kit-types.d.ts"
 * @import { PropertyDeclaration, TemplateValue } from "../kit/vendor/lit.d.ts"
 * @import { AdminBoot, FormSpec, Note } from "./admin-types.d.ts"
 */

/**
 * @template {AdminBoot} Given
 * @extends {Page<Given>}
 */
export class SettingsPage extends Page {
  /** @type {Record<string, PropertyDeclaration>} */
  static properties = { note: { state: true }, busy: { state: true } };

  constructor() {
    super();
    /** @type {Note | null} */
    this.note = null;
    /** @type {boolean | string} whether something is under way, and what where pages tell it apart */
    this.busy = false;
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
   * @returns {Promise<AnswerOf<M, `/api/v1${Path}`> | undefined>}
   */
  ask(method, path, body, said = null) {
    return this.act(() => api(method, /** @type {`/api/v1${Path}`} */ (`/api/v1${path}`), body), said);
  }

  /**
   * Do something with the server while the buttons wait; what comes of it, undefined when it was refused. form: where
   * the field is that may be wrong.
   * @template Answer
   * @param {() => Promise<Answer>} work
   * @param {string | null} [said]
   * @param {AdminForm | null} [form]
   * @returns {Promise<Answer | undefined>}
   */
  async act(work, said = null, form = null) {
    this.busy = true;
    try {
      const answer = await work();
      this.note = said ? { text: said } : null;
      return answer;
    } catch (fault) {
      this.refused(asProblem(fault), form);
      return undefined;
    } finally {
      this.busy = false;
      await Promise.all([this.updateComplete, form?.updateComplete]);
      if (this.note) this.querySelector("[role=alert]")?.scrollIntoView({ block: "nearest" });
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
   * @param {AdminForm | null} [form]
   */
  refused(problem, form = null) {
    const { code, title, detail = "", field } = problem;
    if (code === "sign_in_needed") signInAgain();
    const why = detail.replace(`“${field}”`, `“${form?.refused(problem) || field}”`);
    this.note = { bad: true, text: code === "unreachable" ? this.t("admin.unreachable") : `${title}. ${why}` };
  }

  /**
   * Ask before changes are lost that are not saved; whether to go on.
   * @param {string} forms which forms of the page would lose theirs
   */
  async mayLeave(forms) {
    const lost = [...this.querySelectorAll(forms)].some((form) => form instanceof AdminForm && form.changed);
    return !lost || this.sure("admin.form.leave");
  }

  /**
   * Ask whether it is meant: `<key>_title`, `<key>_text`, and `yes` for the button, the key itself if not given.
   * @param {string} key
   * @param {Record<string, unknown>} [facts]
   * @param {{ text?: string, yes?: string }} [words]
   */
  sure(key, facts = {}, { text = this.t(`${key}_text`, facts), yes = this.t(key) } = {}) {
    return ask({ title: this.t(`${key}_title`, facts), text, yes, no: this.t("admin.cancel"), danger: true });
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

  /** @param {FormSpec} given */
  form(given) {
    return html`<admin-form id=${given.id} .page=${this} .given=${given}></admin-form>`;
  }

  /**
   * A button that waits while something is under way.
   * @param {TemplateValue} words
   * @param {() => unknown} act
   * @param {string} [kind]
   */
  button(words, act, kind = "") {
    return html`<button type="button" class="button ${kind}" ?disabled=${Boolean(this.busy)} @click=${act}>
      ${words}</button>`;
  }
}
