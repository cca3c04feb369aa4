// When numbers are given: the hall's week, breaks, holidays and exceptions; a service's own, its quota, and its stop.
import { pick } from "../kit/i18n.js";
import { html, nothing } from "../kit/vendor/lit.js";
import { ask } from "../site/parts.js";
import { breaksView, DAYS, exceptionsView, fieldName, weekView } from "./hours-parts.js";
import { SettingsPage } from "./settings-page.js";

/** @import { Hours, HoursBoot, Week } from "./admin-types.d.ts" */

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
    quota: { state: true },
    issuing: { state: true },
  };

  constructor() {
    super();
    /** @type {Hours | null | undefined} null: open at any hour; undefined: not known yet */
    this.hall = undefined;
    this.chosen = 0;
    /** @type {Hours | null} the chosen service's own */
    this.own = null;
    /** @type {number | null} */
    this.quota = null;
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

  /** @param {string} field */
  label(field) {
    return fieldName(this, field);
  }

  /** @param {Event} event */
  async saveHall(event) {
    event.preventDefault();
    const saved = await this.ask("PUT", "/settings/hours", { hours: this.hall ?? null }, this.t("rules.saved"));
    if (saved) this.hall = saved.hours;
  }

  /** @param {number} id */
  async choose(id) {
    this.chosen = id;
    this.issuing = null;
    if (!id) return;
    const seen = await this.ask("GET", `/settings/services/${id}/hours`);
    const opening = seen && (await this.ask("GET", `/services/${id}/opening`));
    if (this.chosen === id && opening)
      Object.assign(this, { own: seen.hours, quota: seen.quota, issuing: opening.why !== "stopped" });
  }

  /** @param {Event} event */
  async saveService(event) {
    event.preventDefault();
    const body = { hours: this.own, quota: this.quota };
    await this.ask("PUT", `/settings/services/${this.chosen}/hours`, body, this.t("rules.saved"));
  }

  /** @param {string} name */
  async stop(name) {
    const { t } = this;
    const sure =
      !this.issuing ||
      (await ask({
        title: t("hours.stop_title", { name }),
        text: t("hours.stop_text"),
        yes: t("hours.stop"),
        no: t("admin.cancel"),
        danger: true,
      }));
    if (!sure) return;
    const act = this.issuing ? "stop" : "resume";
    const done = await this.ask("POST", `/services/${this.chosen}/${act}`, {}, t(`hours.${act}_done`));
    if (done) this.issuing = !this.issuing;
  }

  /** @param {Hours} hall */
  holidays(hall) {
    const {
      t,
      boot: { bali, language },
    } = this;
    const { national = false, joint_leave: joint = false, bali: stored = false } = hall.holidays ?? {};
    const chosen = stored === true ? bali.map(({ code }) => code) : stored || [];
    const set = (/** @type {NonNullable<Hours["holidays"]>} */ values) => {
      this.hall = { ...hall, holidays: { national, joint_leave: joint, bali: stored, ...values } };
    };
    const toggled = (/** @type {string} */ code) =>
      bali.map((day) => day.code).filter((one) => (one === code ? !chosen.includes(code) : chosen.includes(one)));
    return html`<h3>${t("hours.holidays")}</h3><div class="members">
      ${this.check(t("hours.national"), national, (value) => set({ national: value }))}
      ${this.check(t("hours.joint_leave"), joint, (value) => set({ joint_leave: value }))}</div>
      <fieldset><legend>${t("hours.bali")}</legend><div class="members">
      ${bali.map(({ code, name }) =>
        this.check(pick(name, language), chosen.includes(code), () => set({ bali: toggled(code) })),
      )}</div></fieldset>
      <p class="hint">${t("hours.bali_text")}</p>`;
  }

  /**
   * What hall and service share: breaks and exceptions.
   * @param {Hours} hours
   * @param {(hours: Hours) => void} set
   */
  rest(hours, set) {
    return html`${breaksView(this, hours.breaks ?? [], (breaks) => set({ ...hours, breaks }))}
      ${exceptionsView(this, hours.exceptions ?? [], (exceptions) => set({ ...hours, exceptions }))}`;
  }

  hallCard() {
    const { t, hall } = this;
    const set = (/** @type {Hours | null} */ value) => {
      this.hall = value;
    };
    return html`<form class="card" @submit=${(event) => this.saveHall(event)}><h2>${t("hours.hall")}</h2>
      ${this.check(t("hours.always"), hall === null, (always) => set(always ? null : OFFICE()))}
      ${
        hall
          ? [
              weekView(this, hall.weekly ?? {}, (weekly) => set({ ...hall, weekly })),
              this.holidays(hall),
              this.rest(hall, set),
            ]
          : nothing
      }
      <div class="acts"><button class="button primary" ?disabled=${this.busy}>${t("admin.save")}</button></div></form>`;
  }

  /** @param {string} name */
  serviceForm(name) {
    const { t, own, quota, issuing } = this;
    const set = (/** @type {Hours | null} */ value) => {
      this.own = value;
    };
    const ownWeek = own?.weekly !== undefined;
    const week = (/** @type {boolean} */ wanted) => {
      const { weekly, ...rest } = own ?? {};
      set(
        wanted
          ? { ...rest, weekly: weekly ?? this.hall?.weekly ?? OFFICE().weekly }
          : Object.keys(rest).length
            ? rest
            : null,
      );
    };
    return html`<p class="acts"><span class="chip ${issuing ? "good" : "bad"}">${t(
      issuing ? "hours.issuing" : "hours.stopped",
    )}</span>
        <button class="button ${issuing ? "danger" : "primary"}" type="button" ?disabled=${this.busy}
          @click=${() => this.stop(name)}>${t(issuing ? "hours.stop" : "hours.resume")}</button></p>
      <form class="stack" @submit=${(event) => this.saveService(event)}>
      <div class="fields"><label>${t("hours.quota")}<input type="number" min="1" max="9999"
        placeholder=${t("hours.no_quota")} .value=${quota === null ? "" : String(quota)}
        @change=${(event) => {
          this.quota = event.target.value === "" ? null : event.target.valueAsNumber;
        }}></label>
        ${this.check(t("hours.own_week"), ownWeek, week)}</div>
      ${own?.weekly ? weekView(this, own.weekly, (weekly) => set({ ...own, weekly })) : nothing}
      ${this.rest(own ?? {}, set)}
      <div class="acts"><button class="button primary" ?disabled=${this.busy}>${t("admin.save")}</button></div></form>`;
  }

  serviceCard() {
    const {
      t,
      chosen,
      issuing,
      boot: { services, language },
    } = this;
    /** @type {[number, string][]} */
    const named = services.map(({ id, name, agency }) => [id, `${agency} · ${pick(name, language)}`]);
    const name = pick(services.find(({ id }) => id === chosen)?.name, language);
    return html`<section class="card"><h2>${t("hours.service")}</h2>
      ${this.choice(t("hours.which"), chosen, [[0, "…"], ...named], (id) => this.choose(id))}
      ${chosen && issuing !== null ? this.serviceForm(name) : nothing}</section>`;
  }

  render() {
    const { t, hall } = this;
    return html`<main class="admin rules"><h1>${t("hours.title")}</h1>${this.noteView()}
      ${hall === undefined ? nothing : html`${this.hallCard()}${this.serviceCard()}`}</main>`;
  }
}

customElements.define("admin-hours", AdminHours);
