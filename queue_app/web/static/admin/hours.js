// When numbers are given: the hall's week, breaks, holidays and exceptions; a service's own, its quota, and its stop.
import { api } from "../kit/api.js";
import { pick } from "../kit/i18n.js";
import { html, nothing } from "../kit/vendor/lit.js";
import { select } from "../site/parts.js";
import { withPart } from "./form-rules.js";
import { breaksField, DAYS, exceptionsField, weekFields } from "./hours-parts.js";
import { SettingsPage } from "./settings-page.js";

/** @import { Draft, Field, Hours, HoursBoot, Week } from "./admin-types.d.ts" */

/** @returns {Hours & { weekly: Week }} */
const OFFICE = () => ({
  weekly: Object.fromEntries(DAYS.slice(0, 5).map((day) => [day, ["08:00-15:00"]])),
  breaks: [],
  exceptions: [],
  holidays: { national: true, joint_leave: true, bali: true },
});

/** @extends {SettingsPage<HoursBoot>} */
export class AdminHours extends SettingsPage {
  static properties = {
    hall: { state: true },
    chosen: { state: true },
    own: { state: true },
    issuing: { state: true },
  };

  constructor() {
    super();
    /** @type {Hours | null | undefined} null: open at any hour; undefined: not known yet */
    this.hall = undefined;
    this.chosen = 0;
    /** @type {Draft} the chosen service's quota, and where its hours differ */
    this.own = {};
    /** @type {boolean | null} whether the chosen service gives numbers, as far as staff decide */
    this.issuing = null;
  }

  connectedCallback() {
    super.connectedCallback();
    this.look();
  }

  async look() {
    const seen = await this.ask("GET", "/settings/hours");
    if (seen) this.hall = seen.hours;
  }

  /** @param {Draft} draft */
  async saveHall({ always, ...hours }) {
    const saved = await api("PUT", "/api/v1/settings/hours", { hours: always ? null : hours });
    this.hall = saved.hours;
    return saved;
  }

  /** @param {number} id */
  async choose(id) {
    const before = this.chosen;
    this.chosen = id;
    if (!(await this.mayLeave("#service"))) {
      this.chosen = before;
      return;
    }
    this.issuing = null;
    if (!id) return;
    const seen = await this.ask("GET", `/settings/services/${id}/hours`);
    const opening = seen && (await this.ask("GET", `/services/${id}/opening`));
    if (this.chosen === id && opening) this.keep(seen, opening.why !== "stopped");
  }

  /**
   * @param {{ hours: Hours | null, quota: number | null }} seen
   * @param {boolean | null} issuing
   */
  keep({ hours, quota }, issuing = this.issuing) {
    Object.assign(this, { own: { quota, ...hours }, issuing });
  }

  /** @param {Draft} draft */
  async saveService({ quota, ...hours }) {
    const body = { hours: Object.keys(hours).length ? hours : null, quota };
    const saved = await api("PUT", `/api/v1/settings/services/${this.chosen}/hours`, body);
    this.keep(saved);
    return saved;
  }

  /** @param {string} name */
  async stop(name) {
    const act = this.issuing ? "stop" : "resume";
    if (this.issuing && !(await this.sure("hours.stop", { name }))) return;
    const done = await this.ask("POST", `/services/${this.chosen}/${act}`, {}, this.t(`hours.${act}_done`));
    if (done) this.issuing = !this.issuing;
  }

  /** @returns {Field[]} */
  holidayFields() {
    const { t, boot } = this;
    const all = boot.bali.map(({ code }) => code);
    const chosen = (/** @type {Draft} */ { holidays }) => (holidays?.bali === true ? all : holidays?.bali || []);
    const part = (/** @type {string} */ name) => ({ name: `holidays.${name}`, kind: "check", label: `hours.${name}` });
    return [
      { kind: "view", view: () => html`<h3>${t("hours.holidays")}</h3>` },
      { kind: "group", look: "members", fields: [part("national"), part("joint_leave")] },
      {
        name: "holidays.bali",
        kind: "many",
        look: "members",
        label: "hours.bali",
        help: "hours.bali_text",
        options: boot.bali.map(({ code, name }) => [code, pick(name, boot.language)]),
        get: chosen,
      },
    ];
  }

  /**
   * @param {Draft} draft
   * @returns {Field[]}
   */
  hallFields(draft) {
    const { t } = this;
    /** @type {Field} */
    const always = {
      name: "always",
      kind: "check",
      label: "hours.always",
      put: (_, wanted) => (wanted ? { always: true } : OFFICE()),
    };
    return draft.always
      ? [always]
      : [always, ...weekFields(), ...this.holidayFields(), breaksField(t), exceptionsField(t)];
  }

  /**
   * @param {Draft} draft
   * @returns {Field[]}
   */
  serviceFields({ weekly }) {
    const { t } = this;
    const week = () => structuredClone(this.hall?.weekly ?? OFFICE().weekly);
    /** @type {Field} */
    const quota = { name: "quota", kind: "number", label: "hours.quota", least: 1, most: 9999, optional: true };
    return [
      { ...quota, placeholder: "hours.no_quota" },
      {
        name: "week",
        kind: "check",
        label: "hours.own_week",
        get: () => weekly !== undefined,
        put: (draft, wanted) => withPart(draft, "weekly", wanted ? week() : undefined),
      },
      ...(weekly ? weekFields() : []),
      breaksField(t),
      exceptionsField(t),
    ];
  }

  /** @param {string} name */
  serviceForm(name) {
    const { t, own, issuing } = this;
    const words = t(issuing ? "hours.stop" : "hours.resume");
    return html`<p class="acts">
        <span class="chip ${issuing ? "good" : "bad"}">${t(issuing ? "hours.issuing" : "hours.stopped")}</span>
        ${this.button(words, () => this.stop(name), issuing ? "danger" : "primary")}</p>
      ${this.form({
        id: "service",
        look: "stack",
        value: own,
        fields: (draft) => this.serviceFields(draft),
        send: (draft) => this.saveService(draft),
        said: t("rules.saved"),
      })}`;
  }

  serviceCard() {
    const { t, chosen, issuing, boot } = this;
    const named = boot.services.map(({ id, name, agency }) => [id, `${agency} · ${pick(name, boot.language)}`]);
    const options = /** @type {[number, string][]} */ ([[0, "…"], ...named]);
    const name = pick(boot.services.find(({ id }) => id === chosen)?.name, boot.language);
    return html`<section class="card"><h2>${t("hours.service")}</h2>
      <label>${t("hours.which")}${select({ value: chosen, options, onPick: (id) => this.choose(id) })}</label>
      ${chosen && issuing !== null ? this.serviceForm(name) : nothing}</section>`;
  }

  hallCard() {
    const { t, hall } = this;
    return this.form({
      id: "hall",
      heading: t("hours.hall"),
      value: hall ?? { always: true },
      fields: (draft) => this.hallFields(draft),
      send: (draft) => this.saveHall(draft),
      said: t("rules.saved"),
    });
  }

  render() {
    return html`<main class="admin rules"><h1>${this.t("hours.title")}</h1>${this.noteView()}
      ${this.hall === undefined ? nothing : [this.hallCard(), this.serviceCard()]}</main>`;
  }
}

customElements.define("admin-hours", AdminHours);
