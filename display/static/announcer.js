// Announces calls one after another: the rules say what is next, this keeps the time and the sound.
import { hear, isIdle, newDesk, nextStep, soundOver, step } from "./board-rules.js";

export class Announcer {
  #desk = newDesk();
  #play;
  #onChange;
  #log;
  #turnMs;
  #late;
  #timer;

  /**
   * play(call, waiting) returns a promise, settled when the sound is over; waiting() are the calls behind it.
   * onChange(desk) is told of every change. log: a list that gets one record for each announcement, or null.
   * turn: how long a call keeps the large field at least when others wait, ms. late: news older than this are not
   * played.
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

  /** Take in new calls. */
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

  async #sound(call, started) {
    let heard = true;
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
