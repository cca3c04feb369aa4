// Announces calls one after another: the rules say what is next, this keeps the time and the sound.
import { hear, isIdle, newAnnouncerState, nextStep, soundOver, step } from "./board-rules.js";

/** @import { Call, AnnouncerState, How, Played } from "./board-types.d.ts" */

export class Announcer {
  #announcing = newAnnouncerState();
  #play;
  #onChange;
  #log;
  #turnMs;
  #late;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * play(call, waiting) returns a promise, settled when the sound is over; waiting() are the calls behind it.
   * onChange(announcing) is called at every change. log: a list that gets one record for each announcement, or null.
   * turn: how long a call keeps the large field at least when others wait, ms. late: news older than this are not
   * played.
   * @param {{
   *   play: (call: Call, waiting: () => Call[]) => Promise<How>, onChange: (announcing: AnnouncerState) => void,
   *   log?: Played[] | null, turn: number, late: number,
   * }} how
   */
  constructor({ play, onChange, log = null, turn, late }) {
    this.#play = play;
    this.#onChange = onChange;
    this.#log = log;
    this.#turnMs = turn;
    this.#late = late;
  }

  get idle() {
    return isIdle(this.#announcing);
  }

  /**
   * Take in new calls.
   * @param {Call[]} news
   * @param {number} serverNow
   */
  hear(news, serverNow) {
    this.#announcing = hear(this.#announcing, news, serverNow, performance.now(), this.#late);
    this.#turn();
  }

  #turn() {
    clearTimeout(this.#timer);
    const now = performance.now();
    const before = this.#announcing;
    const { announcing, start } = step(before, now, this.#turnMs);
    this.#announcing = announcing;
    if (start) this.#sound(start, now);
    const wait = nextStep(announcing, now, this.#turnMs);
    if (wait !== null) this.#timer = setTimeout(() => this.#turn(), wait + 1);
    if (announcing !== before) this.#onChange(announcing);
  }

  /**
   * @param {Call} call
   * @param {number} started
   */
  async #sound(call, started) {
    let heard = true;
    /** @type {How} */
    let how = "unheard";
    try {
      how = await this.#play(call, () => this.#announcing.queue);
    } catch {
      // The call is on the screen all the same, and the next one must not wait for a broken loudspeaker.
      heard = false;
    }
    this.#log?.push({ seq: call.seq, label: call.label, started, ended: performance.now(), heard, how });
    this.#announcing = soundOver(this.#announcing, call.seq);
    this.#turn();
  }
}
