// Announces calls one after another: the rules say what is next, this keeps the time and the sound.
import { hear, isIdle, newDesk, nextStep, soundOver, step } from "./board-rules.js";

/** @import { Call, Desk, How, Played } from "./board-types.d.ts" */

export class Announcer {
  #desk = newDesk();
  #play;
  #onChange;
  #log;
  #turnMs;
  #late;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * play(call, waiting) returns a promise, settled when the sound is over; waiting() are the calls behind it.
   * onChange(desk) is told of every change. log: a list that gets one record for each announcement, or null.
   * turn: how long a call keeps the large field at least when others wait, ms. late: news older than this are not
   * played.
   * @param {{
   *   play: (call: Call, waiting: () => Call[]) => Promise<How>, onChange: (desk: Desk) => void,
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
    return isIdle(this.#desk);
  }

  /**
   * Take in new calls.
   * @param {Call[]} news
   * @param {number} serverNow
   */
  hear(news, serverNow) {
    this.#desk = hear(this.#desk, news, serverNow, performance.now(), this.#late);
    this.#turn();
  }

  #turn() {
    clearTimeout(this.#timer);
    const now = performance.now();
    const before = this.#desk;
    const { desk, start } = step(before, now, this.#turnMs);
    this.#desk = desk;
    if (start) this.#sound(start, now);
    const wait = nextStep(desk, now, this.#turnMs);
    if (wait !== null) this.#timer = setTimeout(() => this.#turn(), wait + 1);
    if (desk !== before) this.#onChange(desk);
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
      how = await this.#play(call, () => this.#desk.queue);
    } catch {
      // The call is on the screen all the same, and the next one must not wait for a broken loudspeaker.
      heard = false;
    }
    this.#log?.push({ seq: call.seq, label: call.label, started, ended: performance.now(), heard, how });
    this.#desk = soundOver(this.#desk, call.seq);
    this.#turn();
  }
}
