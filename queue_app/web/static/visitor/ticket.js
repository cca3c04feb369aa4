// The visitor's phone: one ticket, its place in the line, and a loud word when it is called.

import { api, asProblem } from "../kit/api.js";
import { chime } from "../kit/chime.js";
import { Live } from "../kit/live.js";
import { Page } from "../kit/page.js";
import { SendOnce } from "../kit/send-once.js";
import { ask } from "../site/parts.js";
import { isNewCall, placeIn } from "./ticket-rules.js";
import { ticketView } from "./ticket-view.js";

/**
 * @import { LineStateOut } from "../kit/api-types.d.ts"
 * @import { LiveStatus, ProblemFields, Words } from "../kit/kit-types.d.ts"
 * @import { Alert, Opening, Reasons, VisitorBoot, VisitorTicketState } from "./visitor-types.d.ts"
 */

const BLINK = "●";
const BUZZ = [400, 150, 400, 150, 800];
const CHIMES = 2;
const UNDO_SLACK_MS = 10_000; // the last word of the line may be late

/** @extends {Page<VisitorBoot>} */
export class VisitorTicket extends Page {
  static properties = {
    ticket: { state: true },
    status: { state: true },
    alert: { state: true },
    problem: { state: true },
    leaving: { state: true },
    called: { state: true },
    say: { state: true },
    reasons: { state: true },
    opening: { state: true },
  };

  constructor() {
    super();
    this.once = new SendOnce();
    this.hall = this.dataset.hall ?? "";
    const place = this.boot.line && placeIn(this.boot.line, this.boot.ticket.label);
    /** @type {VisitorTicketState} */
    this.ticket = { ...this.boot.ticket, ...(place ?? {}) };
    /** @type {Opening | null} whether the service is at work */
    this.opening = this.boot.line?.opening ?? null;
    /** @type {LiveStatus} */
    this.status = { status: "connecting", lastGood: this.boot.now, build: null, offset: this.boot.now - Date.now() };
    /** @type {Alert} */
    this.alert = "off";
    /** @type {Words | null} */
    this.problem = null;
    this.leaving = false;
    /** @type {Reasons} why others were called first */
    this.reasons = null;
    this.called = ""; // said at once
    this.say = ""; // said when the screen reader is free
    /** @type {AudioContext | undefined} */
    this.audio = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} until the phone listens no more */
    this.resting = undefined;
    this.onReturn = () => {
      if (this.audio && this.audio.state !== "running") this.audio.resume().catch(() => {});
    };
  }

  connectedCallback() {
    super.connectedCallback();
    if (this.#isFinal()) return;
    this.live = new Live({
      onStatus: (status) => (this.status = { ...status, lastGood: status.lastGood ?? this.status.lastGood }),
    });
    this.#follow(this.boot.seq);
    this.#rest();
    document.addEventListener("visibilitychange", this.onReturn);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener("visibilitychange", this.onReturn);
    this.#stop();
  }

  /** Server time in ms. */
  get now() {
    return Date.now() + this.status.offset;
  }

  get mayCancel() {
    return this.boot.life.may_cancel.includes(this.ticket.state);
  }

  render() {
    document.title = this.#title();
    return ticketView(this);
  }

  #title() {
    const {
      t,
      ticket: { state, label, counter, ahead },
    } = this;
    if (state === "called" && counter) return t("visitor.title_called", { label, counter: counter.code });
    if (state === "waiting" && ahead) return t("visitor.title_ahead", { label, ahead });
    return t("visitor.title", { label });
  }

  /** Turn the sound and the vibration on (by a touch, or browsers stay silent) or off. */
  async toggleAlert() {
    if (this.alert === "on") {
      this.alert = "off";
      return;
    }
    try {
      this.audio ??= new AudioContext();
      await this.audio.resume();
      this.alert = "on";
      navigator.vibrate?.(100);
      await chime(this.audio);
    } catch {
      this.alert = "failed";
    }
  }

  /** Ask why others were called first. */
  async askWhy() {
    try {
      this.reasons = (await api("GET", `/api/v1/tickets/${this.ticket.token}/why`)).calls;
    } catch {
      this.reasons = "failed";
    }
  }

  /** Leave the queue, after a question. */
  async cancel() {
    if (this.leaving) return;
    const {
      t,
      ticket: { label },
    } = this;
    this.question = new AbortController();
    const sure = await ask({
      title: t("visitor.cancel.title", { label }),
      text: t("visitor.cancel.text"),
      yes: t("visitor.cancel.yes"),
      no: t("visitor.cancel.no"),
      danger: true,
      signal: this.question.signal,
    });
    this.question = null;
    if (!sure || !this.mayCancel) return;
    this.leaving = true;
    this.problem = null;
    try {
      this.#take(await this.once.send("POST", `/api/v1/tickets/${this.ticket.token}/cancel`, {}));
    } catch (fault) {
      const problem = asProblem(fault);
      this.#show(problem);
      if (problem.code !== "unreachable") await this.#read();
    } finally {
      this.leaving = false;
    }
  }

  /** @param {ProblemFields} problem */
  #show({ code, title, detail }) {
    const words = code === "unreachable" ? { title: this.t("visitor.unreachable") } : { title: title ?? "", detail };
    this.problem = words;
  }

  // The line of the ticket's service; a transfer leads to another one.
  /** @param {number | null} [last] */
  #follow(last = null) {
    this.leave?.();
    this.leave = this.live?.join(`line:${this.ticket.service.id}`, ({ state }) => this.#hear(state), { last });
  }

  /** @param {LineStateOut} line */
  #hear(line) {
    this.opening = line.opening ?? null;
    const place = placeIn(line, this.ticket.label);
    if (place) this.#take(place);
    // A missed number comes back by standing in the line again, a visit that was not over by being served again;
    // until then there is nothing to ask.
    else if (this.ticket.state !== "no_show" && this.ticket.state !== "served") this.#read();
  }

  async #read() {
    if (this.reading) return;
    this.reading = true;
    try {
      this.#take(await api("GET", `/api/v1/tickets/${this.ticket.token}`));
    } catch (fault) {
      // Without an answer the page keeps what it knows; the next word from the line asks again.
      if (asProblem(fault).code === "unknown_ticket") this.#take({ state: "expired" });
    } finally {
      this.reading = false;
    }
  }

  /** @param {Partial<VisitorTicketState>} news */
  #take(news) {
    const before = this.ticket;
    // What was given up has no way back, whatever an older word of the line says.
    if (this.#isFinal()) return;
    this.ticket = { ...before, ...news };
    if (isNewCall(before, this.ticket)) this.#announce();
    else if (before.state !== this.ticket.state) this.say = this.t(`state.${this.ticket.state}`);
    else if (before.ahead !== this.ticket.ahead) this.say = this.#aheadWords();
    if (!this.mayCancel) this.question?.abort();
    if (this.ticket.service.id !== before.service.id) this.#follow();
    this.#rest();
  }

  #isFinal() {
    return this.boot.life.final.includes(this.ticket.state);
  }

  // Once all is over the phone listens no longer than the officer may take it back.
  #rest() {
    if (this.#isFinal()) this.#stop();
    else if (!this.boot.life.ended.includes(this.ticket.state)) {
      clearTimeout(this.resting);
      this.resting = undefined;
    } else this.resting ??= setTimeout(() => this.#stop(), this.boot.undo_ms + UNDO_SLACK_MS);
  }

  #aheadWords() {
    const { ahead } = this.ticket;
    if (ahead === null || ahead === undefined) return "";
    return ahead === 0 ? this.t("visitor.next.title") : `${ahead} ${this.t("visitor.ahead", { count: ahead })}`;
  }

  async #announce() {
    this.question?.abort();
    this.called = "";
    await this.updateComplete;
    this.#blink();
    this.called = this.t("visitor.called.say", { label: this.ticket.label, counter: this.ticket.counter?.code ?? "" });
    if (this.alert !== "on") return;
    navigator.vibrate?.(BUZZ);
    try {
      for (let n = 0; n < CHIMES; n += 1) if (this.audio) await chime(this.audio);
    } catch {
      this.alert = "failed";
    }
  }

  /** The tab's title blinks once a second while the phone shows something else. */
  #blink() {
    clearInterval(this.blinker);
    this.blinker = setInterval(() => {
      const going = document.hidden && this.ticket.state === "called";
      if (!going) clearInterval(this.blinker);
      const marked = document.title.startsWith(BLINK);
      document.title = going && !marked ? `${BLINK} ${this.#title()}` : this.#title();
    }, 1_000);
  }

  #stop() {
    clearTimeout(this.resting);
    this.live?.close();
    this.live = null;
  }
}

customElements.define("visitor-ticket", VisitorTicket);
