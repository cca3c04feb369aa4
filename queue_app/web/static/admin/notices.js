// Staff put sentences on the boards for a time: what runs now, what is to come, a new one, taking one down.
import { api } from "../kit/api.js";
import { clock, longDate, pick } from "../kit/i18n.js";
import { html, nothing } from "../kit/vendor/lit.js";
import { icon, namedOptions } from "../site/parts.js";
import { SettingsPage } from "./settings-page.js";

/**
 * @import { NoticeIn, NoticeOut } from "../kit/api-types.d.ts"
 * @import { Draft, Field, NoticesBoot } from "./admin-types.d.ts"
 */

const LONGEST = 300;
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
  static properties = { notices: { state: true }, opened: { state: true } };

  constructor() {
    super();
    this.begun = performance.now();
    /** @type {NoticeOut[] | null} */
    this.notices = null;
    /** @type {Draft | null} */
    this.opened = null;
  }

  connectedCallback() {
    super.connectedCallback();
    this.look();
    setInterval(() => this.requestUpdate(), REFRESH_MS);
  }

  async look() {
    const seen = await this.ask("GET", "/notices");
    if (seen) this.notices = seen.notices;
  }

  now() {
    return this.boot.now + performance.now() - this.begun;
  }

  begin() {
    const { time_zone: tz } = this.boot;
    const now = this.now();
    const evening = instantOf(`${fieldOf(now, tz).slice(0, 10)}T23:59`, tz);
    const from = Math.floor(now / MINUTE_MS) * MINUTE_MS;
    this.opened = {
      text: "",
      zone: "",
      from_at: from,
      until_at: evening - now < HOUR_MS ? from + 24 * HOUR_MS : evening,
    };
  }

  /** @param {Draft} draft */
  async save({ zone, ...notice }) {
    const body = /** @type {NoticeIn} */ ({ ...notice, zone: zone || null });
    const seen = await api("POST", "/api/v1/notices", body);
    Object.assign(this, { notices: seen.notices, opened: null });
    return seen;
  }

  /** @param {NoticeOut} notice */
  async takeDown({ id, text }) {
    if (!(await this.sure("admin.notices.remove", {}, { text: `“${text}”` }))) return;
    const seen = await this.ask("DELETE", `/notices/${id}`);
    if (seen) this.notices = seen.notices;
  }

  /** @returns {Field[]} */
  fields() {
    const { t, boot } = this;
    const everywhere = /** @type {[string, string]} */ (["", t("admin.notices.everywhere")]);
    /** @type {(name: string) => Field} */
    const moment = (name) => ({
      name: `${name}_at`,
      kind: "moment",
      label: `admin.notices.${name}`,
      read: (text) => instantOf(text, boot.time_zone),
      write: (at) => fieldOf(at, boot.time_zone),
    });
    return [
      {
        name: "text",
        kind: "area",
        rows: 3,
        longest: LONGEST,
        label: "admin.notices.text",
        left: "admin.notices.left",
        wide: true,
      },
      {
        name: "zone",
        kind: "choice",
        label: "admin.displays.zone",
        options: [everywhere, ...namedOptions(boot.zones, boot.language)],
      },
      moment("from"),
      moment("until"),
    ];
  }

  /** @param {Draft} value */
  editor(value) {
    return this.form({
      id: "notice",
      heading: this.t("admin.notices.add"),
      value,
      fields: () => this.fields(),
      send: (draft) => this.save(draft),
      words: this.t("admin.notices.put_up"),
      cancel: () => this.leave(),
    });
  }

  leave() {
    this.opened = null;
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
    const { t, boot } = this;
    const now = this.now();
    const state = notice.until_at <= now ? "over" : notice.from_at > now ? "coming" : "on";
    const zone = boot.zones.find(({ code }) => code === notice.zone);
    return html`<li class="notice-row">
      <p class="notice-text">${notice.text}</p>
      <span class="chip ${state === "on" ? "good" : ""}">${t(`admin.notices.${state}`)}</span>
      <span class="grow">${zone ? pick(zone.name, boot.language) : t("admin.notices.everywhere")} ·
        ${this.when(notice)}</span>
      ${this.button(t("admin.notices.remove"), () => this.takeDown(notice), "danger")}</li>`;
  }

  list() {
    const { t, notices, boot } = this;
    if (notices?.length) return html`<ul class="screens">${notices.map((one) => this.row(one))}</ul>`;
    if (!notices || this.opened) return nothing;
    return html`<div class="card hollow">${icon(boot.assets, "speakerphone")}
      <h2>${t("admin.notices.none")}</h2><p>${t("admin.notices.none_text")}</p></div>`;
  }

  render() {
    const { t, opened, boot } = this;
    const add = html`${icon(boot.assets, "plus")}${t("admin.notices.add")}`;
    return html`<main class="admin"><h1>${t("admin.notices.title")}</h1>${this.noteView()}
      ${opened ? this.editor(opened) : html`<div class="acts">${this.button(add, () => this.begin(), "primary")}</div>`}
      ${this.list()}</main>`;
  }
}

customElements.define("admin-notices", AdminNotices);
