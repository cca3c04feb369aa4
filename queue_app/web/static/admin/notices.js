// Staff put sentences on the boards for a time: what runs now, what is to come, a new one, taking one down.
import { SettingsPage } from "../admin/settings-page.js";
import { clock, longDate, pick } from "../kit/i18n.js";
import { html, nothing } from "../kit/vendor/lit.js";
import { ask, icon, namedOptions, select } from "../site/parts.js";

/**
 * @import { NoticeOut, NoticesOut } from "../kit/api-types.d.ts"
 * @import { NoticeForm, NoticesBoot } from "../admin/admin-types.d.ts"
 */

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const REFRESH_MS = 30_000;

/**
 * How far a time zone is ahead of UTC at an instant (ms).
 * @param {number} at
 * @param {string} timeZone
 */
function ahead(at, timeZone) {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  }).formatToParts(at);
  const { year, month, day, hour, minute } = Object.fromEntries(parts.map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(year, month - 1, day, hour, minute) - Math.floor(at / MINUTE_MS) * MINUTE_MS;
}

/** The field's text for an instant, as the hall's clock shows it; and the instant of such a text. */
/** @type {(at: number, timeZone: string) => string} */
const fieldOf = (at, timeZone) => new Date(at + ahead(at, timeZone)).toISOString().slice(0, 16);
/** @type {(text: string, timeZone: string) => number} */
const instantOf = (text, timeZone) => {
  const read = Date.parse(`${text}Z`);
  return read - ahead(read, timeZone);
};

/** @extends {SettingsPage<NoticesBoot>} */
export class AdminNotices extends SettingsPage {
  static properties = { notices: { state: true }, form: { state: true } };

  constructor() {
    super();
    this.begun = performance.now();
    /** @type {NoticeOut[] | null} */
    this.notices = null;
    /** @type {NoticeForm | null} */
    this.form = null;
  }

  connectedCallback() {
    super.connectedCallback();
    this.show(this.ask("GET", "/notices"));
    setInterval(() => this.requestUpdate(), REFRESH_MS);
  }

  now() {
    return this.boot.now + performance.now() - this.begun;
  }

  /**
   * Show the notices of an answer; whether there was one.
   * @param {Promise<NoticesOut | undefined>} asked
   */
  async show(asked) {
    const seen = await asked;
    if (seen) this.notices = seen.notices;
    return seen !== undefined;
  }

  /** @param {string} field */
  label(field) {
    return this.t(`admin.notices.${field.replace("_at", "")}`);
  }

  begin() {
    const { time_zone: tz } = this.boot;
    const now = this.now();
    const evening = `${fieldOf(now, tz).slice(0, 10)}T23:59`;
    const until = instantOf(evening, tz) - now < HOUR_MS ? fieldOf(now + 24 * HOUR_MS, tz) : evening;
    this.form = { text: "", zone: "", from: fieldOf(now, tz), until };
  }

  /**
   * @param {keyof NoticeForm} name
   * @param {string} value
   */
  set(name, value) {
    if (this.form) this.form = { ...this.form, [name]: value };
  }

  /** @param {Event} event */
  async save(event) {
    event.preventDefault();
    if (!this.form) return;
    const { text, zone, from, until } = this.form;
    const { time_zone: tz } = this.boot;
    const times = { from_at: instantOf(from, tz), until_at: instantOf(until, tz) };
    const put = await this.show(this.ask("POST", "/notices", { text, zone: zone || null, ...times }));
    if (put) this.form = null;
  }

  /** @param {NoticeOut} notice */
  async takeDown({ id, text }) {
    const { t } = this;
    const sure = await ask({
      title: t("admin.notices.remove_title"),
      text: `“${text}”`,
      yes: t("admin.notices.remove"),
      no: t("admin.cancel"),
      danger: true,
    });
    if (sure) this.show(this.ask("DELETE", `/notices/${id}`));
  }

  /** @param {NoticeForm} form */
  editor(form) {
    const {
      t,
      busy,
      boot: { zones, language },
    } = this;
    return html`<form class="card" @submit=${(event) => this.save(event)}>
      <h2>${t("admin.notices.add")}</h2>
      <label>${t("admin.notices.text")}<textarea rows="3" maxlength="300" required autofocus .value=${form.text}
        aria-invalid=${this.invalid("text")} @input=${(event) => this.set("text", event.target.value)}></textarea>
        <small>${t("admin.notices.left", { n: 300 - form.text.length })}</small></label>
      <div class="fields">
        <label>${t("admin.displays.zone")}${select({
          value: form.zone,
          options: [["", t("admin.notices.everywhere")], ...namedOptions(zones, language)],
          onPick: (code) => this.set("zone", code),
        })}</label>
        <label>${t("admin.notices.from")}<input type="datetime-local" required .value=${form.from}
          @change=${(event) => this.set("from", event.target.value)}></label>
        <label>${t("admin.notices.until")}<input type="datetime-local" required min=${form.from} .value=${form.until}
          aria-invalid=${this.invalid("until_at")} @change=${(event) => this.set("until", event.target.value)}></label>
      </div>
      <div class="acts"><button class="button primary" type="submit" ?disabled=${busy}>
        ${t("admin.notices.put_up")}</button>
        <button class="button" type="button" @click=${() => {
          this.form = null;
        }}>${t("admin.cancel")}</button></div>
    </form>`;
  }

  /** @param {NoticeOut} notice */
  when({ from_at: from, until_at: until }) {
    const { language, time_zone: tz } = this.boot;
    const [first, last] = [from, until].map((at) => longDate(at, tz, language));
    return first === last
      ? `${first}, ${clock(from, tz)}–${clock(until, tz)}`
      : `${first}, ${clock(from, tz)} – ${last}, ${clock(until, tz)}`;
  }

  /** @param {NoticeOut} notice */
  row(notice) {
    const {
      t,
      boot: { zones, language },
    } = this;
    const now = this.now();
    const state = notice.until_at <= now ? "over" : notice.from_at > now ? "coming" : "on";
    const zone = zones.find(({ code }) => code === notice.zone);
    return html`<li class="notice-row">
      <p class="notice-text">${notice.text}</p>
      <span class="chip ${state === "on" ? "good" : ""}">${t(`admin.notices.${state}`)}</span>
      <span class="grow">${zone ? pick(zone.name, language) : t("admin.notices.everywhere")} ·
        ${this.when(notice)}</span>
      <button class="button danger" ?disabled=${this.busy} @click=${() => this.takeDown(notice)}>
        ${t("admin.notices.remove")}</button>
    </li>`;
  }

  render() {
    const {
      t,
      notices,
      form,
      boot: { assets },
    } = this;
    return html`<main class="admin"><h1>${t("admin.notices.title")}</h1>
      ${this.noteView()}
      ${
        form
          ? this.editor(form)
          : html`<div class="acts"><button class="button primary" @click=${() => this.begin()}>
        ${icon(assets, "plus")}${t("admin.notices.add")}</button></div>`
      }
      ${notices?.length ? html`<ul class="screens">${notices.map((one) => this.row(one))}</ul>` : nothing}
      ${
        notices && !notices.length && !form
          ? html`<div class="card hollow">${icon(assets, "speakerphone")}
        <h2>${t("admin.notices.none")}</h2><p>${t("admin.notices.none_text")}</p></div>`
          : nothing
      }
    </main>`;
  }
}

customElements.define("admin-notices", AdminNotices);
