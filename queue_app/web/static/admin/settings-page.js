// What the pages of rules share: one request at a time, its outcome in words, and the field that is wrong.
import { api, signInAgain } from "../kit/api.js";
import { boot } from "../kit/boot.js";
import { translator } from "../kit/i18n.js";
import { html, LitElement, nothing } from "../kit/vendor/lit.js";
import { select } from "../site/parts.js";

export class SettingsPage extends LitElement {
  static properties = { note: { state: true }, busy: { state: true }, wrong: { state: true } };

  constructor() {
    super();
    this.boot = boot();
    this.t = translator(this.boot.text, this.boot.language);
    this.note = null;
    this.busy = false;
    this.wrong = null; // the field that the server did not like
  }

  createRenderRoot() {
    this.replaceChildren();
    return this;
  }

  /**
   * Ask the server; what it answers, undefined when it refused: then the page says why. said: what to say when done.
   */
  ask(method, path, body, said = null, options = {}) {
    return this.act(() => api(method, `/api/v1${path}`, body, options), said);
  }

  /** Do something with the server while the buttons wait; what comes of it, undefined when it was refused. */
  async act(work, said = null) {
    this.busy = true;
    this.wrong = null;
    try {
      const answer = await work();
      this.note = said && { text: said };
      return answer;
    } catch (problem) {
      this.refused(problem);
      return undefined;
    } finally {
      this.busy = false;
      await this.updateComplete;
      if (this.note) this.querySelector("[role=alert]")?.scrollIntoView({ block: "center" });
      this.querySelector("[aria-invalid=true]")?.focus();
    }
  }

  /** Look what is new, unasked: a word only when that cannot be, taken back when it can again. */
  async peek(work) {
    try {
      await work();
      if (this.note === this.lost) this.note = null;
      this.lost = undefined;
    } catch (problem) {
      this.refused(problem);
      this.lost = this.note;
    }
  }

  /** Say why the server did not do it, and which field is wrong. */
  refused({ code, title, detail, field }) {
    if (code === "sign_in_needed") signInAgain();
    this.wrong = field ?? null;
    const why = field ? detail.replace(`“${field}”`, `“${this.label(field)}”`) : detail;
    this.note = { bad: true, text: code === "unreachable" ? this.t("lobby.unreachable") : `${title}. ${why}` };
  }

  /** The name of a field for people; pages know better. */
  label(field) {
    return field;
  }

  invalid(field) {
    return this.wrong === field || this.wrong?.startsWith(`${field}.`) ? "true" : nothing;
  }

  /** What came of the last act; more: what else there is to be warned of. */
  noteView(more = nothing) {
    const { note } = this;
    return html`<div role="alert">${
      note ? html`<p class="banner ${note.bad ? "bad" : "good"}">${note.text}</p>` : nothing
    }${more}</div>`;
  }

  /** A number with its limits, a whole one if `step` does not say otherwise. */
  number(label, field, value, [least, most, step = 1], set) {
    return html`<label>${label}<input type="number" min=${least} max=${most} step=${step} required
      .value=${String(value)}
      aria-invalid=${this.invalid(field)} @change=${(event) => set(event.target.valueAsNumber)}></label>`;
  }

  check(label, checked, set, field = null) {
    return html`<label class="check"><input type="checkbox" .checked=${checked}
      aria-invalid=${field ? this.invalid(field) : nothing} @change=${(event) => set(event.target.checked)}>${
        label
      }</label>`;
  }

  choice(label, value, options, set) {
    return html`<label>${label}${select({ value, options, onPick: set })}</label>`;
  }
}
