// An administrator looks after the voice: hears a call, records words, and sees which are missing.
import { SettingsPage } from "../admin/settings-page.js";
import { api, Problem } from "../kit/api.js";
import { html, nothing } from "../kit/vendor/lit.js";
import { lookAtHall, speakingCard } from "./hall-settings.js";
import { pronunciationCard, withWord } from "./pronunciation.js";

const ENDED_MS = 15_000;
const BUILD_MS = 120_000;

/** Play sounds one after another; one that cannot be played is passed over. */
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

class AdminVoice extends SettingsPage {
  static properties = {
    hall: { state: true },
    table: { state: true },
    seen: { state: true },
    tongue: { state: true },
    said: { state: true },
  };

  constructor() {
    super();
    this.tongue = "id";
    this.hall = null; // what holds for all displays
    this.seen = null;
    this.table = {};
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

  /** Keep how a word is said, make its clip and let it be heard. */
  pronounce(word, said) {
    const { tongue } = this;
    this.act(async () => {
      const table = withWord(this.table, tongue, word, said);
      this.table = (await api("PUT", "/api/v1/voice/pronunciation", { table })).table;
      if (this.seen.synthesiser) await api("POST", "/api/v1/voice/build", {}, { timeout: BUILD_MS });
      this.seen = await api("GET", "/api/v1/voice/words");
      const url = this.seen.languages[tongue].find(({ text }) => text === word)?.url;
      if (said && url) await playAll([url]);
    });
  }

  say(event) {
    event.preventDefault();
    const asked = new URLSearchParams(new FormData(event.target));
    asked.set("language", this.tongue);
    this.act(async () => {
      this.said = (await api("GET", `/api/v1/voice/sentence?${asked}`)).words;
      await playAll(this.said.map(({ url }) => url).filter(Boolean));
    });
  }

  async build() {
    const made = await this.act(async () => {
      const answer = await api("POST", "/api/v1/voice/build", {}, { timeout: BUILD_MS });
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

  record(text, file) {
    if (!file) return;
    const asked = new URLSearchParams({ language: this.tongue, text });
    const csrf = document.querySelector('meta[name="csrf"]')?.content ?? "";
    this.act(async () => {
      const answer = await fetch(`/api/v1/voice/recording?${asked}`, {
        method: "PUT",
        body: file,
        headers: { "Content-Type": "audio/wav", "X-CSRFToken": csrf, "Accept-Language": this.boot.language },
      }).catch(() => {
        throw new Problem({ code: "unreachable" });
      });
      if (!answer.ok) throw new Problem(await answer.json());
      this.seen = await api("GET", "/api/v1/voice/words");
    });
  }

  forget(text) {
    const asked = new URLSearchParams({ language: this.tongue, text });
    this.act(async () => {
      await api("DELETE", `/api/v1/voice/recording?${asked}`);
      this.seen = await api("GET", "/api/v1/voice/words");
    });
  }

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
          @change=${(event) => this.record(text, event.target.files[0])}></label>
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
      <div class="acts"><label>${t("admin.displays.languages")}<select @change=${(event) => {
        this.tongue = event.target.value;
        this.said = null;
      }}>
        ${languages.map(
          (code) => html`<option value=${code} ?selected=${code === this.tongue}>${t(`language.${code}`)}</option>`,
        )}</select></label>
        <button class="button" ?disabled=${this.busy || !seen?.synthesiser} @click=${() => this.build()}>
          ${t("admin.voice.build")}</button></div>
      ${this.tryOut()}
      ${this.hall ? speakingCard(this) : nothing}
      ${
        seen
          ? pronunciationCard({
              t,
              table: this.table,
              language: this.tongue,
              words,
              busy: this.busy,
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
