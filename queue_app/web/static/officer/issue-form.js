// Staff take a number for somebody: a service, then a class. The same on the reception page and in the counter's
// dialog.

import { api, asProblem, signInAgain } from "../kit/api.js";
import { inWords, Part } from "../kit/page.js";
import { SendOnce } from "../kit/send-once.js";
import { focusOn } from "../site/parts.js";
import { firstAgency, firstPrinter, paperOf, servicesOf } from "./issue-rules.js";
import { issueView } from "./issue-view.js";
import { store, stored } from "./stored.js";

/**
 * @import { CatalogueOut, IssuedOut, PrinterOut } from "../kit/api-types.d.ts"
 * @import { Language, ProblemFields, Words } from "../kit/kit-types.d.ts"
 * @import { Changed } from "../kit/vendor/lit.d.ts"
 * @import { AgencyService, AssignableClass, OfficerBoot, Paper } from "./officer-types.d.ts"
 */

const PRINTER = "officer.printer";
const PAPER_EVERY_MS = 1_000;
const PAPER_LOOKS = 20;

/** @extends {Part<OfficerBoot>} */
export class IssueForm extends Part {
  static properties = {
    onDone: { attribute: false },
    catalogue: { state: true },
    printers: { state: true },
    agency: { state: true },
    text: { state: true },
    service: { state: true },
    spoken: { state: true },
    files: { state: true },
    printer: { state: true },
    pending: { state: true },
    problem: { state: true },
    issued: { state: true },
    paper: { state: true },
  };

  constructor() {
    super();
    /** @type {(() => void) | null} what "finished" does, where there is something to go back to */
    this.onDone = null;
    /** @type {CatalogueOut | null} */
    this.catalogue = null;
    /** @type {PrinterOut[]} */
    this.printers = [];
    this.printer = "";
    /** @type {number | null} whose services are shown; null: all */
    this.agency = null;
    this.text = "";
    /** @type {AgencyService | null} */
    this.service = null;
    /** @type {Language} */
    this.spoken = "id";
    this.files = 1;
    /** @type {AssignableClass | null} being taken */
    this.pending = null;
    /** @type {Words | null} */
    this.problem = null;
    this.once = new SendOnce();
    /** @type {IssuedOut | null} */
    this.issued = null;
    /** @type {Paper} */
    this.paper = "none";
  }

  connectedCallback() {
    super.connectedCallback();
    this.load();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  get services() {
    const { agency, text, language } = this;
    return this.catalogue === null ? [] : servicesOf(this.catalogue, { agency, text, language });
  }

  render() {
    return issueView(this);
  }

  /** @param {Changed} changed */
  updated(changed) {
    // The focus follows the steps, so that the keyboard goes on where the eye is.
    if (changed.has("service") || changed.has("issued") || changed.has("catalogue")) focusOn(this, "[data-focus]");
  }

  /** Fetch what there is to choose from. */
  async load() {
    this.problem = null;
    try {
      const [catalogue, { printers }] = await Promise.all([
        api("GET", "/api/v1/catalogue"),
        api("GET", "/api/v1/staff/printers"),
      ]);
      this.printers = printers;
      this.printer = firstPrinter(printers, stored(PRINTER));
      this.agency = firstAgency(catalogue, this.boot.officer.agency_id);
      this.catalogue = catalogue;
    } catch (fault) {
      this.#refused(asProblem(fault));
    }
  }

  /**
   * Choose the service, or go back to choosing (null).
   * @param {AgencyService | null} service
   */
  choose(service) {
    this.problem = null;
    this.once.forget();
    this.service = service;
  }

  /** @param {string} code */
  usePrinter(code) {
    this.printer = code;
    store(PRINTER, code);
  }

  /**
   * Take the number in a class. Pressed again without an answer in between, it is the same number.
   * @param {AssignableClass} kind
   */
  async take(kind) {
    const { service } = this;
    if (this.pending || !service) return;
    const body = {
      service: service.id,
      class: kind,
      language: this.spoken,
      files: this.files,
      printer: this.printer || null,
    };
    this.pending = kind;
    this.problem = null;
    try {
      this.issued = await this.once.send("POST", "/api/v1/staff/tickets", body);
      this.paper = this.issued.print_job ? paperOf(this.issued.print_job.state) : "none";
      this.#watchPaper(PAPER_LOOKS);
    } catch (fault) {
      this.#refused(asProblem(fault), kind);
    } finally {
      this.pending = null;
    }
  }

  /** Begin anew for the next person. */
  again() {
    this.#clear();
    this.text = "";
  }

  #clear() {
    clearTimeout(this.timer);
    this.service = null;
    this.spoken = "id";
    this.files = 1;
    this.pending = null;
    this.problem = null;
    this.once.forget();
    this.issued = null;
    this.paper = "none";
  }

  /** @param {number} looks */
  #watchPaper(looks) {
    if (this.paper !== "waiting" || !looks || !this.issued) return;
    const { token } = this.issued.ticket;
    this.timer = setTimeout(async () => {
      try {
        const { print_jobs: jobs } = await api("GET", `/api/v1/tickets/${token}/print-jobs`);
        const job = jobs.at(-1);
        if (this.issued?.ticket.token === token && job) this.paper = paperOf(job.state);
      } catch {
        // The number is valid without its paper; the next look may succeed.
      }
      if (this.issued?.ticket.token === token) this.#watchPaper(looks - 1);
    }, PAPER_EVERY_MS);
  }

  /**
   * @param {ProblemFields} problem
   * @param {AssignableClass | null} [kind]
   */
  #refused(problem, kind = null) {
    const { t } = this;
    if (problem.code === "sign_in_needed") {
      signInAgain();
      return;
    }
    const act = t("officer.act.issue");
    const lost = kind ? t("officer.unreachable.detail", { act }) : t("officer.unreachable.list");
    this.problem = inWords(problem, t, { title: t("officer.unreachable.title"), detail: lost });
  }
}

customElements.define("issue-form", IssueForm);
