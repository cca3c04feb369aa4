// The board's loudspeaker: one audio context, woken by the first touch where the browser asks for that.
import { chime } from "../kit/chime.js";

const WAKE_LIMIT = 300;
/** The longest a single sound may hold the queue (ms). */
const SOUND_LIMIT = 12_000;

function within(ms, promise) {
  let timer;
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error("sound took too long")), ms); });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

export class Sound {
  #context = null;
  #onBlocked;

  /** onBlocked(bool) is told whether the browser holds the sound back. */
  constructor(onBlocked) {
    this.#onBlocked = onBlocked;
    try {
      this.#context = new AudioContext();
    } catch {
      // No audio device at all: the board shows its calls in silence, and a touch would not help.
      return;
    }
    this.#context.addEventListener("statechange", () => this.#tell());
    for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => this.#wake(), { capture: true });
    this.#wake().finally(() => this.#tell());
  }

  /** Sound one call. Rejects when it could not be heard; never lasts longer than the limit. */
  async play() {
    if (!this.#context) throw new Error("no audio");
    if (this.#context.state !== "running") await this.#wake();
    await within(SOUND_LIMIT, chime(this.#context));
  }

  async #wake() {
    // A blocked context leaves this promise open for ever, so it is not waited for beyond a moment.
    await within(WAKE_LIMIT, this.#context.resume()).catch(() => {});
  }

  #tell() {
    this.#onBlocked(this.#context.state !== "running");
  }
}
