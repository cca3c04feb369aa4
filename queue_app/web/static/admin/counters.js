// The counters of the hall: a list of them, and for one of them what it serves, in which order, and when nobody sits
// there.
import { pick } from "../kit/i18n.js";
import { html, nothing } from "../kit/vendor/lit.js";
import { icon } from "../site/parts.js";
import { breaksView, fieldName } from "./hours-parts.js";
import { SettingsPage } from "./settings-page.js";
import { normal, stranded, unserved } from "./tier-rules.js";
import { tiersView } from "./tiers-view.js";

/**
 * @import { TemplateValue } from "../kit/vendor/lit.d.ts"
 * @import { Break, CounterSettings, CountersBoot, Tiers } from "./admin-types.d.ts"
 */

const same = (/** @type {unknown} */ one, /** @type {unknown} */ other) =>
  JSON.stringify(one) === JSON.stringify(other);

/** @extends {SettingsPage<CountersBoot>} */
export class AdminCounters extends SettingsPage {
  static properties = {
    counters: { state: true },
    text: { state: true },
    tiers: { state: true },
    help: { state: true },
    breaks: { state: true },
    said: { state: true },
  };

  constructor() {
    super();
    this.counters = this.boot.counters;
    this.services = new Map(this.boot.services.map((one) => [one.id, one]));
    /** @type {Tiers} */
    this.tiers = [];
    /** @type {number | null} after how many minutes a tier helps the one before */
    this.help = null;
    /** @type {Break[]} */
    this.breaks = [];
    this.text = ""; // what the list is searched for
    this.said = ""; // what a screen reader hears of a move
    this.onLeave = (/** @type {Event} */ event) => {
      if (this.changed) event.preventDefault();
    };
    if (this.stored) this.reset("tiers", "breaks");
  }

  connectedCallback() {
    super.connectedCallback();
    addEventListener("beforeunload", this.onLeave);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener("beforeunload", this.onLeave);
  }

  /** The chosen counter as the server has it; undefined in the list. */
  get stored() {
    return this.counters.find(({ id }) => id === this.boot.chosen);
  }

  get preference() {
    return { tiers: normal(this.tiers), help_after_minutes: this.tiers.length > 1 ? this.help : null };
  }

  get servesChanged() {
    const { tiers, help_after_minutes } = this.stored ?? {};
    return !same(this.preference, { tiers, help_after_minutes });
  }

  get breaksChanged() {
    return !same(this.breaks, this.stored?.breaks);
  }

  get changed() {
    return Boolean(this.stored) && (this.servesChanged || this.breaksChanged);
  }

  /**
   * Take back what is not saved, of one part or both.
   * @param {...("tiers" | "breaks")} parts
   */
  reset(...parts) {
    if (!this.stored) return;
    const { tiers, help_after_minutes, breaks } = structuredClone(this.stored);
    if (parts.includes("tiers")) Object.assign(this, { tiers, help: help_after_minutes });
    if (parts.includes("breaks")) this.breaks = breaks;
    this.wrong = null;
  }

  /** @param {string} field */
  label(field) {
    const [, at] = /^tiers\[(\d+)\]/.exec(field) ?? [];
    if (at !== undefined) return this.tierName(Number(at));
    if (field === "help_after_minutes") return this.t("counters.help_minutes");
    return field === "breaks" ? this.t("hours.breaks") : fieldName(this, field);
  }

  /** @param {number} at */
  tierName(at) {
    return this.tiers.length > 1 ? this.t("counters.tier", { n: at + 1 }) : this.t("counters.pool");
  }

  /** @param {number} id */
  serviceName(id) {
    return pick(this.services.get(id)?.name, this.boot.language);
  }

  get address() {
    return /** @type {const} */ (`/settings/counters/${this.boot.chosen ?? 0}`);
  }

  /** @param {Event} event */
  async savePreference(event) {
    event.preventDefault();
    const saved = await this.ask("PUT", `${this.address}/preference`, this.preference, this.t("rules.saved"));
    if (saved) this.keep(saved, "tiers");
  }

  /** @param {Event} event */
  async saveBreaks(event) {
    event.preventDefault();
    const { breaks } = this;
    const saved = await this.ask("PUT", `${this.address}/breaks`, { breaks }, this.t("rules.saved"));
    if (saved) this.keep(/** @type {{ breaks: Break[] }} */ (saved), "breaks");
  }

  /**
   * Keep what the server has now.
   * @param {Partial<CounterSettings>} saved
   * @param {"tiers" | "breaks"} part
   */
  keep(saved, part) {
    this.counters = this.counters.map((one) => (one.id === this.boot.chosen ? { ...one, ...saved } : one));
    this.reset(part);
  }

  /**
   * @param {boolean} changed
   * @param {"tiers" | "breaks"} part
   */
  saveButtons(changed, part) {
    const { t, busy } = this;
    return html`<div class="acts"><button class="button primary" ?disabled=${busy}>${t("admin.save")}</button>
      ${
        changed
          ? html`<button class="button" type="button" @click=${() => this.reset(part)}>
            ${t("counters.take_back")}</button>
        <span class="chip unsaved">${t("counters.unsaved")}</span>`
          : nothing
      }</div>`;
  }

  /**
   * @param {string} key
   * @param {number[]} ids
   */
  namesBanner(key, ids) {
    const names = ids.map((id) => `${this.serviceName(id)} (${this.services.get(id)?.agency})`).join(", ");
    return html`<div class="told" role="status">${
      ids.length
        ? html`<p class="banner">${icon(this.boot.assets, "alert-triangle")}<span>${this.t(key, { names })}</span></p>`
        : nothing
    }</div>`;
  }

  /** What the setting means, in one sentence. */
  meaning() {
    const { t, tiers, help } = this;
    if (tiers.length < 2) return t("counters.means.pool");
    return help === null ? t("counters.means.tiers") : t("counters.means.help", { n: Number.isNaN(help) ? "…" : help });
  }

  helpView() {
    const {
      t,
      help,
      boot: { most },
    } = this;
    const set = (/** @type {number | null} */ value) => {
      this.help = value;
    };
    return html`${this.check(t("counters.help"), help !== null, (wanted) => set(wanted ? 20 : null))}
      ${
        help === null
          ? nothing
          : html`<div class="fields">${this.number(
              t("counters.help_minutes"),
              "help_after_minutes",
              help,
              [0, most.help],
              set,
            )}</div>`
      }`;
  }

  servesCard() {
    const {
      t,
      tiers,
      counters,
      boot: { chosen },
    } = this;
    return html`<form class="card" @submit=${(event) => this.savePreference(event)}>
      <h3>${t("counters.serves")}</h3>
      <p class="hint">${this.meaning()}</p>
      ${tiersView(this)}
      ${tiers.length > 1 ? this.helpView() : nothing}
      ${this.namesBanner("counters.stranded", stranded(counters, chosen, tiers))}
      ${this.saveButtons(this.servesChanged, "tiers")}</form>`;
  }

  breaksCard() {
    const { t, breaks } = this;
    const set = (/** @type {Break[]} */ value) => {
      this.breaks = value;
    };
    return html`<form class="card" @submit=${(event) => this.saveBreaks(event)}>
      ${breaksView(this, breaks, set)}
      <p class="hint">${
        breaks.length ? t("counters.breaks_text") : `${t("counters.no_breaks")} ${t("counters.breaks_text")}`
      }</p>
      ${this.saveButtons(this.breaksChanged, "breaks")}</form>`;
  }

  /**
   * The way back to the list, and to the counters beside this one.
   * @param {CounterSettings} stored
   */
  ways(stored) {
    const {
      t,
      counters,
      boot: { assets },
    } = this;
    const at = counters.indexOf(stored);
    const to = (/** @type {CounterSettings | null} */ one, /** @type {TemplateValue} */ sign) =>
      html`<a class="button" href=${one ? `/admin/counters/${one.id}` : "/admin/counters"}>${sign}</a>`;
    const [before, after] = [counters[at - 1], counters[at + 1]];
    return html`<nav class="acts" aria-label=${t("counters.title")}>
      ${to(null, html`${icon(assets, "list-check")}${t("counters.all")}`)}
      ${before ? to(before, html`${icon(assets, "arrow-left")}${before.name}`) : nothing}
      ${after ? to(after, html`${after.name}${icon(assets, "arrow-right")}`) : nothing}</nav>`;
  }

  /** @param {CounterSettings} stored */
  editor(stored) {
    return html`${this.ways(stored)}<h2>${stored.name} <small>${this.placeOf(stored)}</small></h2>${this.noteView()}
      ${this.servesCard()}${this.breaksCard()}<p class="visually-hidden" role="status">${this.said}</p>`;
  }

  /** @param {CounterSettings} one */
  placeOf({ agency, zone }) {
    const name = pick(this.boot.zones.find(({ id }) => id === zone)?.name, this.boot.language);
    return [agency, name].filter(Boolean).join(" · ");
  }

  /** @param {CounterSettings} one */
  summary({ tiers, help_after_minutes: help }) {
    const { t } = this;
    const n = tiers.flat().length;
    if (!n) return t("counters.sum.none");
    if (tiers.length < 2) return t("counters.sum.pool", { n });
    return help === null
      ? t("counters.sum.tiers", { n, tiers: tiers.length })
      : t("counters.sum.help", { n, tiers: tiers.length, help });
  }

  /** @param {CounterSettings} one */
  card(one) {
    const {
      t,
      boot: { language },
    } = this;
    const breaks = one.breaks
      .map(({ name, time }) => [pick(name, language), time].filter(Boolean).join(" "))
      .join(", ");
    return html`<li><a class="counter-card" href="/admin/counters/${one.id}"><strong>${one.name}</strong><span>${
      one.agency
    }</span>
      <small>${this.summary(one)}</small><small>${breaks || t("counters.no_breaks")}</small></a></li>`;
  }

  /** @param {CounterSettings} one */
  finds({ name, code, agency, tiers }) {
    const words = [name, code, agency, ...tiers.flat().map((id) => this.serviceName(id))].join(" ").toLowerCase();
    return words.includes(this.text.trim().toLowerCase());
  }

  list() {
    const {
      t,
      counters,
      services,
      boot: { zones, language },
    } = this;
    const found = counters.filter((one) => this.finds(one));
    const here = zones
      .map(({ id, name }) => ({ name, some: found.filter(({ zone }) => zone === id) }))
      .filter(({ some }) => some.length);
    return html`<p class="hint">${t("counters.text")}</p>
      ${this.namesBanner("counters.unserved", unserved(counters, [...services.keys()]))}
      ${
        counters.length
          ? html`<label class="search">${t("counters.search")}<input type="search" autocomplete="off"
            .value=${this.text}
        @input=${(event) => {
          this.text = event.target.value;
        }}></label>`
          : html`<p class="card hollow">${t("counters.empty")}</p>`
      }
      ${here.map(
        ({ name, some }) =>
          html`<section><h2>${pick(name, language)}</h2><ul class="counter-cards">${some.map((one) => this.card(one))}
            </ul></section>`,
      )}
      <div class="told" role="status">${
        counters.length && !found.length ? html`<p>${t("counters.not_found")}</p>` : nothing
      }</div>`;
  }

  render() {
    const { stored } = this;
    return html`<main class="admin rules">
      <h1>${this.t("counters.title")}</h1>${stored ? this.editor(stored) : this.list()}</main>`;
  }
}

customElements.define("admin-counters", AdminCounters);
