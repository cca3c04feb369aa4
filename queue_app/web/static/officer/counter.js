// The officer's work page: one counter, its ticket in hand and the people who wait for it.
import { api, newKey } from "../kit/api.js";
import { boot } from "../kit/boot.js";
import { translator } from "../kit/i18n.js";
import { Live } from "../kit/live.js";
import { LitElement } from "../kit/vendor/lit.js";
import { ask } from "../site/parts.js";
import { lostView, workView } from "./counter-view.js";
import { KEYS, PATHS, legalActs, lossOf, moment, nameOf, newer, spoken } from "./rules.js";

const ARMED_MS = 5_000;
const NOTE_MS = 12_000;
const SHORTCUTS_OFF = "officer.shortcuts_off";
const CHOICE = "/counter";

class OfficerCounter extends LitElement {
  static properties = {
    held: { state: true }, language: { state: true }, status: { state: true }, pending: { state: true },
    note: { state: true }, unsent: { state: true }, armed: { state: true }, lost: { state: true },
    shortcuts: { state: true }, say: { state: true },
  };

  constructor() {
    super();
    this.boot = boot();
    this.language = this.boot.language;
    this.held = { seq: this.boot.seq, state: this.boot.state };
    this.status = { status: "connecting", lastGood: this.boot.now, offset: this.boot.now - Date.now() };
    this.pending = null; // act under way
    this.unsent = null; // {act, key, moment}: an act nobody answered; pressed again it keeps its key
    this.note = null; // {title, detail}: the last refusal, in words
    this.armed = false; // the first of two presses on no-show
    this.lost = lossOf(this.boot.state, this.boot.officer.name, this.boot.seat);
    this.say = "";
    this.shortcuts = !this.#stored(SHORTCUTS_OFF);
    this.onKey = (event) => this.#key(event);
  }

  createRenderRoot() {
    this.replaceChildren();
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    document.addEventListener("keydown", this.onKey);
    this.clock = setInterval(() => this.requestUpdate(), 1_000);
    this.live = new Live({ onStatus: (status) => (this.status = { ...status, lastGood: status.lastGood ?? this.status.lastGood }) });
    this.live.join(`counter:${this.boot.counter_id}`, (message) => this.#hear(message), {
      last: this.boot.seq,
      onProblem: (problem) => this.#refused(problem),
    });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener("keydown", this.onKey);
    clearInterval(this.clock);
    this.live.close();
  }

  get state() {
    return this.held.state;
  }

  get t() {
    return translator(this.boot.text, this.language);
  }

  /** Server time in ms. */
  get now() {
    return Date.now() + this.status.offset;
  }

  get informed() {
    return this.status.status === "live";
  }

  /** What may be done now; nothing while an act is under way. */
  get legal() {
    return legalActs(this.state, this.informed);
  }

  render() {
    const { name } = this.state.counter;
    document.title = this.state.ticket ? `${this.state.ticket.label} · ${name}` : name;
    return this.lost ? lostView(this) : workView(this);
  }

  /** Carry out an act; presses that are not legal or come too early do nothing. */
  press(act, event) {
    // After a mouse press the focus goes back to the page, so that the space bar calls the next one.
    if (event?.detail > 0) event.currentTarget.blur();
    if (this.pending || this.lost || !this.legal[act]) return;
    if (act === "no_show" && this.state.ticket.times < 2 && !this.armed) this.#arm();
    else this.#send(act);
  }

  /** Press again what nobody answered. */
  retry() {
    if (this.unsent && !this.pending) this.#send(this.unsent.act);
  }

  /** Close the counter, after a question when a ticket is in hand. */
  async closeCounter() {
    if (this.pending || this.lost) return;
    const { t, state: { ticket } } = this;
    if (ticket) {
      const end = ticket.state === "serving" ? "complete" : "no_show";
      const facts = { label: ticket.label };
      const sure = await ask({
        title: t("officer.close.title"), text: t(`officer.close.${end}_text`, facts),
        yes: t(`officer.close.${end}_yes`, facts), no: t("officer.cancel"), danger: true,
      });
      // The question may have been answered late: only the very ticket it named is ended.
      if (!sure || this.pending || moment(this.state) !== moment({ ticket })) return;
      await this.#send(end);
      if (this.state.ticket || this.unsent || this.lost) return;
    }
    if (!this.pending) await this.#send("close");
  }

  /** The sign-out form: asks first when a ticket is in hand. */
  async signOut(event) {
    if (!this.state.ticket || this.lost) return;
    event.preventDefault();
    const form = event.currentTarget;
    const { t } = this;
    const sure = await ask({
      title: t("officer.leave.title"), text: t("officer.leave.text", { label: this.state.ticket.label }),
      yes: t("officer.leave.yes"), no: t("officer.cancel"), danger: true,
    });
    if (sure) form.submit();
  }

  toggleShortcuts() {
    this.shortcuts = !this.shortcuts;
    try {
      if (this.shortcuts) localStorage.removeItem(SHORTCUTS_OFF);
      else localStorage.setItem(SHORTCUTS_OFF, "1");
    } catch {
      // Storage may be forbidden; the choice then lasts as long as the page.
    }
  }

  #stored(name) {
    try {
      return localStorage.getItem(name) !== null;
    } catch {
      return false;
    }
  }

  #key(event) {
    const { target, key } = event;
    const plain = !event.ctrlKey && !event.altKey && !event.metaKey && !event.repeat && !event.defaultPrevented;
    if (!plain || !this.shortcuts || document.querySelector("dialog[open]")) return;
    if (target.closest("input, select, textarea, [contenteditable]")) return;
    const space = key === " ";
    // A focused control keeps its own space bar.
    if (space && target.closest("a, button, summary, [tabindex]")) return;
    const act = space ? "next" : Object.keys(KEYS).find((name) => KEYS[name] === key.toLowerCase());
    if (!act) return;
    event.preventDefault();
    this.press(act);
  }

  #arm() {
    this.armed = true;
    this.say = this.t("officer.no_show_armed", { label: this.state.ticket.label });
    clearTimeout(this.disarm);
    this.disarm = setTimeout(() => (this.armed = false), ARMED_MS);
  }

  async #send(act) {
    const now = moment(this.state);
    const again = this.unsent?.act === act && this.unsent.moment === now;
    const key = again ? this.unsent.key : newKey();
    const body = act === "next" || act === "close" ? {} : { ticket: this.state.ticket.id };
    this.pending = act;
    this.armed = false;
    this.note = null;
    try {
      const { seq, ...state } = await api("POST", `/api/v1/counters/${this.boot.counter_id}/${PATHS[act]}`, body, { key, timeout: 8_000 });
      this.unsent = null;
      if (act === "close") location.assign(CHOICE);
      else this.#take({ seq, state });
    } catch (problem) {
      // If the ticket in hand has moved meanwhile, the room told us what the lost answer would have said.
      const unknown = problem.code === "unreachable" && moment(this.state) === now;
      if (problem.code !== "unreachable") await this.#refused(problem);
      else this.unsent = unknown ? { act, key, moment: now } : null;
    } finally {
      // While the browser leaves for the choice of counters the page must not call itself lost.
      if (act !== "close" || this.unsent || this.note) {
        this.pending = null;
        this.#weigh(false);
      }
    }
  }

  async #refused(problem) {
    this.unsent = null;
    if (problem.code === "sign_in_needed") {
      this.lost = { kind: "session", name: null };
      return;
    }
    this.#show(problem);
    if (problem.status === 409 || problem.code === "not_your_counter") await this.#readAgain();
  }

  #show({ code, title, detail }) {
    const { t } = this;
    const known = Object.hasOwn(this.boot.text.id, `refusal.${code}.title`) ? code : "internal";
    this.note = { code, title: title || t(`refusal.${known}.title`), detail: detail || t(`refusal.${known}.detail`) };
    clearTimeout(this.fade);
    this.fade = setTimeout(() => (this.note = null), NOTE_MS);
  }

  async #readAgain() {
    try {
      const { seq, ...state } = await api("GET", `/api/v1/counters/${this.boot.counter_id}`);
      this.#take({ seq, state }, true);
    } catch {
      // The refusal is on the screen already, and the live room brings the state as soon as it can.
    }
  }

  #hear({ seq, state, fresh }) {
    // A snapshot older than what we hold: an act overtook it, or the server's data was replaced. Ask.
    if (fresh && seq < this.held.seq) this.#readAgain();
    else this.#take({ seq, state });
  }

  #take(heard, surely = false) {
    const before = this.state.ticket;
    this.held = surely ? heard : newer(this.held, heard);
    const words = spoken(before, this.state.ticket);
    if (words) {
      this.say = this.t(words[0], { ...words[1], service: nameOf(this.state.ticket?.service, this.language) });
      this.armed = false;
    }
    if (this.unsent && this.unsent.moment !== moment(this.state)) this.unsent = null;
    this.#weigh(surely);
  }

  // Whether the counter is still ours; once lost, only the server's own answer gives it back. Closing by one's
  // own hand is no loss.
  #weigh(surely) {
    const loss = lossOf(this.state, this.boot.officer.name, this.boot.seat);
    if (this.lost?.kind === "session" || (loss && this.pending === "close")) return;
    if (loss || surely) this.lost = loss;
    else if (this.lost) this.#readAgain();
  }
}

customElements.define("officer-counter", OfficerCounter);
