// What is on a ticket, for the hall and where agencies differ, beside a picture of it that is true dot for dot.
import { api, apiFile, asProblem, Problem, signInAgain } from "../kit/api.js";
import { Page } from "../kit/page.js";
import { html, nothing } from "../kit/vendor/lit.js";
import { namedOptions, select } from "../site/parts.js";

/**
 * @import { TemplatesOut } from "../kit/api-types.d.ts"
 * @import { Language } from "../kit/kit-types.d.ts"
 * @import { Note, PrintersBoot, TicketTemplate } from "../admin/admin-types.d.ts"
 */

const FLAGS = ["hall", "agency", "zone", "ahead", "range", "documents", "qr", "notice"];
const SIZES = [1, 2, 3, 4, 5, 6, 7, 8];
const DRAW_AFTER_MS = 250;
const LARGEST = 1_000_000;
const PATH = "/api/v1/settings/ticket-template";

/** @extends {Page<PrintersBoot>} */
export class TicketEditor extends Page {
  static properties = {
    saved: { state: true },
    scope: { state: true },
    options: { state: true },
    look: { state: true },
    picture: { state: true },
    note: { state: true },
    width: { state: true },
    dither: { state: true },
    changed: { state: true },
  };

  constructor() {
    super();
    /** @type {TemplatesOut | null} */
    this.saved = null;
    this.scope = "";
    /** @type {TicketTemplate | null} */
    this.options = null;
    /** @type {string | null} */
    this.picture = null;
    /** @type {Note | null} */
    this.note = null;
    this.width = 256;
    this.dither = false;
    this.changed = false;
    /** @type {File | null} */
    this.file = null;
    /** @type {{ paper_mm: 80 | 58, language: Language, priority: boolean, copy: number }} */
    this.look = { paper_mm: 80, language: "id", priority: false, copy: 1 };
    this.drawing = 0;
  }

  connectedCallback() {
    super.connectedCallback();
    this.load();
  }

  async load() {
    try {
      this.saved = await api("GET", PATH);
      this.choose(this.scope);
    } catch (fault) {
      this.fail(asProblem(fault));
    }
  }

  /** @param {{ code?: string, title?: string, detail?: string }} problem */
  fail(problem) {
    if (problem.code === "sign_in_needed") signInAgain();
    this.note = { bad: true, text: `${problem.title}. ${problem.detail}` };
  }

  /** @param {string} scope */
  choose(scope) {
    if (!this.saved) return;
    this.scope = scope;
    this.options = /** @type {TicketTemplate} */ ({ ...this.saved.template, ...this.saved.agencies[scope] });
    this.changed = false;
    this.file = null;
    this.draw();
  }

  /**
   * @param {string} name
   * @param {unknown} value
   */
  put(name, value) {
    if (!this.options) return;
    this.options = { ...this.options, [name]: value };
    this.changed = true;
    this.note = null;
    this.draw();
  }

  /**
   * @param {keyof TicketEditor["look"]} name
   * @param {unknown} value
   */
  show(name, value) {
    this.look = { ...this.look, [name]: value };
    this.draw();
  }

  /** Draw once nothing has been changed for a moment; a picture that comes late is thrown away. */
  draw() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.drawNow(), DRAW_AFTER_MS);
  }

  async drawNow() {
    this.drawing += 1;
    const turn = this.drawing;
    try {
      const look = { template: this.options ?? {}, agency: this.scope || null, ...this.look };
      const url = URL.createObjectURL(await apiFile("POST", `${PATH}/preview`, look));
      if (turn !== this.drawing) {
        URL.revokeObjectURL(url);
        return;
      }
      if (this.picture) URL.revokeObjectURL(this.picture);
      this.picture = url;
    } catch (fault) {
      const problem = asProblem(fault);
      const lost = { title: this.t("admin.ticket.not_drawn"), detail: "" };
      this.fail(problem.code === "unreachable" ? lost : problem);
    }
  }

  /** @param {File} [file] */
  async takeFile(file) {
    this.file = file ?? this.file;
    if (!this.file) return;
    try {
      const bytes = new Uint8Array(await this.file.arrayBuffer());
      if (bytes.length > LARGEST) throw new Problem({ title: this.t("admin.ticket.too_large") });
      let text = "";
      for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
      this.put(
        "logo",
        await api("POST", `${PATH}/logo`, { picture: btoa(text), width: this.width, dither: this.dither }),
      );
    } catch (fault) {
      this.fail(asProblem(fault));
    }
  }

  /** @param {Record<string, unknown>} own */
  async send(own) {
    if (!this.saved) return;
    const agencies = { ...this.saved.agencies };
    if (this.scope) agencies[this.scope] = own;
    const template = this.scope ? this.saved.template : own;
    try {
      this.saved = await api("PUT", PATH, { template, agencies });
      this.choose(this.scope);
      this.note = { bad: false, text: this.t("admin.ticket.saved") };
    } catch (fault) {
      this.fail(asProblem(fault));
    }
  }

  /** @param {Event} event */
  save(event) {
    event.preventDefault();
    const { saved, options } = this;
    if (!saved || !options) return;
    // An agency keeps only what differs, so that it follows the hall in everything else.
    const differs = (/** @type {[string, unknown]} */ [name, value]) =>
      JSON.stringify(value) !== JSON.stringify(saved.template[name]);
    this.send(this.scope ? Object.fromEntries(Object.entries(options).filter(differs)) : options);
  }

  /**
   * @template {string | number} Value
   * @param {string} label
   * @param {Value} value
   * @param {[Value, string][]} options
   * @param {(value: Value) => void} set
   */
  select(label, value, options, set) {
    return html`<label>${label}${select({ value, options, onPick: set })}</label>`;
  }

  /** @param {TicketTemplate} options */
  logoPart({ logo }) {
    const { t } = this;
    return html`<fieldset><legend>${t("admin.ticket.logo")}</legend>
      <div class="fields">
        <label class="button upload"><span>${t("admin.ticket.file")}</span><input class="visually-hidden" type="file"
          accept="image/png" @change=${(event) => this.takeFile(event.target.files?.[0])}></label>
        <label>${t("admin.ticket.width")}<input type="number" min="64" max="576" step="8" .value=${String(this.width)}
          @change=${(event) => {
            this.width = Number(event.target.value);
            this.takeFile();
          }}></label>
        <label class="check"><input type="checkbox" .checked=${this.dither} @change=${(event) => {
          this.dither = event.target.checked;
          this.takeFile();
        }}>${t("admin.ticket.dither")}</label>
        ${
          logo
            ? html`<button type="button" class="button" @click=${() => {
                this.file = null;
                this.put("logo", null);
              }}>${t("admin.ticket.no_logo")}</button>`
            : nothing
        }
      </div><small>${t("admin.ticket.logo_help")}</small></fieldset>`;
  }

  /**
   * @param {TicketTemplate} options
   * @param {string} name
   */
  flag(options, name) {
    const option = `show_${name}`;
    return html`<label class="check"><input type="checkbox" name=${name} .checked=${Boolean(options[option])}
      @change=${(event) => this.put(option, event.target.checked)}>${this.t(`admin.ticket.show.${name}`)}</label>`;
  }

  /**
   * @param {TicketTemplate} options
   * @param {TemplatesOut} saved
   */
  fields(options, saved) {
    const {
      t,
      boot: { agencies, languages },
    } = this;
    /** @type {[string, string][]} */
    const scopes = [
      ["", t("admin.ticket.whole_hall")],
      ...namedOptions(
        agencies.map(({ code, short }) => ({ code, name: saved.agencies[code] ? `${short} *` : short })),
        "",
      ),
    ];
    const own = options.footer !== null;
    // One text for all languages is what templates had before.
    /** @type {Record<string, string>} */
    const footer = typeof options.footer === "string" ? { id: options.footer } : (options.footer ?? {});
    return html`<div class="fields">
        ${this.select(t("admin.ticket.scope"), this.scope, scopes, (value) => this.choose(value))}
        ${this.select(
          t("admin.ticket.number_scale"),
          options.number_scale,
          SIZES.map((size) => [size, size === 8 ? t("admin.ticket.largest") : `${size} ×`]),
          (value) => this.put("number_scale", Number(value)),
        )}
      </div>
      <fieldset><legend>${t("admin.ticket.lines")}</legend><div class="fields">
        ${FLAGS.map((name) => this.flag(options, name))}</div></fieldset>
      <fieldset><legend>${t("admin.ticket.footer")}</legend>
        <label class="check"><input type="checkbox" .checked=${own}
          @change=${(event) => this.put("footer", event.target.checked ? {} : null)}>${t(
            "admin.ticket.own_footer",
          )}</label>
        ${
          own
            ? html`${languages.map(
                (code) => html`<label>${t(`language.${code}`)}<textarea rows="2" maxlength="240" lang=${code}
                  .value=${footer[code] ?? ""}
          @input=${(event) => this.put("footer", { ...footer, [code]: event.target.value })}></textarea></label>`,
              )}<small>${t("admin.ticket.footer_help")}</small>`
            : nothing
        }</fieldset>
      ${this.logoPart(options)}
      <div class="acts"><button class="button primary" type="submit" ?disabled=${!this.changed}>
        ${t("admin.save")}</button>
        ${
          this.scope && saved.agencies[this.scope]
            ? html`<button type="button" class="button" @click=${() => this.send({})}>
              ${t("admin.ticket.as_hall")}</button>`
            : nothing
        }
        ${
          this.changed
            ? html`<button type="button" class="button" @click=${() => this.choose(this.scope)}>
              ${t("admin.cancel")}</button>`
            : nothing
        }</div>`;
  }

  preview() {
    const {
      t,
      look,
      picture,
      boot: { languages },
    } = this;
    return html`<div class="paper-preview">
      <div class="acts">
        ${this.select(
          t("admin.printers.paper"),
          look.paper_mm,
          [
            [80, "80 mm"],
            [58, "58 mm"],
          ],
          (value) => this.show("paper_mm", Number(value)),
        )}
        ${this.select(
          t("admin.displays.languages"),
          look.language,
          languages.map((code) => [code, t(`language.${code}`)]),
          (value) => this.show("language", value),
        )}
        <label class="check"><input type="checkbox" .checked=${look.priority}
          @change=${(event) => this.show("priority", event.target.checked)}>${t("admin.ticket.priority")}</label>
        <label class="check"><input type="checkbox" .checked=${look.copy > 1}
          @change=${(event) => this.show("copy", event.target.checked ? 2 : 1)}>${t("admin.ticket.copy")}</label>
      </div>
      ${picture ? html`<img src=${picture} alt=${t("admin.ticket.preview")}>` : nothing}
    </div>`;
  }

  render() {
    const { t, options, saved, note } = this;
    return html`<section aria-labelledby="ticket-title">
      <h2 id="ticket-title">${t("admin.ticket.title")}</h2>
      <div role="alert">${note ? html`<p class="banner ${note.bad ? "bad" : "good"}">${note.text}</p>` : nothing}</div>
      ${
        options && saved
          ? html`<div class="card ticket-editor"><form @submit=${(event) => this.save(event)}>
            ${this.fields(options, saved)}</form>${this.preview()}</div>`
          : nothing
      }
    </section>`;
  }
}

customElements.define("ticket-editor", TicketEditor);
