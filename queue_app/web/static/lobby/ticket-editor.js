// What is on a ticket, for the hall and where agencies differ, beside a picture of it that is true dot for dot.
import { api, apiFile, signInAgain } from "../kit/api.js";
import { boot } from "../kit/boot.js";
import { translator } from "../kit/i18n.js";
import { html, LitElement, nothing } from "../kit/vendor/lit.js";
import { select } from "../site/parts.js";

const FLAGS = ["hall", "agency", "zone", "ahead", "range", "documents", "qr", "notice"];
const SIZES = [1, 2, 3, 4, 5, 6, 7, 8];
const DRAW_AFTER_MS = 250;
const PATH = "/api/v1/settings/ticket-template";

class TicketEditor extends LitElement {
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
    this.boot = boot();
    this.t = translator(this.boot.text, this.boot.language);
    Object.assign(this, {
      saved: null,
      scope: "",
      options: null,
      picture: null,
      note: null,
      width: 256,
      dither: false,
      changed: false,
      file: null,
    });
    this.look = { paper_mm: 80, language: "id", priority: false, copy: 1 };
    this.drawing = 0;
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.load();
  }

  async load() {
    try {
      this.saved = await api("GET", PATH);
      this.choose(this.scope);
    } catch (problem) {
      this.fail(problem);
    }
  }

  fail(problem) {
    if (problem.code === "sign_in_needed") signInAgain();
    this.note = { bad: true, text: `${problem.title}. ${problem.detail}` };
  }

  choose(scope) {
    this.scope = scope;
    this.options = { ...this.saved.template, ...this.saved.agencies[scope] };
    this.changed = false;
    this.file = null;
    this.draw();
  }

  put(name, value) {
    this.options = { ...this.options, [name]: value };
    this.changed = true;
    this.note = null;
    this.draw();
  }

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
      const look = { template: this.options, agency: this.scope || null, ...this.look };
      const url = URL.createObjectURL(await apiFile("POST", `${PATH}/preview`, look));
      if (turn !== this.drawing) {
        URL.revokeObjectURL(url);
        return;
      }
      if (this.picture) URL.revokeObjectURL(this.picture);
      this.picture = url;
    } catch (problem) {
      const lost = { title: this.t("lobby.ticket.not_drawn"), detail: "" };
      this.fail(problem.code === "unreachable" ? lost : problem);
    }
  }

  async takeFile(file) {
    this.file = file ?? this.file;
    if (!this.file) return;
    try {
      const bytes = new Uint8Array(await this.file.arrayBuffer());
      if (bytes.length > 1_000_000) throw { title: this.t("lobby.ticket.too_large"), detail: "" };
      let text = "";
      for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
      this.put(
        "logo",
        await api("POST", `${PATH}/logo`, { picture: btoa(text), width: this.width, dither: this.dither }),
      );
    } catch (problem) {
      this.fail(problem);
    }
  }

  async send(own) {
    const agencies = { ...this.saved.agencies };
    if (this.scope) agencies[this.scope] = own;
    const template = this.scope ? this.saved.template : own;
    try {
      this.saved = await api("PUT", PATH, { template, agencies });
      this.choose(this.scope);
      this.note = { bad: false, text: this.t("lobby.ticket.saved") };
    } catch (problem) {
      this.fail(problem);
    }
  }

  save(event) {
    event.preventDefault();
    const { template } = this.saved;
    // An agency keeps only what differs, so that it follows the hall in everything else.
    const differs = ([name, value]) => JSON.stringify(value) !== JSON.stringify(template[name]);
    this.send(this.scope ? Object.fromEntries(Object.entries(this.options).filter(differs)) : this.options);
  }

  select(label, value, options, set) {
    return html`<label>${label}${select({ value, options, onPick: set })}</label>`;
  }

  logoPart() {
    const {
      t,
      options: { logo },
    } = this;
    return html`<fieldset><legend>${t("lobby.ticket.logo")}</legend>
      <div class="fields">
        <label class="button upload"><span>${t("lobby.ticket.file")}</span><input class="visually-hidden" type="file"
          accept="image/png" @change=${(event) => this.takeFile(event.target.files[0])}></label>
        <label>${t("lobby.ticket.width")}<input type="number" min="64" max="576" step="8" .value=${String(this.width)}
          @change=${(event) => {
            this.width = Number(event.target.value);
            this.takeFile();
          }}></label>
        <label class="check"><input type="checkbox" .checked=${this.dither} @change=${(event) => {
          this.dither = event.target.checked;
          this.takeFile();
        }}>${t("lobby.ticket.dither")}</label>
        ${
          logo
            ? html`<button type="button" class="button" @click=${() => {
                this.file = null;
                this.put("logo", null);
              }}>${t("lobby.ticket.no_logo")}</button>`
            : nothing
        }
      </div><small>${t("lobby.ticket.logo_help")}</small></fieldset>`;
  }

  fields() {
    const {
      t,
      options,
      boot: { agencies, languages },
      saved,
    } = this;
    const scopes = [
      ["", t("lobby.ticket.whole_hall")],
      ...agencies.map(({ code, short }) => [code, saved.agencies[code] ? `${short} *` : short]),
    ];
    const own = options.footer !== null;
    // One text for all languages is what templates had before.
    const footer = typeof options.footer === "string" ? { id: options.footer } : (options.footer ?? {});
    return html`<div class="fields">
        ${this.select(t("lobby.ticket.scope"), this.scope, scopes, (value) => this.choose(value))}
        ${this.select(
          t("lobby.ticket.number_scale"),
          options.number_scale,
          SIZES.map((size) => [size, size === 8 ? t("lobby.ticket.largest") : `${size} ×`]),
          (value) => this.put("number_scale", Number(value)),
        )}
      </div>
      <fieldset><legend>${t("lobby.ticket.lines")}</legend><div class="fields">
        ${FLAGS.map(
          (name) => html`<label class="check"><input type="checkbox" name=${name} .checked=${options[`show_${name}`]}
          @change=${(event) => this.put(`show_${name}`, event.target.checked)}>${t(
            `lobby.ticket.show.${name}`,
          )}</label>`,
        )}</div></fieldset>
      <fieldset><legend>${t("lobby.ticket.footer")}</legend>
        <label class="check"><input type="checkbox" .checked=${own}
          @change=${(event) => this.put("footer", event.target.checked ? {} : null)}>${t(
            "lobby.ticket.own_footer",
          )}</label>
        ${
          own
            ? html`${languages.map(
                (code) => html`<label>${t(`language.${code}`)}<textarea rows="2" maxlength="240" lang=${code}
                  .value=${footer[code] ?? ""}
          @input=${(event) => this.put("footer", { ...footer, [code]: event.target.value })}></textarea></label>`,
              )}<small>${t("lobby.ticket.footer_help")}</small>`
            : nothing
        }</fieldset>
      ${this.logoPart()}
      <div class="acts"><button class="button primary" type="submit" ?disabled=${!this.changed}>
        ${t("lobby.save")}</button>
        ${
          this.scope && saved.agencies[this.scope]
            ? html`<button type="button" class="button" @click=${() => this.send({})}>
              ${t("lobby.ticket.as_hall")}</button>`
            : nothing
        }
        ${
          this.changed
            ? html`<button type="button" class="button" @click=${() => this.choose(this.scope)}>
              ${t("lobby.cancel")}</button>`
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
          t("lobby.printers.paper"),
          look.paper_mm,
          [
            [80, "80 mm"],
            [58, "58 mm"],
          ],
          (value) => this.show("paper_mm", Number(value)),
        )}
        ${this.select(
          t("lobby.displays.languages"),
          look.language,
          languages.map((code) => [code, t(`language.${code}`)]),
          (value) => this.show("language", value),
        )}
        <label class="check"><input type="checkbox" .checked=${look.priority}
          @change=${(event) => this.show("priority", event.target.checked)}>${t("lobby.ticket.priority")}</label>
        <label class="check"><input type="checkbox" .checked=${look.copy > 1}
          @change=${(event) => this.show("copy", event.target.checked ? 2 : 1)}>${t("lobby.ticket.copy")}</label>
      </div>
      ${picture ? html`<img src=${picture} alt=${t("lobby.ticket.preview")}>` : nothing}
    </div>`;
  }

  render() {
    const { t, options, note } = this;
    return html`<section aria-labelledby="ticket-title">
      <h2 id="ticket-title">${t("lobby.ticket.title")}</h2>
      <div role="alert">${note ? html`<p class="banner ${note.bad ? "bad" : "good"}">${note.text}</p>` : nothing}</div>
      ${
        options
          ? html`<div class="card ticket-editor"><form @submit=${(event) => this.save(event)}>
            ${this.fields()}</form>${this.preview()}</div>`
          : nothing
      }
    </section>`;
  }
}

customElements.define("ticket-editor", TicketEditor);
