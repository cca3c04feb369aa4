// An administrator looks after the voice: hears a call, records words, and sees which are missing.
import { api } from "../kit/api.js";
import { html, nothing } from "../kit/vendor/lit.js";
import { select } from "../site/parts.js";
import { lookAtHall, speakingCard } from "./hall-settings.js";
import { pronunciationCard, withWord } from "./pronunciation.js";
import { SettingsPage } from "./settings-page.js";

/**
 * @import { DisplaySettingsBody, VoiceOut, WordOut } from "../kit/api-types.d.ts"
 * @import { Language } from "../kit/kit-types.d.ts"
 * @import { Draft, Field, Pronunciation, VoiceBoot } from "./admin-types.d.ts"
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
    this.call = { label: "A-012", counter: this.boot.counters[0] ?? "", agency: this.boot.agencies[0] ?? "" };
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

  /** @param {Draft} draft */
  async say(draft) {
    const asked = new URLSearchParams({ language: this.tongue, ...draft });
    this.said = (await api("GET", `/api/v1/voice/sentence?${asked.toString()}`)).words;
    await playAll(this.said.flatMap(({ url }) => url ?? []));
  }

  async build() {
    const made = await this.act(async () => {
      const answer = await api("POST", "/api/v1/voice/build", null, { timeout: BUILD_MS });
      this.seen = await api("GET", "/api/v1/voice/words");
      return answer;
    });
    if (!made) return;
    const words = [this.t("admin.voice.built", { count: made.made }), ...made.faults.map(({ sentence }) => sentence)];
    this.note = { bad: made.faults.length > 0, text: words.join(" ") };
  }

  /**
   * Change the recording of a word.
   * @param {"PUT" | "DELETE"} method
   * @param {string} text
   * @param {File} [file]
   */
  record(method, text, file) {
    const asked = new URLSearchParams({ language: this.tongue, text });
    const sound = file && new Blob([file], { type: "audio/wav" });
    this.act(async () => {
      await api(method, `/api/v1/voice/recording?${asked.toString()}`, sound, { timeout: UPLOAD_MS });
      this.seen = await api("GET", "/api/v1/voice/words");
    });
  }

  /** @param {WordOut} word */
  word({ text, source, url }) {
    const { t } = this;
    const kind = source === "missing" ? "bad" : source === "recorded" ? "good" : "";
    const forget = () => this.record("DELETE", text);
    return html`<li class="word"><strong>${text}</strong><span class="chip ${kind}">${t(`admin.voice.${source}`)}</span>
      <span class="grow"></span>
      ${url ? html`<button class="button" @click=${() => playAll([url])}>${t("admin.voice.play")}</button>` : nothing}
      <label class="button upload"><span aria-hidden="true">${t("admin.voice.upload")}</span><span
        class="visually-hidden">${t("admin.voice.record", { word: text })}</span>
        <input class="visually-hidden" type="file" accept=".wav,audio/wav" ?disabled=${this.busy}
          @change=${({ target: { files } }) => files?.[0] && this.record("PUT", text, files[0])}></label>
      ${source === "recorded" ? this.button(t("admin.voice.forget"), forget, "danger") : nothing}
    </li>`;
  }

  tryOut() {
    const { t, said, boot } = this;
    /** @type {(name: string, label: string, names: string[]) => Field} */
    const choice = (name, label, names) => ({ name, kind: "choice", label, options: names.map((one) => [one, one]) });
    /** @type {Field[]} */
    const fields = [
      { name: "label", label: "admin.voice.label", longest: 12 },
      choice("counter", "admin.displays.counter", boot.counters),
      choice("agency", "admin.voice.agency", boot.agencies),
    ];
    const chip = (/** @type {WordOut} */ { text, url }) => html`<span class="chip ${url ? "" : "bad"}">${text}</span> `;
    return this.form({
      id: "try",
      heading: t("admin.voice.try"),
      value: this.call,
      fields: () => fields,
      send: (draft) => this.say(draft),
      once: true,
      words: t("admin.voice.play"),
      after: said ? html`<p>${said.map(chip)}</p>` : nothing,
    });
  }

  tools() {
    const { t, boot } = this;
    const languages = boot.languages.map((code) => /** @type {[Language, string]} */ ([code, t(`language.${code}`)]));
    const pick = (/** @type {Language} */ code) => Object.assign(this, { tongue: code, said: null });
    return html`<div class="acts">
      <label>${t("admin.displays.languages")}${select({ value: this.tongue, options: languages, onPick: pick })}</label>
      <button class="button" ?disabled=${this.busy || !this.seen?.synthesiser} @click=${() => this.build()}>
        ${t("admin.voice.build")}</button></div>`;
  }

  /** @param {WordOut[]} words */
  wordsCard(words) {
    const missing = words.filter(({ source }) => source === "missing");
    const sorted = [...missing, ...words.filter((word) => !missing.includes(word))];
    return html`<section class="card">
      <h2>${this.t("admin.voice.words", { count: words.length, missing: missing.length })}</h2>
      <ul class="words">${sorted.map((word) => this.word(word))}</ul></section>`;
  }

  render() {
    const { t, seen, table, tongue } = this;
    const words = seen?.languages[tongue] ?? [];
    const card = {
      t,
      table,
      language: tongue,
      words,
      busy: Boolean(this.busy),
      onSet: (/** @type {string} */ word, /** @type {string} */ said) => this.pronounce(word, said),
      onPlay: (/** @type {string} */ url) => playAll([url]),
    };
    const deaf = seen && !seen.synthesiser;
    return html`<main class="admin"><h1>${t("admin.voice.title")}</h1>
      ${this.noteView(deaf ? html`<p class="banner">${t("admin.voice.no_synthesiser")}</p>` : nothing)}
      ${this.tools()}${this.tryOut()}${speakingCard(this)}
      ${seen ? pronunciationCard(card) : nothing}${this.wordsCard(words)}</main>`;
  }
}

customElements.define("admin-voice", AdminVoice);
