// Whether the call of the ticket in hand was spoken in the hall, or when it will be: asked while the visitor is on the
// way.
import { api } from "../kit/api.js";

const EVERY_MS = 2_000;

export class Announced {
  #path;
  #onChange;
  #call = null;
  #known = null;
  #timer;

  /** onChange() is told of every answer. */
  constructor(counterId, onChange) {
    this.#path = `/api/v1/counters/${counterId}/announcement`;
    this.#onChange = onChange;
  }

  /** Ask about the newest call of this ticket, as long as that is the question. */
  follow(ticket) {
    const call = ticket?.state === "called" ? `${ticket.id}/${ticket.times}` : null;
    if (call === this.#call) return;
    this.#call = call;
    this.#known = null;
    clearTimeout(this.#timer);
    if (call) this.#ask(call);
  }

  /** The sentence for the officer, or "". */
  words(t) {
    const { state, in_s: seconds, heard } = this.#known ?? {};
    if (state === "queued" && seconds === null) return "";
    const left = state === "queued" ? Math.ceil(seconds - (performance.now() - heard) / 1_000) : null;
    if (left > 0) return t("officer.announced.queued", { n: left });
    if (left !== null) return t("officer.announced.speaking");
    return ["speaking", "spoken", "shown"].includes(state) ? t(`officer.announced.${state}`) : "";
  }

  async #ask(call) {
    let known = null;
    try {
      known = { ...(await api("GET", this.#path)), heard: performance.now() };
    } catch {
      // The page says elsewhere that the line is cut; the next answer comes when it is mended.
    }
    if (call !== this.#call) return;
    if (known) this.#known = known;
    this.#onChange();
    if (known?.state !== "spoken") this.#timer = setTimeout(() => this.#ask(call), EVERY_MS);
  }
}
