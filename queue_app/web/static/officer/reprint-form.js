// Print a ticket once more at the reception: the counter's dialog, which stays open for the next number.

import { asProblem, signInAgain } from "../kit/api.js";
import { Part } from "../kit/page.js";
import { SendOnce } from "../kit/send-once.js";
import { nothing } from "../kit/vendor/lit.js";
import { focusOn } from "../site/parts.js";
import { pathOf } from "./actions.js";
import { reprint } from "./forms-print.js";
import { frame, sheetView, showForm } from "./sheet-frame.js";

/**
 * @import { PrinterOut } from "../kit/api-types.d.ts"
 * @import { Language } from "../kit/kit-types.d.ts"
 * @import { Changed } from "../kit/vendor/lit.d.ts"
 * @import { Form, OfficerBoot, ReprintPage, ReprintValues } from "./officer-types.d.ts"
 */

const ACT = "reprint";

/** @extends {Part<OfficerBoot>} */
export class ReprintForm extends Part {
  static properties = {
    form: { state: true },
    pending: { state: true },
  };

  constructor() {
    super();
    /** @type {ReprintPage["state"]} the reception has no line of its own */
    this.state = { ticket: null, waiting: [], held: [], missed: [] };
    /** @type {Form<ReprintValues, PrinterOut[]> | null} */
    this.form = null;
    this.pending = false;
    this.once = new SendOnce(); // the copy of an unanswered request may be on its way
    /** @type {{ act: "reprint" } | null} what nobody answered */
    this.unsent = null;
  }

  /** Ask which number. */
  open() {
    this.form = { act: ACT, about: null, ticket: null, values: reprint.start(this), data: null, problem: null };
    this.load();
  }

  async load() {
    if (!this.form) return;
    const data = await reprint.load(this, this.form);
    if (this.form) this.form = { ...this.form, data };
  }

  /** @param {Partial<ReprintValues>} values */
  fill(values) {
    if (this.form) this.form = { ...this.form, said: null, values: { ...this.form.values, ...values } };
  }

  dismiss() {
    this.form = null;
    this.unsent = null;
    this.once.forget();
  }

  async answer() {
    const { form } = this;
    if (this.pending || !form || !reprint.ready(this, form)) return;
    const [[, body]] = reprint.requests(this, form, "");
    Object.assign(this, { pending: true, unsent: null, form: { ...form, problem: null, said: null } });
    try {
      await this.once.send("POST", `/api/v1${pathOf(ACT)}`, body);
      const done = reprint.done(this, form);
      if (this.form)
        this.form = { ...this.form, values: { ...reprint.start(this), printer: form.values.printer }, said: done };
    } catch (fault) {
      const problem = asProblem(fault);
      if (problem.code === "sign_in_needed") signInAgain();
      if (problem.code === "unreachable") this.unsent = { act: ACT };
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
    return frame(this, form ? (reprint.kind ?? "") : "", form ? sheetView(this, form, reprint) : nothing);
  }

  /** @param {Changed} changed */
  updated(changed) {
    showForm(this, changed);
    const before = /** @type {Form | null | undefined} */ (changed.get("form"));
    if (this.form?.said && !before?.said) focusOn(this, "#label");
  }
}

customElements.define("reprint-form", ReprintForm);
