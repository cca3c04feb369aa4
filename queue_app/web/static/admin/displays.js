// Staff look after the displays: which are alive and heard, and which screens are let in as what.
import { SettingsPage } from "../admin/settings-page.js";
import { api } from "../kit/api.js";
import { clock, pick } from "../kit/i18n.js";
import { html, nothing } from "../kit/vendor/lit.js";
import { ask, icon, namedOptions, select } from "../site/parts.js";
import { lookAtHall, pairingCard } from "./hall-settings.js";

/**
 * @import { DisplaysOut, DisplaySettingsBody, DeviceOut } from "../kit/api-types.d.ts"
 * @import { Coded, DisplayForm, DisplaysBoot, Limits, ScreenForm, ShownDisplay } from "../admin/admin-types.d.ts"
 */

const REFRESH_MS = 5_000;
const LAYOUTS = ["board", "split", "totem", "sign"];
const THEMES = ["dark", "light", "contrast"];
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
  static properties = { seen: { state: true }, form: { state: true }, hall: { state: true } };

  constructor() {
    super();
    /** @type {DisplaysOut | null} */
    this.seen = null;
    /** @type {DisplaySettingsBody | null} what holds for all displays; for administrators */
    this.hall = null;
    const zone = this.boot.zones[0]?.code ?? "";
    /** @type {DisplayForm | null} */
    this.form = this.boot.code ? { ...structuredClone(NEW), zone, code: this.boot.code } : null;
  }

  connectedCallback() {
    super.connectedCallback();
    this.look();
    if (this.boot.is_admin) lookAtHall(this);
    setInterval(() => document.visibilityState === "visible" && this.look(), REFRESH_MS);
  }

  look() {
    return this.peek(async () => {
      this.seen = await api("GET", "/api/v1/devices");
    });
  }

  /**
   * Show the displays of an answer, and leave the form.
   * @param {Promise<DisplaysOut | undefined>} asked
   */
  async show(asked) {
    const seen = await asked;
    if (!seen) return;
    Object.assign(this, { seen, form: null });
    // A code that was used must not come back with the next reload.
    if (location.search) history.replaceState(null, "", location.pathname);
  }

  /** @param {string} field */
  label(field) {
    return field === "place" ? this.t("admin.device.agent_code") : this.t(`admin.displays.${field}`);
  }

  /**
   * @param {keyof DisplayForm} name
   * @param {string} value
   */
  set(name, value) {
    if (this.form) this.form = { ...this.form, [name]: value };
  }

  /**
   * @param {keyof ScreenForm} name
   * @param {ScreenForm[keyof ScreenForm]} value
   */
  setScreen(name, value) {
    if (this.form) this.form = { ...this.form, screen: { ...this.form.screen, [name]: value } };
  }

  /** @param {Event} event */
  save(event) {
    event.preventDefault();
    if (!this.form) return;
    const { id, kind, place = "", name, zone, screen } = this.form;
    const code = this.form.code?.replace(/\D/g, "") ?? "";
    if (id) this.show(this.ask("PUT", `/devices/displays/${id}`, { name, zone, screen }));
    else if (kind === "kiosk" || kind === "agent") this.show(this.ask("POST", "/devices", { code, kind, name, place }));
    else this.show(this.ask("POST", "/devices/displays", { code, name, zone, screen }));
  }

  /**
   * @param {{ id: number, name: string }} one
   * @param {string} [kind]
   */
  async revoke({ id, name }, kind = "display") {
    const { t } = this;
    const sure = await ask({
      title: t("admin.displays.revoke_title", { name }),
      text: t(kind === "agent" ? "admin.device.revoke_agent" : "admin.displays.revoke_text"),
      yes: t("admin.displays.revoke"),
      no: t("admin.cancel"),
      danger: true,
    });
    if (!sure) return;
    if (kind === "display") this.show(this.ask("DELETE", `/devices/displays/${id}`));
    else this.show(this.ask("DELETE", `/devices/${id}`));
  }

  /**
   * @param {ScreenForm} screen
   * @param {"distance_m" | "inches" | "volume"} name
   * @param {Limits} limits
   */
  size(screen, name, limits) {
    return this.number(this.t(`admin.displays.${name}`), name, screen[name], limits, (value) =>
      this.setScreen(name, value),
    );
  }

  /** @param {DisplayForm} form */
  editor(form) {
    const { t } = this;
    return html`<form class="card" @submit=${(event) => this.save(event)}>
      <h2>${t(form.id ? "admin.displays.change" : "admin.displays.pair")}</h2>
      <div class="fields">
        ${form.id ? nothing : this.beginning(form)}
        <label>${t("admin.displays.name")}<input maxlength="120" required .value=${form.name}
          aria-invalid=${this.invalid("name")} @input=${(event) => this.set("name", event.target.value)}></label>
        ${this.kindFields(form)}
      </div>
      <div class="acts"><button class="button primary" type="submit" ?disabled=${this.busy}>
        ${t(form.id ? "admin.save" : "admin.displays.pair")}</button>
        <button class="button" type="button" @click=${() => {
          this.form = null;
        }}>${t("admin.cancel")}</button></div>
    </form>`;
  }

  /** @param {DisplayForm} form */
  kindFields(form) {
    if (form.kind === "kiosk") return this.kioskField(form);
    return form.kind === "agent" ? this.agentField(form) : this.displayFields(form);
  }

  /**
   * The code, and what the machine is that shows it.
   * @param {DisplayForm} form
   */
  beginning(form) {
    const {
      t,
      boot: { is_admin: admin },
    } = this;
    /** @type {[string, string][]} */
    const kinds = ["display", "kiosk", ...(admin ? ["agent"] : [])].map((code) => [code, t(`admin.device.${code}`)]);
    return html`<label>${t("admin.displays.code")}<input inputmode="numeric" pattern="[0-9 ]{6,7}" required autofocus
        .value=${form.code} @input=${(event) => this.set("code", event.target.value)}></label>
      ${this.choice(t("admin.device.kind"), form.kind ?? "display", kinds, (value) => {
        this.form = { ...form, kind: value, place: "" };
      })}`;
  }

  /** @param {DisplayForm} form */
  kioskField(form) {
    return this.required(this.t("admin.device.place"), form.place, this.boot.kiosks, (value) =>
      this.set("place", value),
    );
  }

  /**
   * A choice that begins with none.
   * @param {string} label
   * @param {string | undefined} value
   * @param {Coded[]} options
   * @param {(value: string) => void} set
   */
  required(label, value, options, set) {
    const known = options.find(({ code }) => code === value)?.code ?? "";
    const choices = namedOptions([{ code: "", name: "…" }, ...options], this.language);
    return html`<label>${label}${select({ value: known, options: choices, onPick: set, required: true })}</label>`;
  }

  /** @param {DisplayForm} form */
  agentField(form) {
    const { t } = this;
    return html`<label>${t("admin.device.agent_code")}<input maxlength="60" pattern="[A-Za-z0-9._\\-]+" required
      placeholder="kiosk-1"
      aria-invalid=${this.invalid("place")} .value=${form.place}
        @input=${(event) => this.set("place", event.target.value)}></label>`;
  }

  /** @param {DisplayForm} form */
  displayFields(form) {
    const {
      t,
      boot: { zones, counters, language },
    } = this;
    const { screen } = form;
    /** @type {(codes: string[], key: string) => [string, string][]} */
    const named = (codes, key) => codes.map((code) => [code, t(`admin.${key}.${code}`)]);
    const languages = [
      ["", ""],
      ["id", "en"],
      ["en", "id"],
      ["ban", "id"],
      ["id", ""],
    ];
    const tongue = (/** @type {string[]} */ pair) =>
      pair
        .filter(Boolean)
        .map((code) => t(`language.${code}`))
        .join(" + ") || t("admin.displays.hall_languages");
    return html`
      ${this.choice(t("admin.displays.zone"), form.zone, namedOptions(zones, language), (value) =>
        this.set("zone", value),
      )}
      ${this.choice(t("admin.displays.layout"), screen.layout, named(LAYOUTS, "layout"), (value) =>
        this.setScreen("layout", value),
      )}
      ${
        screen.layout === "sign"
          ? this.required(
              t("admin.displays.counter"),
              screen.counter,
              counters.filter(({ zone }) => zone === form.zone),
              (value) => this.setScreen("counter", value),
            )
          : nothing
      }
      ${this.size(screen, "distance_m", [1, 60, 0.5])}
      ${this.size(screen, "inches", [5, 200])}
      ${this.choice(
        t("admin.displays.languages"),
        screen.languages.join(","),
        languages.map((pair) => [pair.filter(Boolean).join(","), tongue(pair)]),
        (value) => this.setScreen("languages", value ? value.split(",") : []),
      )}
      ${this.choice(t("admin.displays.theme"), screen.theme, named(THEMES, "theme"), (value) =>
        this.setScreen("theme", value),
      )}
      ${this.check(t("admin.displays.voice"), screen.voice, (value) => this.setScreen("voice", value))}
      ${this.size(screen, "volume", [0, 100, 5])}
      ${screen.layout === "sign" ? nothing : this.otherZones(form)}`;
  }

  /**
   * Further zones whose calls this display shows and speaks.
   * @param {DisplayForm} form
   */
  otherZones(form) {
    const {
      t,
      boot: { zones, language },
    } = this;
    const also = form.screen.also ?? [];
    const turn = (/** @type {string} */ code, /** @type {boolean} */ on) =>
      this.setScreen("also", on ? [...also, code] : also.filter((one) => one !== code));
    const others = zones.filter(({ code }) => code !== form.zone);
    return others.length
      ? html`<fieldset class="wide"><legend>${t("admin.displays.also")}</legend>
      ${others.map(({ code, name }) =>
        this.check(pick(name, language), also.includes(code), (on) => turn(code, on)),
      )}</fieldset>`
      : nothing;
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
    const {
      t,
      boot: { time_zone: tz },
    } = this;
    const paired = seen.paired.find(({ key }) => key === screen.key);
    return html`<li class="screen">
      <strong>${paired?.name ?? t("admin.displays.unpaired")}</strong>
      <span>${screen.zones.map((code) => this.zoneName(code)).join(", ")} · ${t(`admin.layout.${screen.layout}`)}</span>
      ${
        screen.last_seen_at === null
          ? html`<span class="chip bad">${t("admin.displays.never")}</span>`
          : this.sound(screen)
      }
      ${screen.speaker ? html`<span class="chip">${t("admin.displays.speaker")}</span>` : nothing}
      ${screen.legible === false ? html`<span class="chip bad">${t("admin.displays.small")}</span>` : nothing}
      <span class="grow">${[
        screen.shown && t("admin.displays.shown", { label: screen.shown }),
        screen.last_seen_at && t("admin.displays.seen", { time: clock(screen.last_seen_at, tz) }),
      ]
        .filter(Boolean)
        .join(" · ")}</span>
      ${
        paired
          ? html`<button class="button" @click=${() => {
              this.form = { ...paired, screen: /** @type {ScreenForm} */ (structuredClone(paired.screen)) };
            }}>${t("admin.displays.change")}</button>
        <button class="button danger" @click=${() => this.revoke(paired)}>${t("admin.displays.revoke")}</button>`
          : nothing
      }
    </li>`;
  }

  /**
   * A kiosk or print agent that was let in.
   * @param {DeviceOut} one
   */
  machine(one) {
    const {
      t,
      boot: { time_zone: tz, is_admin: admin, kiosks },
    } = this;
    const place =
      one.kind === "kiosk"
        ? (kiosks.find(({ code }) => code === one.place)?.name ?? one.place)
        : `agent://${one.place}`;
    return html`<li class="screen">
      <strong>${one.name}</strong><span>${t(`admin.device.${one.kind}`)} · ${place}</span>
      ${
        one.alive
          ? html`<span class="chip good">${t("admin.device.alive")}</span>`
          : html`<span class="chip bad">${t(one.last_seen_at ? "admin.displays.dead" : "admin.displays.never")}</span>`
      }
      <span class="grow">${
        one.last_seen_at ? t("admin.displays.seen", { time: clock(one.last_seen_at, tz) }) : nothing
      }</span>
      ${
        one.kind === "kiosk" || admin
          ? html`<button class="button danger" @click=${() => this.revoke(one, one.kind)}>
            ${t("admin.displays.revoke")}</button>`
          : nothing
      }
    </li>`;
  }

  render() {
    const {
      t,
      seen,
      form,
      hall,
      boot: { assets, zones },
    } = this;
    if (!seen) return html`<main class="admin"><h1>${t("admin.displays.title")}</h1>${this.noteView()}</main>`;
    // One that is held back by its browser is among the alarms above.
    const silent = seen.zones.filter(
      ({ zone, voice }) => voice === "silent" && seen.displays.some((one) => one.zones.includes(zone) && one.alive),
    );
    const known = new Set(seen.displays.map(({ key }) => key));
    const never = seen.paired
      .filter(({ key }) => !known.has(key))
      .map(({ key, zone, screen }) => {
        const { also = [], layout = "board" } = /** @type {Partial<ScreenForm>} */ (screen);
        return { key, zones: [zone, ...also], layout, last_seen_at: null };
      });
    // A window that somebody opened for a try is not a display that died.
    const paired = new Set(seen.paired.map(({ key }) => key));
    const gone = seen.displays.filter(({ key, alive }) => !alive && !paired.has(key));
    /** @type {ShownDisplay[]} */
    const shown = [...seen.displays.filter((one) => !gone.includes(one)), ...never];
    return html`<main class="admin">
      <h1>${t("admin.displays.title")}</h1>
      ${this.noteView(
        silent.map(
          ({ zone }) => html`<p class="banner bad">${icon(assets, "volume-off")}
        <span>${t("admin.displays.zone_silent", { zone: this.zoneName(zone) })}</span></p>`,
        ),
      )}
      ${
        form
          ? this.editor(form)
          : html`<div class="acts"><button class="button primary"
        @click=${() => {
          this.form = { ...structuredClone(NEW), zone: zones[0]?.code ?? "", code: "" };
        }}>${icon(assets, "plus")}${t("admin.displays.pair")}</button></div>`
      }
      <h2>${t("admin.displays.heading")}</h2>
      ${
        shown.length
          ? html`<ul class="screens">${shown.map((screen) => this.row(screen, seen))}</ul>`
          : html`<p>${t("admin.displays.none")}</p>`
      }
      ${
        gone.length
          ? html`<details><summary>${t("admin.displays.gone", { count: gone.length })}</summary>
        <ul class="screens">${gone.map((screen) => this.row(screen, seen))}</ul></details>`
          : nothing
      }
      <h2>${t("admin.device.heading")}</h2>
      ${
        seen.devices.length
          ? html`<ul class="screens">${seen.devices.map((one) => this.machine(one))}</ul>`
          : html`<p>${t("admin.device.none")}</p>`
      }
      ${
        hall && !form
          ? pairingCard(this, hall, seen.displays.filter(({ key, alive }) => alive && !paired.has(key)).length)
          : nothing
      }
    </main>`;
  }
}

customElements.define("admin-displays", AdminDisplays);
