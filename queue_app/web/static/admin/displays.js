// Staff look after the displays: which are connected and heard, and which screens are paired as what.
import { api } from "../kit/api.js";
import { clock, pick } from "../kit/i18n.js";
import { html, nothing } from "../kit/vendor/lit.js";
import { icon, namedOptions } from "../site/parts.js";
import { partOf, withPart } from "./form-rules.js";
import { lookAtHall, pairingCard } from "./hall-settings.js";
import { SettingsPage } from "./settings-page.js";

/**
 * @import { DisplaysOut, DisplaySettingsBody, DeviceOut } from "../kit/api-types.d.ts"
 * @import { TemplateValue } from "../kit/vendor/lit.d.ts"
 * @import { DisplayForm, DisplaysBoot, Draft, Field, ScreenForm, ShownDisplay } from "./admin-types.d.ts"
 */

const REFRESH_MS = 5_000;
const CODE = "[A-Za-z0-9._\\-]+";
const LAYOUTS = ["board", "split", "totem", "sign"];
const THEMES = ["dark", "light", "contrast"];
const LANGUAGES = ["", "id,en", "en,id", "ban,id", "id"];
/** @type {DisplayForm} */
const NEW = {
  kind: "display",
  place: "",
  name: "",
  zone: "",
  screen: {
    layout: "board",
    counter: "",
    distance_m: 10,
    inches: 55,
    languages: [],
    theme: "dark",
    voice: true,
    volume: 80,
    also: [],
  },
};

/** @extends {SettingsPage<DisplaysBoot>} */
export class AdminDisplays extends SettingsPage {
  static properties = { seen: { state: true }, opened: { state: true }, hall: { state: true } };

  constructor() {
    super();
    /** @type {DisplaysOut | null} */
    this.seen = null;
    /** @type {DisplaySettingsBody | null} what holds for all displays; for administrators */
    this.hall = null;
    /** @type {DisplayForm | null} */
    this.opened = this.boot.code ? this.fresh() : null;
  }

  connectedCallback() {
    super.connectedCallback();
    this.look();
    if (this.boot.role === "admin") lookAtHall(this);
    setInterval(() => document.visibilityState === "visible" && this.look(), REFRESH_MS);
  }

  look() {
    return this.peek(async () => {
      this.seen = await api("GET", "/api/v1/devices");
    });
  }

  /** @returns {DisplayForm} */
  fresh() {
    const { zones, code } = this.boot;
    return { ...structuredClone(NEW), zone: zones[0]?.code ?? "", code };
  }

  /** @param {DisplayForm | null} form */
  async open(form) {
    if (await this.mayLeave("#display")) this.opened = form;
  }

  /**
   * Leave the form, and show the displays of an answer.
   * @param {DisplaysOut | null} [seen]
   */
  show(seen = this.seen) {
    Object.assign(this, { seen, opened: null });
    // A code that was used must not come back with the next reload.
    if (location.search) history.replaceState(null, "", location.pathname);
    return seen;
  }

  /** @param {Draft} draft */
  async save({ id, kind, place, name, zone, screen, code = "" }) {
    const digits = code.replace(/\D/g, "");
    if (id) return this.show(await api("PUT", `/api/v1/devices/displays/${id}`, { name, zone, screen }));
    if (kind !== "display") return this.show(await api("POST", "/api/v1/devices", { code: digits, kind, name, place }));
    return this.show(await api("POST", "/api/v1/devices/displays", { code: digits, name, zone, screen }));
  }

  /**
   * @param {{ id: number, name: string }} one
   * @param {string} [kind]
   */
  async revoke({ id, name }, kind = "display") {
    const text = this.t(kind === "agent" ? "admin.device.revoke_agent" : "admin.displays.revoke_text");
    if (!(await this.sure("admin.displays.revoke", { name }, { text }))) return;
    const done = this.ask("DELETE", kind === "display" ? `/devices/displays/${id}` : `/devices/${id}`);
    const seen = /** @type {DisplaysOut | undefined} */ (await done);
    if (seen) this.show(seen);
  }

  /** @param {DisplayForm} form */
  editor(form) {
    const heading = this.t(form.id ? "admin.displays.change" : "admin.displays.pair");
    return this.form({
      id: "display",
      heading,
      value: form,
      fields: (draft) => this.fields(draft),
      send: (draft) => this.save(draft),
      words: form.id ? "" : heading,
      cancel: () => this.show(),
    });
  }

  /**
   * The code, what the machine is that shows it, and what that needs.
   * @param {Draft} form
   * @returns {(Field | false)[]}
   */
  fields(form) {
    const { t, boot } = this;
    const kinds = ["display", "kiosk", ...(boot.role === "admin" ? ["agent"] : [])];
    /** @type {Field} */
    const code = { name: "code", label: "admin.displays.code", inputmode: "numeric", pattern: "[0-9 ]{6,7}" };
    /** @type {Field} */
    const kind = { name: "kind", kind: "choice", label: "admin.device.kind" };
    /** @type {Field} */
    const kiosk = { name: "place", kind: "choice", label: "admin.device.place", optional: false };
    /** @type {Field} */
    const agent = {
      name: "place",
      label: "admin.device.agent_code",
      longest: 60,
      pattern: CODE,
      placeholder: "kiosk-1",
    };
    return [
      !form.id && code,
      !form.id && {
        ...kind,
        options: kinds.map((one) => [one, t(`admin.device.${one}`)]),
        put: (draft, value) => ({ ...draft, kind: value, place: "" }),
      },
      { name: "name", label: "admin.displays.name", longest: 120 },
      form.kind === "kiosk" && { ...kiosk, options: namedOptions(boot.kiosks, "") },
      form.kind === "agent" && agent,
      ...(form.id || form.kind === "display" ? this.screenFields(form) : []),
    ];
  }

  /**
   * @param {Draft} form
   * @returns {(Field | false)[]}
   */
  screenFields({ zone, screen }) {
    const { t, boot } = this;
    const zones = namedOptions(boot.zones, boot.language);
    const sign = screen.layout === "sign";
    /** @type {(name: string, codes: string[]) => Field} */
    const choice = (name, codes) => ({
      name: `screen.${name}`,
      kind: "choice",
      label: `admin.displays.${name}`,
      options: codes.map((code) => [code, t(`admin.${name}.${code}`)]),
    });
    /** @type {(name: string, least: number, most: number, step?: number) => Field} */
    const size = (name, least, most, step) => ({
      name: `screen.${name}`,
      kind: "number",
      label: `admin.displays.${name}`,
      least,
      most,
      step,
    });
    const counters = boot.counters.filter((one) => one.zone === zone);
    return [
      { name: "zone", kind: "choice", label: "admin.displays.zone", options: zones },
      choice("layout", LAYOUTS),
      sign && { ...choice("counter", []), options: namedOptions(counters, ""), optional: false },
      size("distance_m", 1, 60, 0.5),
      size("inches", 5, 200),
      this.languagesField(),
      choice("theme", THEMES),
      { name: "screen.voice", kind: "check", label: "admin.displays.voice" },
      size("volume", 0, 100, 5),
      !sign && {
        name: "screen.also",
        kind: "many",
        label: "admin.displays.also",
        options: zones.filter(([code]) => code !== zone),
      },
    ];
  }

  /** @returns {Field} */
  languagesField() {
    const { t } = this;
    const words = (/** @type {string} */ pair) =>
      pair
        ? pair
            .split(",")
            .map((code) => t(`language.${code}`))
            .join(" + ")
        : t("admin.displays.hall_languages");
    return {
      name: "screen.languages",
      kind: "choice",
      label: "admin.displays.languages",
      options: LANGUAGES.map((pair) => [pair, words(pair)]),
      get: (draft, name) => partOf(draft, name).join(","),
      put: (draft, pair, name) => withPart(draft, name, pair ? pair.split(",") : []),
    };
  }

  /** @param {ShownDisplay} screen */
  sound({ sound, alive }) {
    if (!alive) return html`<span class="chip bad">${this.t("admin.displays.dead")}</span>`;
    const bad = sound === "blocked" || sound === "none";
    return html`<span class="chip ${bad ? "bad" : "good"}">${this.t(`admin.sound.${sound}`)}</span>`;
  }

  /** @param {string} code */
  zoneName(code) {
    return pick(this.boot.zones.find((zone) => zone.code === code)?.name, this.boot.language) || code;
  }

  /**
   * @param {ShownDisplay} screen
   * @param {DisplaysOut} seen
   */
  row(screen, seen) {
    const { t, boot } = this;
    const paired = seen.paired.find(({ key }) => key === screen.key);
    const change = () =>
      paired && this.open({ ...paired, screen: /** @type {ScreenForm} */ (structuredClone(paired.screen)) });
    const never = html`<span class="chip bad">${t("admin.displays.never")}</span>`;
    const facts = [
      screen.shown && t("admin.displays.shown", { label: screen.shown }),
      screen.last_seen_at && t("admin.displays.seen", { time: clock(screen.last_seen_at, boot.time_zone) }),
    ];
    return html`<li class="screen">
      <strong>${paired?.name ?? t("admin.displays.unpaired")}</strong>
      <span>${screen.zones.map((code) => this.zoneName(code)).join(", ")} ·
        ${t(`admin.layout.${screen.layout}`)}</span>
      ${screen.last_seen_at === null ? never : this.sound(screen)}
      ${screen.speaker ? html`<span class="chip">${t("admin.displays.speaker")}</span>` : nothing}
      ${screen.legible === false ? html`<span class="chip bad">${t("admin.displays.small")}</span>` : nothing}
      <span class="grow">${facts.filter(Boolean).join(" · ")}</span>
      ${paired ? this.button(t("admin.displays.change"), change) : nothing}
      ${paired ? this.button(t("admin.displays.revoke"), () => this.revoke(paired), "danger") : nothing}</li>`;
  }

  /**
   * A kiosk or print agent that is paired.
   * @param {DeviceOut} one
   */
  machine(one) {
    const { t, boot } = this;
    const kiosk = one.kind === "kiosk";
    const place = kiosk
      ? (boot.kiosks.find(({ code }) => code === one.place)?.name ?? one.place)
      : `agent://${one.place}`;
    const dead = one.last_seen_at ? "admin.displays.dead" : "admin.displays.never";
    const seen = one.last_seen_at ? t("admin.displays.seen", { time: clock(one.last_seen_at, boot.time_zone) }) : "";
    return html`<li class="screen">
      <strong>${one.name}</strong><span>${t(`admin.device.${one.kind}`)} · ${place}</span>
      <span class="chip ${one.alive ? "good" : "bad"}">${t(one.alive ? "admin.device.alive" : dead)}</span>
      <span class="grow">${seen}</span>
      ${
        kiosk || boot.role === "admin"
          ? this.button(t("admin.displays.revoke"), () => this.revoke(one, one.kind), "danger")
          : nothing
      }</li>`;
  }

  /**
   * The displays to show, also those that are paired but were never seen; and the windows that somebody opened for
   * a try, which are not displays that died.
   * @param {DisplaysOut} seen
   * @returns {{ shown: ShownDisplay[], gone: ShownDisplay[], unpaired: number }}
   */
  sorted({ displays, paired }) {
    const keys = new Set(paired.map(({ key }) => key));
    const known = new Set(displays.map(({ key }) => key));
    const never = paired
      .filter(({ key }) => !known.has(key))
      .map(({ key, zone, screen }) => {
        const { also = [], layout = "board" } = /** @type {Partial<ScreenForm>} */ (screen);
        return { key, zones: [zone, ...also], layout, last_seen_at: null };
      });
    const gone = displays.filter(({ key, alive }) => !alive && !keys.has(key));
    const unpaired = displays.filter(({ key, alive }) => alive && !keys.has(key)).length;
    return { shown: [...displays.filter((one) => !gone.includes(one)), ...never], gone, unpaired };
  }

  /** @param {DisplaysOut} seen */
  silentZones({ zones, displays }) {
    // One that is held back by its browser is among the alarms above.
    return zones
      .filter(({ zone, voice }) => voice === "silent" && displays.some((one) => one.zones.includes(zone) && one.alive))
      .map(
        ({ zone }) => html`<p class="banner bad">${icon(this.boot.assets, "volume-off")}
          <span>${this.t("admin.displays.zone_silent", { zone: this.zoneName(zone) })}</span></p>`,
      );
  }

  /**
   * @param {TemplateValue[]} rows
   * @param {string} none
   */
  rows(rows, none) {
    return rows.length ? html`<ul class="screens">${rows}</ul>` : html`<p>${this.t(none)}</p>`;
  }

  /** @param {DisplaysOut} seen */
  lists(seen) {
    const { t } = this;
    const { shown, gone, unpaired } = this.sorted(seen);
    const row = (/** @type {ShownDisplay} */ screen) => this.row(screen, seen);
    return html`<h2>${t("admin.displays.heading")}</h2>${this.rows(shown.map(row), "admin.displays.none")}
      ${
        gone.length
          ? html`<details><summary>${t("admin.displays.gone", { count: gone.length })}</summary>
            ${this.rows(gone.map(row), "")}</details>`
          : nothing
      }
      <h2>${t("admin.device.heading")}</h2>
      ${this.rows(
        seen.devices.map((one) => this.machine(one)),
        "admin.device.none",
      )}
      ${this.opened ? nothing : pairingCard(this, unpaired)}`;
  }

  render() {
    const { t, seen, opened, boot } = this;
    const title = html`<h1>${t("admin.displays.title")}</h1>`;
    if (!seen) return html`<main class="admin">${title}${this.noteView()}</main>`;
    const pair = html`${icon(boot.assets, "plus")}${t("admin.displays.pair")}`;
    const open = () => this.open({ ...this.fresh(), code: "" });
    return html`<main class="admin">${title}${this.noteView(this.silentZones(seen))}
      ${opened ? this.editor(opened) : html`<div class="acts">${this.button(pair, open, "primary")}</div>`}
      ${this.lists(seen)}</main>`;
  }
}

customElements.define("admin-displays", AdminDisplays);
