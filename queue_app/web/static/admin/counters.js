// The counters of the hall: a list of them, and for one of them what it serves, in which order, and when nobody sits
// there.
import { api } from "../kit/api.js";
import { pick } from "../kit/i18n.js";
import { html, nothing } from "../kit/vendor/lit.js";
import { icon } from "../site/parts.js";
import { breaksField } from "./hours-parts.js";
import { SettingsPage } from "./settings-page.js";
import { normal, stranded, unserved } from "./tier-rules.js";
import { tiersView } from "./tiers-view.js";

/**
 * @import { TemplateEvent, TemplateValue } from "../kit/vendor/lit.d.ts"
 * @import { CounterSettings, CountersBoot, Draft, Field, Tiers } from "./admin-types.d.ts"
 */

/** @extends {SettingsPage<CountersBoot>} */
export class AdminCounters extends SettingsPage {
  static properties = { counters: { state: true }, text: { state: true }, said: { state: true } };

  constructor() {
    super();
    this.counters = this.boot.counters;
    this.services = new Map(this.boot.services.map((one) => [one.id, one]));
    this.text = ""; // what the list is searched for
    this.said = ""; // what a screen reader hears of a move
  }

  /** The chosen counter as the server has it; undefined in the list. */
  get stored() {
    return this.counters.find(({ id }) => id === this.boot.chosen);
  }

  /**
   * @param {number} at
   * @param {Tiers} tiers
   */
  tierName(at, tiers) {
    return tiers.length > 1 ? this.t("counters.tier", { n: at + 1 }) : this.t("counters.pool");
  }

  /** @param {number} id */
  serviceName(id) {
    return pick(this.services.get(id)?.name, this.boot.language);
  }

  /**
   * Save a part of the chosen counter, and keep what the server has now.
   * @param {"preference" | "breaks"} part
   * @param {Draft} draft
   */
  async save(part, draft) {
    const body = /** @type {any} */ (draft);
    const saved = await api("PUT", `/api/v1/settings/counters/${this.boot.chosen ?? 0}/${part}`, body);
    const own = /** @type {Partial<CounterSettings>} */ (saved);
    this.counters = this.counters.map((one) => (one.id === this.boot.chosen ? { ...one, ...own } : one));
    return saved;
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

  /**
   * What the setting means, in one sentence.
   * @param {Draft} draft
   */
  meaning({ tiers, help_after_minutes: help }) {
    const facts = { n: Number.isNaN(help) ? "…" : help };
    const key = tiers.length < 2 ? "pool" : help === null ? "tiers" : "help";
    return html`<h3>${this.t("counters.serves")}</h3><p class="hint">${this.t(`counters.means.${key}`, facts)}</p>`;
  }

  /**
   * @param {Draft} draft
   * @returns {(Field | false)[]}
   */
  servesFields(draft) {
    const { tiers, help_after_minutes: help } = draft;
    const several = tiers.length > 1;
    const lost = () => this.namesBanner("counters.stranded", stranded(this.counters, this.boot.chosen, tiers));
    return [
      { kind: "view", view: () => this.meaning(draft) },
      {
        name: "tiers",
        kind: "view",
        view: (form) => tiersView(this, form),
        entryName: (at) => this.tierName(at, tiers),
      },
      several && {
        name: "help",
        kind: "check",
        label: "counters.help",
        get: () => help !== null,
        put: (_, wanted) => ({ ...draft, help_after_minutes: wanted ? 20 : null }),
      },
      several &&
        help !== null && {
          name: "help_after_minutes",
          kind: "number",
          label: "counters.help_minutes",
          least: 0,
          most: this.boot.most.help,
        },
      { kind: "view", view: lost },
    ];
  }

  /** @param {CounterSettings} stored */
  servesCard({ tiers, help_after_minutes: help }) {
    return this.form({
      id: "serves",
      value: { tiers: normal(tiers), help_after_minutes: help },
      fields: (draft) => this.servesFields(draft),
      send: ({ tiers, help_after_minutes: help }) =>
        this.save("preference", { tiers, help_after_minutes: tiers.length > 1 ? help : null }),
      said: this.t("rules.saved"),
    });
  }

  /** @param {CounterSettings} stored */
  breaksCard({ breaks }) {
    const { t } = this;
    return this.form({
      id: "breaks",
      value: { breaks },
      fields: (draft) => [
        breaksField(t),
        { kind: "hint", label: `${draft.breaks.length ? "" : t("counters.no_breaks")} ${t("counters.breaks_text")}` },
      ],
      send: (draft) => this.save("breaks", draft),
      said: t("rules.saved"),
    });
  }

  /**
   * The way back to the list, and to the counters beside this one.
   * @param {CounterSettings} stored
   */
  ways(stored) {
    const { t, counters, boot } = this;
    const at = counters.indexOf(stored);
    const to = (/** @type {CounterSettings | null} */ one, /** @type {TemplateValue} */ sign) =>
      html`<a class="button" href=${one ? `/admin/counters/${one.id}` : "/admin/counters"}>${sign}</a>`;
    const [before, after] = [counters[at - 1], counters[at + 1]];
    return html`<nav class="acts" aria-label=${t("counters.title")}>
      ${to(null, html`${icon(boot.assets, "list-check")}${t("counters.all")}`)}
      ${before ? to(before, html`${icon(boot.assets, "arrow-left")}${before.name}`) : nothing}
      ${after ? to(after, html`${after.name}${icon(boot.assets, "arrow-right")}`) : nothing}</nav>`;
  }

  /** @param {CounterSettings} stored */
  editor(stored) {
    return html`${this.ways(stored)}<h2>${stored.name} <small>${this.placeOf(stored)}</small></h2>${this.noteView()}
      ${this.servesCard(stored)}${this.breaksCard(stored)}<p class="visually-hidden" role="status">${this.said}</p>`;
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
    const named = one.breaks.map(({ name, time }) => `${pick(name, this.boot.language)} ${time}`.trim());
    return html`<li><a class="counter-card" href="/admin/counters/${one.id}"><strong>${one.name}</strong><span>${
      one.agency
    }</span>
      <small>${this.summary(one)}</small><small>${named.join(", ") || this.t("counters.no_breaks")}</small></a></li>`;
  }

  /** @param {CounterSettings} one */
  finds({ name, code, agency, tiers }) {
    const words = [name, code, agency, ...tiers.flat().map((id) => this.serviceName(id))].join(" ").toLowerCase();
    return words.includes(this.text.trim().toLowerCase());
  }

  search() {
    const find = (/** @type {TemplateEvent} */ event) => {
      this.text = event.target.value;
    };
    return this.counters.length
      ? html`<label class="search">${this.t("counters.search")}<input type="search" autocomplete="off"
        .value=${this.text} @input=${find}></label>`
      : html`<p class="card hollow">${this.t("counters.empty")}</p>`;
  }

  list() {
    const { t, counters, boot } = this;
    const found = counters.filter((one) => this.finds(one));
    const inZone = (/** @type {CountersBoot["zones"][0]} */ { id, name }) => {
      const some = found.filter(({ zone }) => zone === id);
      return html`<section ?hidden=${!some.length}><h2>${pick(name, boot.language)}</h2>
        <ul class="counter-cards">${some.map((one) => this.card(one))}</ul></section>`;
    };
    return html`<p class="hint">${t("counters.text")}</p>
      ${this.namesBanner("counters.unserved", unserved(counters, [...this.services.keys()]))}
      ${this.search()}${boot.zones.map(inZone)}
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
