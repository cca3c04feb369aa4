// Announces calls one after another: the rules say what is next, this keeps the time and the sound.
import { hear, isIdle, newDesk, nextStep, soundOver, step } from "./board-rules.js";

export class Announcer {
  #desk = newDesk();
  #play;
  #onChange;
  #log;
  #timer;

  /**
   * play(call) returns a promise, settled when the sound is over. onChange(desk) is told of every change.
   * log: a list that gets one record for each announcement, or null.
   */
  constructor({ play, onChange, log = null }) {
    this.#play = play;
    this.#onChange = onChange;
    this.#log = log;
  }

  get idle() {
    return isIdle(this.#desk);
  }

  /** Take in new calls. */
  hear(news, serverNow) {
    this.#desk = hear(this.#desk, news, serverNow);
    this.#turn();
  }

  #turn() {
    clearTimeout(this.#timer);
    const now = performance.now();
    const before = this.#desk;
    const { desk, start } = step(before, now);
    this.#desk = desk;
    if (start) this.#sound(start, now);
    const wait = nextStep(desk, now);
    if (wait !== null) this.#timer = setTimeout(() => this.#turn(), wait + 1);
    if (desk !== before) this.#onChange(desk);
  }

  async #sound(call, started) {
    let heard = true;
    try {
      await this.#play(call);
    } catch {
      // The call is on the screen all the same, and the next one must not wait for a broken loudspeaker.
      heard = false;
    }
    this.#log?.push({ seq: call.seq, label: call.label, started, ended: performance.now(), heard });
    this.#desk = soundOver(this.#desk, call.seq);
    this.#turn();
  }
}
