// The board's loudspeaker: one audio context, woken by the first touch where the browser asks for that.
import { chime } from "../kit/chime.js";

/** @import { Clip } from "./board-types.d.ts" */

// How long a context may take to start, ms: a busy computer needs its time, a context that no touch has freed never
// starts.
const WAKE_LIMIT = 4_000;
const BLOCKED_LIMIT = 300;
const GONG_LIMIT = 6_000;
const DECODE_LIMIT = 4_000;
const BREATH = 0.08;
const LOOK = 100;

/**
 * @template T
 * @param {number} ms
 * @param {Promise<T>} promise
 * @returns {Promise<T>}
 */
function within(ms, promise) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {Promise<never>} */
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("sound took too long")), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

const sleep = (/** @type {number} */ ms) => new Promise((done) => setTimeout(done, ms));

export class Sound {
  /** @type {{ context: AudioContext, gain: GainNode } | null} null without any audio device */
  #out = null;
  #onChange;

  /**
   * onChange() is called whenever `state` may have changed. volume: 0 to 100.
   * @param {{ volume?: number, onChange?: () => void }} [how]
   */
  constructor({ volume = 80, onChange = () => {} } = {}) {
    this.#onChange = onChange;
    try {
      const context = new AudioContext();
      const gain = context.createGain();
      gain.gain.value = volume / 100;
      gain.connect(context.destination);
      this.#out = { context, gain };
    } catch {
      // No audio device at all: the board shows its calls in silence, and a touch would not help.
      return;
    }
    this.#out.context.addEventListener("statechange", () => this.#onChange());
    for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => this.wake(), { capture: true });
    this.wake();
  }

  /** on, blocked (the browser waits for a touch) or none (no audio device). */
  get state() {
    if (!this.#out) return "none";
    return this.#out.context.state === "running" ? "on" : "blocked";
  }

  /** Try to start the sound; it needs a touch where no policy of the browser allows it. */
  async wake() {
    if (!this.#out) return;
    // A blocked context leaves this promise open for ever, so it is not waited for beyond a moment.
    const limit = navigator.userActivation?.hasBeenActive === false ? BLOCKED_LIMIT : WAKE_LIMIT;
    await within(limit, this.#out.context.resume()).catch(() => {});
    this.#onChange();
  }

  /** Sound the gong. Rejects when it could not be heard. */
  async gong() {
    const { context, gain } = await this.#ready();
    await within(GONG_LIMIT, chime(context, gain));
  }

  /**
   * Play clips `{bytes}` one after another without a gap. `mayGoOn()` is asked all the time: once it says no, the sound
   * stops at once and the promise is rejected. Rejects too when nothing could be heard.
   * @param {Clip[]} clips
   * @param {() => boolean} [mayGoOn]
   */
  async play(clips, mayGoOn = () => true) {
    const { context, gain } = await this.#ready();
    // A clip that cannot be decoded, or not in time, is left out; the others are heard.
    const decode = (/** @type {Clip} */ { bytes }) =>
      within(DECODE_LIMIT, context.decodeAudioData(bytes.slice(0))).catch(() => null);
    const heard = (await Promise.all(clips.map(decode))).flatMap((buffer) => buffer ?? []);
    if (!heard.length) throw new Error("no sound");
    let at = context.currentTime + 0.02;
    const sources = heard.map((buffer) => {
      const source = new AudioBufferSourceNode(context, { buffer });
      source.connect(gain);
      source.start(at);
      at += buffer.duration + (buffer.duration > 0.2 ? BREATH : 0);
      return source;
    });
    const end = performance.now() + (at - context.currentTime) * 1000;
    try {
      // A timer and not the sound's own "ended": a device unplugged in the middle never sends that.
      for (let left = end - performance.now(); left > 0; left = end - performance.now()) {
        await sleep(Math.min(left, LOOK));
        if (!mayGoOn()) throw new Error("taken over");
      }
    } finally {
      for (const source of sources) source.disconnect();
    }
  }

  async #ready() {
    if (!this.#out) throw new Error("no audio");
    const { context } = this.#out;
    if (context.state !== "running") await this.wake();
    // It may have changed in between, which the checker does not see.
    const state = /** @type {AudioContextState} */ (context.state);
    if (state !== "running") throw new Error(`audio is ${state}`);
    return this.#out;
  }
}
