// The reception desk: numbers for those who do not take one themselves.

import { Live } from "../kit/live.js";
import { Page } from "../kit/page.js";
import { html, nothing } from "../kit/vendor/lit.js";
import { icon, languageLinks } from "../site/parts.js";
import "./alarm-banner.js";
import "./issue-form.js";
import "./reprint-form.js";
import "./service-stops.js";
import { sheetKeys } from "./sheet-keys.js";

/**
 * @import { ReceptionBoot } from "./officer-types.d.ts"
 * @import { TemplateEvent } from "../kit/vendor/lit.d.ts"
 * @import { ReprintForm } from "./reprint-form.js"
 */

/** @extends {Page<ReceptionBoot>} */
export class OfficerReception extends Page {
  static properties = { stopping: { state: true } };

  constructor() {
    super();
    this.stopping = false; // whether its dialog is open
    // A dialog keeps its keys to itself.
    this.onKey = (/** @type {KeyboardEvent} */ event) => {
      if (!document.querySelector("dialog[open]")) sheetKeys(event, this);
    };
  }

  connectedCallback() {
    super.connectedCallback();
    document.addEventListener("keydown", this.onKey);
    this.live = new Live();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener("keydown", this.onKey);
    this.live?.close();
  }

  render() {
    const {
      t,
      language,
      boot: { assets, officer, languages, hall },
    } = this;
    document.title = t("officer.issue.page");
    return html`<header class="bar">
        <div class="bar-name"><h1>${t("officer.issue.page")}</h1><p>${hall}</p></div>
        ${languageLinks({ t, languages, current: language, short: true, onPick: (code) => (this.language = code) })}
        <p class="who" title=${t("officer.signed_in_as", { name: officer.name })}>${icon(assets, "user")}<span
          class="wide">${officer.name}</span></p>
        <button type="button" class="bar-button" @click=${() => this.#reprint()}>
          ${icon(assets, "printer")}<span class="roomy">${t("officer.reprint.title")}</span></button>
        <button type="button" class="bar-button" @click=${() => (this.stopping = true)}>${icon(assets, "ban")}<span
          class="roomy">${t("officer.act.stops")}</span></button>
        <a class="bar-button" href="/counter">${icon(assets, "device-desktop")}<span
          class="roomy">${t("officer.issue.to_counters")}</span></a>
      </header>
      <main class="reception">
        <staff-alarms .boot=${this.boot} .language=${language} .rooms=${this.live}></staff-alarms>
        <issue-form class="card" .boot=${this.boot} .language=${language}></issue-form></main>
      <reprint-form .boot=${this.boot} .language=${language}></reprint-form>
      ${this.stopping ? this.stopsDialog() : nothing}`;
  }

  #reprint() {
    const form = /** @type {ReprintForm | null} */ (this.querySelector("reprint-form"));
    form?.open();
  }

  stopsDialog() {
    const {
      t,
      boot: { assets },
      language,
    } = this;
    const shut = () => (this.stopping = false);
    return html`<dialog class="sheet for-stops" aria-labelledby="stops-title" @keydown=${(event) => sheetKeys(event)}
      @close=${({ target }) => target.open || shut()}>
      <div class="sheet-plain"><header>${icon(assets, "ban")}<h2 id="stops-title">${t("officer.stops.title")}</h2>
        <button type="button" class="sheet-close" aria-label=${t("officer.close_dialog")} @click=${shut}>
          ${icon(assets, "x")}</button></header>
        <div class="sheet-body" tabindex="-1"><service-stops .boot=${this.boot} .language=${language}></service-stops>
          </div></div></dialog>`;
  }

  updated() {
    const dialog = /** @type {HTMLDialogElement | null} */ (this.querySelector("dialog.for-stops"));
    if (dialog && !dialog.open) dialog.showModal();
  }
}

customElements.define("officer-reception", OfficerReception);
