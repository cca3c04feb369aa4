// Whether the call of the ticket in hand was spoken in the hall, or when it will be: asked while the visitor is on the
// way.
import { api } from "../kit/api.js";

/**
 * @import { AnnouncementOut, CurrentTicketOut } from "../kit/api-types.d.ts"
 * @import { Translate } from "../kit/kit-types.d.ts"
 */

const EVERY_MS = 2_000;

export class Announced {
  #counterId;
  #onChange;
  /** @type {string | null} the call that is asked about */
  #call = null;
  /** @type {(AnnouncementOut & { heard: number }) | null} */
  #known = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * onChange() is called at every answer.
   * @param {number} counterId
   * @param {() => void} onChange
   */
  constructor(counterId, onChange) {
    this.#counterId = counterId;
    this.#onChange = onChange;
  }

  /**
   * Ask about the newest call of this ticket, as long as that is the question.
   * @param {CurrentTicketOut | null} ticket
   */
  follow(ticket) {
    const call = ticket?.state === "called" ? `${ticket.id}/${ticket.times}` : null;
    if (call === this.#call) return;
    this.#call = call;
    this.#known = null;
    clearTimeout(this.#timer);
    if (call) this.#ask(call);
  }

  /**
   * The sentence for the officer, or "".
   * @param {Translate} t
   */
  words(t) {
    if (!this.#known) return "";
    const { state, in_s: seconds, heard } = this.#known;
    if (state !== "queued")
      return ["speaking", "spoken", "shown"].includes(state) ? t(`officer.announced.${state}`) : "";
    if (seconds === null) return "";
    const left = Math.ceil(seconds - (performance.now() - heard) / 1_000);
    return left > 0 ? t("officer.announced.queued", { n: left }) : t("officer.announced.speaking");
  }

  /** @param {string} call */
  async #ask(call) {
    let known = null;
    try {
      known = { ...(await api("GET", `/api/v1/counters/${this.#counterId}/announcement`)), heard: performance.now() };
    } catch {
      // The page says elsewhere that the line is cut; the next answer comes when it is mended.
    }
    if (call !== this.#call) return;
    if (known) this.#known = known;
    this.#onChange();
    if (known?.state !== "spoken") this.#timer = setTimeout(() => this.#ask(call), EVERY_MS);
  }
}
