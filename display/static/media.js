// Pictures and muted videos beside the calls, one after another. What cannot be shown is passed over.
import { html, LitElement, nothing } from "../kit/vendor/lit.js";

/** @typedef {{ url: string, kind: string }} Item */

const PICTURE_MS = 12_000;
/** A video that has not ended by then is passed over: its file may be broken in the middle. */
const VIDEO_MS = 10 * 60_000;
const AGAIN_MS = 5 * 60_000;
const FIRST_AGAIN_MS = 20_000;

class BoardMedia extends LitElement {
  static properties = { url: {}, item: { state: true } };

  constructor() {
    super();
    this.url = "";
    /** @type {Item[]} */
    this.items = [];
    this.at = -1;
    /** @type {Item | null} */
    this.item = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} until the next one */
    this.timer = undefined;
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.look();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.timer);
    clearTimeout(this.lookTimer);
  }

  async look() {
    try {
      const answer = await fetch(this.url, { cache: "no-store" });
      if (answer.ok) this.items = (await answer.json()).media;
    } catch {
      // The server is away; what we know goes on.
    }
    if (!this.item && this.items.length) this.next();
    this.lookTimer = setTimeout(() => this.look(), this.items.length ? AGAIN_MS : FIRST_AGAIN_MS);
  }

  next() {
    clearTimeout(this.timer);
    if (!this.items.length) {
      this.item = null;
      return;
    }
    this.at = (this.at + 1) % this.items.length;
    this.item = this.items[this.at];
    this.timer = setTimeout(() => this.next(), this.item.kind === "video" ? VIDEO_MS : PICTURE_MS);
    // A single video starts again by itself: nothing of the page changes.
    const video = this.querySelector("video");
    if (video && this.items.length === 1) video.play().catch(() => {});
  }

  passOver() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.next(), 1_000);
  }

  render() {
    if (!this.item) return nothing;
    const { url, kind } = this.item;
    return kind === "video"
      ? html`<video src=${url} autoplay muted .muted=${true} playsinline @ended=${() => this.next()}
        @error=${() => this.passOver()}></video>`
      : html`<img src=${url} alt="" @error=${() => this.passOver()}>`;
  }
}

customElements.define("board-media", BoardMedia);
