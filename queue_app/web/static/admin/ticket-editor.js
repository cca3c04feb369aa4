// What is on a ticket, for the hall and where agencies differ, beside a picture of it that is true dot for dot.
import { api, apiFile, Problem } from "../kit/api.js";
import { html, nothing } from "../kit/vendor/lit.js";
import { select } from "../site/parts.js";
import { same } from "./form-rules.js";
import { SettingsPage } from "./settings-page.js";

/**
 * @import { TemplatesOut } from "../kit/api-types.d.ts"
 * @import { Language } from "../kit/kit-types.d.ts"
 * @import { Draft, Field, PrintersBoot } from "./admin-types.d.ts"
 * @import { AdminForm } from "./form.js"
 */

const FLAGS = ["hall", "agency", "zone", "ahead", "range", "documents", "qr", "notice"];
const SIZES = [1, 2, 3, 4, 5, 6, 7, 8];
const DRAW_AFTER_MS = 250;
const LARGEST = 1_000_000;
const PATH = "/api/v1/settings/ticket-template";

/** @extends {SettingsPage<PrintersBoot>} */
export class TicketEditor extends SettingsPage {
  static properties = {
    saved: { state: true },
    scope: { state: true },
    look: { state: true },
    picture: { state: true },
    width: { state: true },
    dither: { state: true },
  };

  constructor() {
    super();
    /** @type {TemplatesOut | null} */
    this.saved = null;
    this.scope = "";
    /** @type {Draft} */
    this.options = {};
    /** @type {string | null} */
    this.picture = null;
    this.width = 256;
    this.dither = false;
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
    this.saved = (await this.act(() => api("GET", PATH))) ?? null;
    this.drawn(this.stored);
  }

  /** What is on the tickets of the scope now. One text for all languages is what templates had before. */
  get stored() {
    const stored = { ...this.saved?.template, ...this.saved?.agencies[this.scope] };
    const footer = typeof stored.footer === "string" ? { id: stored.footer } : stored.footer;
    return /** @type {Draft} */ ({ ...stored, footer });
  }

  /** @param {string} scope */
  async choose(scope) {
    const before = this.scope;
    this.scope = scope;
    if (await this.mayLeave("admin-form")) this.drawn(this.stored);
    else this.scope = before;
  }

  /**
   * @param {keyof TicketEditor["look"]} name
   * @param {unknown} value
   */
  show(name, value) {
    this.look = { ...this.look, [name]: value };
    this.drawn(this.options);
  }

  /**
   * Draw once nothing has been changed for a moment; a picture that comes late is thrown away.
   * @param {Draft} options
   */
  drawn(options) {
    this.options = options;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.peek(() => this.drawNow()), DRAW_AFTER_MS);
  }

  async drawNow() {
    this.drawing += 1;
    const turn = this.drawing;
    const look = { template: this.options, agency: this.scope || null, ...this.look };
    const url = URL.createObjectURL(await apiFile("POST", `${PATH}/preview`, look));
    const old = turn === this.drawing ? this.picture : url;
    if (turn === this.drawing) this.picture = url;
    if (old) URL.revokeObjectURL(old);
  }

  /**
   * Make a logo of the picture, anew whenever its width or kind changes.
   * @param {AdminForm} form
   * @param {Partial<Pick<TicketEditor, "file" | "width" | "dither">>} changed
   */
  async takeFile(form, changed) {
    Object.assign(this, changed);
    const { file, width, dither } = this;
    if (!file) return;
    const logo = await this.act(async () => {
      const bytes = new Uint8Array(await file.arrayBuffer());
      if (bytes.length > LARGEST) throw new Problem({ title: this.t("admin.ticket.too_large") });
      let text = "";
      for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
      return api("POST", `${PATH}/logo`, { picture: btoa(text), width, dither });
    });
    if (logo) form.put("logo", logo);
  }

  /**
   * Save what is the scope's own: an agency keeps only what differs, so that it follows the hall in everything else.
   * @param {Draft} options
   */
  async send(options) {
    const { template, agencies } = /** @type {TemplatesOut} */ (this.saved);
    const differs = Object.entries(options).filter(([name, value]) => !same(value, template[name]));
    this.saved = await api("PUT", PATH, {
      template: this.scope ? template : options,
      agencies: this.scope ? { ...agencies, [this.scope]: Object.fromEntries(differs) } : agencies,
    });
    this.file = null;
    this.drawn(this.stored);
    return this.saved;
  }

  /** @param {AdminForm} form */
  logoPart(form) {
    const { t } = this;
    const none = () => {
      this.file = null;
      form.put("logo", null);
    };
    return html`<fieldset><legend>${t("admin.ticket.logo")}</legend>
      <div class="fields">
        <label class="button upload"><span>${t("admin.ticket.file")}</span><input class="visually-hidden" type="file"
          accept="image/png" @change=${(event) => this.takeFile(form, { file: event.target.files?.[0] })}></label>
        <label>${t("admin.ticket.width")}<input type="number" min="64" max="576" step="8" .value=${String(this.width)}
          @change=${(event) => this.takeFile(form, { width: Number(event.target.value) })}></label>
        <label class="check"><input type="checkbox" .checked=${this.dither}
          @change=${(event) => this.takeFile(form, { dither: event.target.checked })}>
          ${t("admin.ticket.dither")}</label>
        ${form.draft.logo ? this.button(t("admin.ticket.no_logo"), none) : nothing}
      </div><small>${t("admin.ticket.logo_help")}</small></fieldset>`;
  }

  /**
   * @param {Draft} draft
   * @returns {(Field | false)[]}
   */
  fields({ footer }) {
    const { t } = this;
    const sizes = SIZES.map((size) => /** @type {[number, string]} */ ([size, `${size} ×`]));
    sizes[7][1] = t("admin.ticket.largest");
    const flags = FLAGS.map((name) => ({ name: `show_${name}`, kind: "check", label: `admin.ticket.show.${name}` }));
    /** @type {Field} */
    const own = {
      name: "own",
      kind: "check",
      label: "admin.ticket.own_footer",
      get: () => footer !== null,
      put: (draft, wanted) => ({ ...draft, footer: wanted ? {} : null }),
    };
    /** @type {Field} */
    const text = { name: "footer", kind: "names", area: true, optional: true, longest: 240 };
    return [
      { name: "number_scale", kind: "choice", label: "admin.ticket.number_scale", options: sizes },
      { kind: "group", label: "admin.ticket.lines", fields: flags },
      {
        kind: "group",
        label: "admin.ticket.footer",
        help: footer ? "admin.ticket.footer_help" : "",
        fields: [own, footer !== null && text],
      },
      { kind: "view", view: (form) => this.logoPart(form) },
    ];
  }

  /** @param {TemplatesOut} saved */
  editor(saved) {
    const { t, boot, scope } = this;
    const named = boot.agencies.map(({ code, short }) => [code, saved.agencies[code] ? `${short} *` : short]);
    const options = /** @type {[string, string][]} */ ([["", t("admin.ticket.whole_hall")], ...named]);
    const like = this.button(t("admin.ticket.as_hall"), () => this.act(() => this.send(saved.template)));
    const scopes = select({ value: scope, options, onPick: (value) => this.choose(value) });
    return html`<div class="stack"><label>${t("admin.ticket.scope")}${scopes}</label>
      ${this.form({
        id: "ticket",
        look: "stack",
        value: this.stored,
        fields: (draft) => this.fields(draft),
        send: (draft) => this.send(draft),
        said: t("admin.ticket.saved"),
        edited: (draft) => this.drawn(draft),
        after: saved.agencies[scope] ? like : nothing,
      })}</div>`;
  }

  /**
   * @param {"priority" | "copy"} name
   * @param {[unknown, unknown]} values off and on
   */
  tick(name, [off, on]) {
    return html`<label class="check"><input type="checkbox" .checked=${this.look[name] === on}
      @change=${(event) => this.show(name, event.target.checked ? on : off)}>${this.t(`admin.ticket.${name}`)}</label>`;
  }

  preview() {
    const { t, look, picture, boot } = this;
    const widths = /** @type {[number, string][]} */ ([80, 58].map((mm) => [mm, `${mm} mm`]));
    const languages = boot.languages.map((code) => /** @type {[string, string]} */ ([code, t(`language.${code}`)]));
    /** @type {(value: any, options: any, name: keyof TicketEditor["look"]) => any} */
    const pick = (value, options, name) => select({ value, options, onPick: (picked) => this.show(name, picked) });
    return html`<div class="paper-preview"><div class="acts">
        <label>${t("admin.printers.paper")}${pick(look.paper_mm, widths, "paper_mm")}</label>
        <label>${t("admin.displays.languages")}${pick(look.language, languages, "language")}</label>
        ${this.tick("priority", [false, true])}${this.tick("copy", [1, 2])}</div>
      ${picture ? html`<img src=${picture} alt=${t("admin.ticket.preview")}>` : nothing}</div>`;
  }

  render() {
    const { saved } = this;
    return html`<section aria-labelledby="ticket-title">
      <h2 id="ticket-title">${this.t("admin.ticket.title")}</h2>${this.noteView()}
      ${saved ? html`<div class="card ticket-editor">${this.editor(saved)}${this.preview()}</div>` : nothing}
    </section>`;
  }
}

customElements.define("ticket-editor", TicketEditor);
