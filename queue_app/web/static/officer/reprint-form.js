// Print a ticket once more at the reception: the counter's dialog, which stays open for the next number.
import { api, newKey, signInAgain } from "../kit/api.js";
import { translator } from "../kit/i18n.js";
import { LitElement, nothing } from "../kit/vendor/lit.js";
import { reprint } from "./forms-paper.js";
import { ACTS } from "./rules.js";
import { frame, sheetView, showForm } from "./sheet-frame.js";

const ACT = "reprint";

class ReprintForm extends LitElement {
  static properties = {
    boot: { attribute: false },
    language: { attribute: false },
    form: { state: true },
    pending: { state: true },
  };

  constructor() {
    super();
    this.state = { ticket: null, waiting: [], held: [], missed: [] }; // the reception has no line of its own
    this.form = null;
    this.pending = false;
    this.unsent = null; // {act, said, key}: what nobody answered; the copy may be on its way, so it keeps its key
  }

  createRenderRoot() {
    return this;
  }

  get t() {
    return translator(this.boot.text, this.language);
  }

  /** Ask which number. */
  open() {
    this.form = { act: ACT, ticket: null, values: reprint.start(this), data: null, problem: null, said: null };
    this.load();
  }

  async load() {
    const data = await reprint.load(this);
    if (this.form) this.form = { ...this.form, data };
  }

  fill(values) {
    this.form = { ...this.form, said: null, values: { ...this.form.values, ...values } };
  }

  dismiss() {
    this.form = null;
    this.unsent = null;
  }

  async answer() {
    const { form } = this;
    if (this.pending || !reprint.ready(this, form)) return;
    const [[, body]] = reprint.requests(this, form);
    const said = JSON.stringify(body);
    const key = this.unsent?.said === said ? this.unsent.key : newKey();
    Object.assign(this, { pending: true, unsent: null, form: { ...form, problem: null, said: null } });
    try {
      await api("POST", `/api/v1${ACTS[ACT].path}`, body, { key, timeout: 8_000 });
      const done = reprint.done(this, form);
      if (this.form)
        this.form = { ...this.form, values: { ...reprint.start(this), printer: form.values.printer }, said: done };
    } catch (problem) {
      if (problem.code === "sign_in_needed") signInAgain();
      if (problem.code === "unreachable") this.unsent = { act: ACT, said, key };
      else if (this.form)
        this.form = {
          ...this.form,
          problem: { title: problem.title || this.t("refusal.internal.title"), detail: problem.detail },
        };
    } finally {
      this.pending = false;
    }
  }

  render() {
    const { form } = this;
    return frame(this, form ? reprint.kind : "", form ? sheetView(this, form, reprint) : nothing);
  }

  updated(changed) {
    showForm(this, changed);
    if (this.form?.said && !changed.get("form")?.said) this.querySelector("#label")?.focus();
  }
}

customElements.define("reprint-form", ReprintForm);
