// Print a ticket once more, as a copy: which number, why, and where.
import { api, newKey, signInAgain } from "../kit/api.js";
import { translator } from "../kit/i18n.js";
import { LitElement, html, nothing } from "../kit/vendor/lit.js";
import { icon } from "../site/parts.js";
import { REASONS } from "./forms-paper.js";

class ReprintForm extends LitElement {
  static properties = {
    boot: { attribute: false }, language: { attribute: false },
    printers: { state: true }, note: { state: true }, busy: { state: true },
  };

  constructor() {
    super();
    this.printers = [];
    this.note = null; // {bad, text}
    this.busy = false;
    this.key = null; // {said, key}: the request whose answer is awaited
  }

  createRenderRoot() {
    return this;
  }

  get t() {
    return translator(this.boot.text, this.language);
  }

  /** Ask which number. */
  async open() {
    this.note = null;
    this.querySelector("dialog").showModal();
    try {
      this.printers = (await api("GET", "/api/v1/staff/printers")).printers;
    } catch {
      this.printers = []; // it is printed where it was printed
    }
  }

  async send(event) {
    event.preventDefault();
    if (this.busy) return;
    const form = event.target;
    const { label, reason, printer } = Object.fromEntries(new FormData(form));
    const body = { label: label.trim(), reason, ...(printer ? { printer } : {}) };
    const said = JSON.stringify(body);
    this.key = this.key?.said === said ? this.key : { said, key: newKey() };
    this.busy = true;
    try {
      await api("POST", "/api/v1/staff/reprints", body, { key: this.key.key, timeout: 8_000 });
      this.key = null;
      this.note = { text: this.t("officer.reprint.done", { label: body.label.toUpperCase() }) };
      form.reset();
    } catch (problem) {
      if (problem.code === "sign_in_needed") signInAgain();
      // Only an act without an answer keeps its key: the copy may be on its way.
      if (problem.code !== "unreachable") this.key = null;
      const { t } = this;
      const words = problem.code === "unreachable"
        ? [t("officer.unreachable.title"), t("officer.unreachable.detail", { act: t("officer.reprint.title") })]
        : [problem.title || t("refusal.internal.title"), problem.detail];
      this.note = { bad: true, text: words.join(". ") };
    } finally {
      this.busy = false;
    }
  }

  render() {
    const { t, boot: { assets }, note, printers } = this;
    return html`<dialog class="ask reprint" aria-labelledby="reprint-title">
      <form @submit=${(event) => this.send(event)}>
        <h2 id="reprint-title">${t("officer.reprint.title")}</h2><p>${t("officer.reprint.text")}</p>
        <div role="alert">${note ? html`<p class="banner ${note.bad ? "bad" : "good"}">${note.text}</p>` : nothing}</div>
        <label>${t("officer.reprint.label")}<input name="label" required maxlength="12" autocomplete="off" placeholder="A-012" autofocus></label>
        <label>${t("officer.reprint.reason")}<select name="reason">${REASONS.map((one) => html`<option value=${one}>${t(`officer.reprint.${one}`)}</option>`)}</select></label>
        <label>${t("officer.issue.printer")}<select name="printer"><option value="">${t("officer.reprint.same")}</option>
          ${printers.map(({ code, paper_mm: mm }) => html`<option value=${code}>${t("officer.issue.printer_name", { code, mm })}</option>`)}</select></label>
        <div class="choices">
          <button class="button" type="button" @click=${() => this.querySelector("dialog").close()}>${t("officer.issue.finished")}</button>
          <button class="button primary" ?disabled=${this.busy}>${icon(assets, "printer")}${t("officer.reprint.act")}</button>
        </div>
      </form></dialog>`;
  }
}

customElements.define("reprint-form", ReprintForm);
