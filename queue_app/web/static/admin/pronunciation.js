// The hall's own table of pronunciation: how the synthesiser is told to say a word. One language at a time.
import { html, nothing } from "../kit/vendor/lit.js";

/**
 * @import { Pronunciation, PronunciationCard } from "../admin/admin-types.d.ts"
 * @import { TemplateEvent } from "../kit/vendor/lit.d.ts"
 */

const LONGEST = 120;

/**
 * The table with one word set anew, or taken out where `said` is "".
 * @param {Pronunciation} table
 * @param {string} language
 * @param {string} word
 * @param {string} said
 */
export function withWord(table, language, word, said) {
  const words = { ...table[language] };
  if (said) words[word] = said;
  else delete words[word];
  return { ...table, [language]: words };
}

/**
 * The card of a language. words: the voice's own, with their clips; onSet(word, said) keeps it, onPlay(url) lets it be
 * heard.
 * @param {PronunciationCard} card
 */
export function pronunciationCard({ t, table, language, words, busy, onSet, onPlay }) {
  const own = Object.entries(table[language] ?? {}).sort(([one], [two]) => one.localeCompare(two));
  const send = (/** @type {TemplateEvent} */ event) => {
    event.preventDefault();
    const form = event.currentTarget;
    const [word, said] = ["word", "said"].map((name) => String(new FormData(form).get(name)).trim());
    if (word && said) onSet(word, said);
    form.reset();
  };
  return html`<section class="card"><h2>${t("admin.say.title")}</h2>
    <p>${t("admin.say.help")}</p>
    ${
      own.length
        ? html`<ul class="words">${own.map(([word, said]) => row({ t, word, said, words, busy, onSet, onPlay }))}</ul>`
        : html`<p>${t("admin.say.none")}</p>`
    }
    <form class="fields" @submit=${send}>
      <label>${t("admin.say.word")}<input name="word" list="voice-words" maxlength=${LONGEST} required></label>
      <label>${t("admin.say.said")}<input name="said" maxlength=${LONGEST} required placeholder="lokét"></label>
      <button class="button" type="submit" ?disabled=${busy}>${t("admin.say.add")}</button>
      <datalist id="voice-words">${words.map(({ text }) => html`<option value=${text}></option>`)}</datalist>
    </form>
  </section>`;
}

/** @param {Omit<PronunciationCard, "table" | "language"> & { word: string, said: string }} card */
function row({ t, word, said, words, busy, onSet, onPlay }) {
  const url = words.find(({ text }) => text === word)?.url;
  return html`<li class="word"><strong>${word}</strong>
    <label class="grow"><span class="visually-hidden">${t("admin.say.said_of", { word })}</span>
      <input maxlength=${LONGEST} required .value=${said} ?disabled=${busy}
        @change=${(event) => event.target.value.trim() && onSet(word, event.target.value.trim())}></label>
    ${
      url
        ? html`<button class="button" ?disabled=${busy} @click=${() => onPlay(url)}>${t("admin.voice.play")}</button>`
        : nothing
    }
    <button class="button danger" ?disabled=${busy} @click=${() => onSet(word, "")}>${t("admin.say.remove")}</button>
  </li>`;
}
