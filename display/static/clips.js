// The clips of the voice: fetched once and kept, so that a call needs no word from the server when it is spoken.
import { sentence } from "./sentence.js";

/** @import { Book, Clip, Said } from "./board-types.d.ts" */

const AGAIN_MS = 60_000;
const AT_ONCE = 6;

export class Clips {
  #url;
  /** @type {Record<string, { book: Book, clips: Record<string, string> }>} */
  #languages = {};
  /** @type {Map<string, ArrayBuffer>} */
  #bytes = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * url: address of the bank's list.
   * @param {string} url
   */
  constructor(url) {
    this.#url = url;
  }

  /** Fetch the list and what is new in it; again every minute, since clips may be recorded or made meanwhile. */
  async keep() {
    clearTimeout(this.#timer);
    try {
      await this.#load();
    } catch {
      // The server is away; the clips we have stay.
    }
    this.#timer = setTimeout(() => this.keep(), AGAIN_MS);
  }

  /**
   * The sounds of a call in one language, in order, as `{text, bytes}`; a word without a clip is left out.
   * Null when the number or the counter cannot be said, or the language is unknown.
   * @param {string} language
   * @param {Said} call
   * @returns {Clip[] | null}
   */
  of(language, call) {
    const known = this.#languages[language];
    if (!known) return null;
    const found = [];
    for (const { text, needed } of sentence(known.book, call)) {
      const bytes = this.#bytes.get(known.clips[text]);
      if (bytes) found.push({ text, bytes });
      else if (needed) return null;
    }
    return found;
  }

  async #load() {
    const answer = await fetch(this.#url, { cache: "no-store" });
    if (!answer.ok) return;
    const { clips: root, languages } = await answer.json();
    this.#languages = languages;
    const wanted = [...new Set(Object.values(this.#languages).flatMap(({ clips }) => Object.values(clips)))];
    for (const address of this.#bytes.keys()) if (!wanted.includes(address)) this.#bytes.delete(address);
    const missing = wanted.filter((address) => !this.#bytes.has(address));
    // A few at a time: the server has calls to serve meanwhile.
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (let address = missing.shift(); address; address = missing.shift()) await this.#fetch(root, address);
      }),
    );
  }

  /**
   * @param {string} root
   * @param {string} address
   */
  async #fetch(root, address) {
    try {
      const answer = await fetch(root + address);
      if (answer.ok) this.#bytes.set(address, await answer.arrayBuffer());
    } catch {
      // Tried again with the next list.
    }
  }
}
