// An administrator looks after the voice: hears a call, records words, and sees which are missing.
import { SettingsPage } from "../admin/settings-page.js";
import { api } from "../kit/api.js";
import { html, nothing } from "../kit/vendor/lit.js";
import { select } from "../site/parts.js";
import { lookAtHall, speakingCard } from "./hall-settings.js";
import { pronunciationCard, withWord } from "./pronunciation.js";

/**
 * @import { DisplaySettingsBody, VoiceOut, WordOut } from "../kit/api-types.d.ts"
 * @import { Language } from "../kit/kit-types.d.ts"
 * @import { TemplateEvent } from "../kit/vendor/lit.d.ts"
 * @import { Pronunciation, VoiceBoot } from "../admin/admin-types.d.ts"
 */

const ENDED_MS = 15_000;
const UPLOAD_MS = 60_000;
const BUILD_MS = 120_000;

/**
 * Play sounds one after another; one that cannot be played is passed over.
 * @param {string[]} urls
 */
async function playAll(urls) {
  for (const url of urls) {
    const sound = new Audio(url);
    await new Promise((done) => {
      for (const event of ["ended", "error"]) sound.addEventListener(event, done, { once: true });
      setTimeout(done, ENDED_MS);
      sound.play().catch(done);
    });
  }
}

/** @extends {SettingsPage<VoiceBoot>} */
export class AdminVoice extends SettingsPage {
  static properties = {
    hall: { state: true },
    table: { state: true },
    seen: { state: true },
    tongue: { state: true },
    said: { state: true },
  };

  constructor() {
    super();
    /** @type {Language} */
    this.tongue = "id";
    /** @type {DisplaySettingsBody | null} what holds for all displays */
    this.hall = null;
    /** @type {VoiceOut | null} */
    this.seen = null;
    /** @type {Pronunciation} */
    this.table = {};
    /** @type {WordOut[] | null} */
    this.said = null;
  }

  connectedCallback() {
    super.connectedCallback();
    this.look();
    lookAtHall(this);
  }

  look() {
    return this.act(async () => {
      this.seen = await api("GET", "/api/v1/voice/words");
      this.table = (await api("GET", "/api/v1/voice/pronunciation")).table;
    });
  }

  /**
   * Keep how a word is said, make its clip and let it be heard.
   * @param {string} word
   * @param {string} said
   */
  pronounce(word, said) {
    const { tongue } = this;
    this.act(async () => {
      const table = withWord(this.table, tongue, word, said);
      this.table = (await api("PUT", "/api/v1/voice/pronunciation", { table })).table;
      if (this.seen?.synthesiser) await api("POST", "/api/v1/voice/build", null, { timeout: BUILD_MS });
      this.seen = await api("GET", "/api/v1/voice/words");
      const url = this.seen.languages[tongue].find(({ text }) => text === word)?.url;
      if (said && url) await playAll([url]);
    });
  }

  /** @param {TemplateEvent} event */
  say(event) {
    event.preventDefault();
    const asked = new URLSearchParams({ language: this.tongue });
    for (const [name, value] of new FormData(event.currentTarget)) asked.set(name, String(value));
    this.act(async () => {
      this.said = (await api("GET", `/api/v1/voice/sentence?${asked.toString()}`)).words;
      await playAll(this.said.flatMap(({ url }) => url ?? []));
    });
  }

  async build() {
    const made = await this.act(async () => {
      const answer = await api("POST", "/api/v1/voice/build", null, { timeout: BUILD_MS });
      this.seen = await api("GET", "/api/v1/voice/words");
      return answer;
    });
    if (!made) return;
    this.note = {
      bad: made.faults.length > 0,
      text: [this.t("admin.voice.built", { count: made.made }), ...made.faults.map(({ sentence }) => sentence)].join(
        " ",
      ),
    };
  }

  /**
   * @param {string} text
   * @param {File} [file]
   */
  record(text, file) {
    if (!file) return;
    const asked = new URLSearchParams({ language: this.tongue, text });
    this.act(async () => {
      const sound = new Blob([file], { type: "audio/wav" });
      await api("PUT", `/api/v1/voice/recording?${asked.toString()}`, sound, { timeout: UPLOAD_MS });
      this.seen = await api("GET", "/api/v1/voice/words");
    });
  }

  /** @param {string} text */
  forget(text) {
    const asked = new URLSearchParams({ language: this.tongue, text });
    this.act(async () => {
      await api("DELETE", `/api/v1/voice/recording?${asked.toString()}`);
      this.seen = await api("GET", "/api/v1/voice/words");
    });
  }

  /** @param {WordOut} word */
  word({ text, source, url }) {
    const { t } = this;
    return html`<li class="word"><strong>${text}</strong>
      <span class="chip ${source === "missing" ? "bad" : source === "recorded" ? "good" : ""}">${t(
        `admin.voice.${source}`,
      )}</span>
      <span class="grow"></span>
      ${url ? html`<button class="button" @click=${() => playAll([url])}>${t("admin.voice.play")}</button>` : nothing}
      <label class="button upload"><span aria-hidden="true">${t("admin.voice.upload")}</span><span
        class="visually-hidden">${t("admin.voice.record", { word: text })}</span>
        <input class="visually-hidden" type="file" accept=".wav,audio/wav" ?disabled=${this.busy}
          @change=${(event) => this.record(text, event.target.files?.[0])}></label>
      ${
        source === "recorded"
          ? html`<button class="button danger" @click=${() => this.forget(text)}>${t("admin.voice.forget")}</button>`
          : nothing
      }
    </li>`;
  }

  tryOut() {
    const {
      t,
      boot: { counters, agencies },
    } = this;
    return html`<form class="card" @submit=${(event) => this.say(event)}><h2>${t("admin.voice.try")}</h2>
      <div class="fields">
      <label>${t("admin.voice.label")}<input name="label" value="A-012" maxlength="12" required></label>
      <label>${t("admin.displays.counter")}<select name="counter">${counters.map(
        (name) => html`<option>${name}</option>`,
      )}</select></label>
      <label>${t("admin.voice.agency")}<select name="agency">${agencies.map(
        (name) => html`<option>${name}</option>`,
      )}</select></label>
      <button class="button primary" type="submit" ?disabled=${this.busy}>${t("admin.voice.play")}</button></div>
      ${
        this.said
          ? html`<p>${this.said.map(
              ({ text, url }) => html`<span class="chip ${url ? "" : "bad"}">${text}</span> `,
            )}</p>`
          : nothing
      }
    </form>`;
  }

  render() {
    const {
      t,
      seen,
      boot: { languages },
    } = this;
    const words = seen?.languages[this.tongue] ?? [];
    const missing = words.filter(({ source }) => source === "missing");
    return html`<main class="admin"><h1>${t("admin.voice.title")}</h1>
      ${this.noteView(
        seen && !seen.synthesiser ? html`<p class="banner">${t("admin.voice.no_synthesiser")}</p>` : nothing,
      )}
      <div class="acts"><label>${t("admin.displays.languages")}${select({
        value: this.tongue,
        options: languages.map((code) => [code, t(`language.${code}`)]),
        onPick: (code) => {
          this.tongue = code;
          this.said = null;
        },
      })}</label>
        <button class="button" ?disabled=${this.busy || !seen?.synthesiser} @click=${() => this.build()}>
          ${t("admin.voice.build")}</button></div>
      ${this.tryOut()}
      ${this.hall ? speakingCard(this, this.hall) : nothing}
      ${
        seen
          ? pronunciationCard({
              t,
              table: this.table,
              language: this.tongue,
              words,
              busy: Boolean(this.busy),
              onSet: (word, said) => this.pronounce(word, said),
              onPlay: (url) => playAll([url]),
            })
          : nothing
      }
      <section class="card"><h2>${t("admin.voice.words", { count: words.length, missing: missing.length })}</h2>
        <ul class="words">${[...missing, ...words.filter((word) => !missing.includes(word))].map((word) =>
          this.word(word),
        )}</ul></section>
    </main>`;
  }
}

customElements.define("admin-voice", AdminVoice);
