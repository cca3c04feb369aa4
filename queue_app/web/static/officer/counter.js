// The officer's work page: one counter, its ticket in hand and the people who wait for it.
import { api, asProblem } from "../kit/api.js";
import { pick } from "../kit/i18n.js";
import { Live } from "../kit/live.js";
import { Page } from "../kit/page.js";
import { SendOnce } from "../kit/send-once.js";
import { ask } from "../site/parts.js";
import { ACTS, actOf, isOnTicket, objections, pathOf } from "./actions.js";
import { Announced } from "./announcement-state.js";
import { isPast, lossOf, moment, newer, spoken } from "./counter-rules.js";
import { lostView, workView } from "./counter-view.js";
import { FORMS } from "./forms.js";
import { showForm } from "./sheet-frame.js";
import { isStored, store, ticksOf, toggleTick } from "./stored.js";

/**
 * @import { CounterStateOut, WaitingOut } from "../kit/api-types.d.ts"
 * @import { CounterState, LiveStatus, ProblemFields, RoomUpdate, Words } from "../kit/kit-types.d.ts"
 * @import { Changed, TemplateEvent } from "../kit/vendor/lit.d.ts"
 * @import { CounterAction, Asked, Body, CounterBoot, Form, Known, Loss, Unsent, Why } from "./officer-types.d.ts"
 */

const NOTE_MS = 12_000;
const HINT_MS = 4_000;
const SHORTCUTS_OFF = "officer.shortcuts_off";
const CHOICE = "/counter";

/** @extends {Page<CounterBoot>} */
export class OfficerCounter extends Page {
  static properties = {
    known: { state: true },
    status: { state: true },
    pending: { state: true },
    note: { state: true },
    unsent: { state: true },
    lost: { state: true },
    shortcuts: { state: true },
    say: { state: true },
    form: { state: true },
    ticks: { state: true },
  };

  constructor() {
    super();
    /** @type {Known} */
    this.known = { seq: this.boot.seq, state: this.boot.state };
    /** @type {LiveStatus} */
    this.status = { status: "connecting", lastGood: this.boot.now, build: null, offset: this.boot.now - Date.now() };
    /** @type {CounterAction | null} under way */
    this.pending = null;
    this.once = new SendOnce();
    /** @type {Unsent | null} */
    this.unsent = null;
    /** @type {Words | null} the last refusal, in words */
    this.note = null;
    /** @type {Form | null} the dialog that is open */
    this.form = null;
    /** @type {HTMLFormElement | null} what is sent once the counter is closed */
    this.signingOut = null;
    /** @type {Loss | null} */
    this.lost = lossOf(this.boot.state, this.boot.officer.name, this.boot.session_id);
    this.say = "";
    this.ticks = ticksOf(this.boot.state.ticket?.id);
    this.shortcuts = !isStored(SHORTCUTS_OFF);
    this.onKey = (/** @type {KeyboardEvent} */ event) => this.#key(event);
    this.announced = new Announced(this.boot.counter_id, () => this.requestUpdate());
  }

  connectedCallback() {
    super.connectedCallback();
    document.addEventListener("keydown", this.onKey);
    this.announced.follow(this.state.ticket);
    this.clock = setInterval(() => this.requestUpdate(), 1_000);
    this.live = new Live({
      onStatus: (status) => (this.status = { ...status, lastGood: status.lastGood ?? this.status.lastGood }),
    });
    this.live.join(`counter:${this.boot.counter_id}`, (message) => this.#hear(message), {
      last: this.boot.seq,
      onProblem: (problem) => this.#refused(problem),
    });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener("keydown", this.onKey);
    clearInterval(this.clock);
    this.announced.follow(null);
    this.live?.close();
  }

  get state() {
    return this.known.state;
  }

  /** Server time in ms. */
  get now() {
    return Date.now() + this.status.offset;
  }

  get informed() {
    return this.status.status === "live";
  }

  /** Why each act is not possible now. */
  get objections() {
    const { informed, now, boot } = this;
    return objections(this.state, { life: boot.life, informed, now, role: boot.officer.role });
  }

  render() {
    const { name } = this.state.counter;
    document.title = this.state.ticket ? `${this.state.ticket.label} · ${name}` : name;
    return this.lost ? lostView(this, this.lost) : workView(this);
  }

  /** @param {Changed} changed */
  updated(changed) {
    showForm(this, changed);
  }

  /**
   * Carry out an act or open its dialog. What is not possible is said; while an act is under way nothing happens.
   * @param {CounterAction} act
   * @param {TemplateEvent} [event]
   */
  press(act, event) {
    // After a mouse press the focus goes back to the page, so that the space bar calls the next one.
    if (event && event.detail > 0) event.currentTarget.blur();
    if (this.pending || this.lost) return;
    const why = this.objections[act];
    if (why) this.#hint(act, why);
    else if (ACTS[act].asks) this.open(act);
    else this.send(act);
  }

  /**
   * Open the dialog of an act. about: what it is about, where that is not the ticket in hand.
   * @param {Asked} act
   * @param {WaitingOut | null} [about]
   */
  async open(act, about = null) {
    const { start = () => ({}), load } = FORMS[act];
    this.note = null;
    this.form = { act, about, ticket: this.state.ticket?.id ?? null, values: start(this), data: null, problem: null };
    if (load) await this.load();
  }

  /** Fetch what the open dialog chooses from. */
  async load() {
    const { form } = this;
    const load = form && FORMS[form.act].load;
    if (!load) return;
    this.form = { ...form, problem: null };
    try {
      const data = await load(this, form);
      if (this.form?.act === form.act) this.form = { ...this.form, data };
    } catch (fault) {
      if (this.form?.act === form.act) this.form = { ...this.form, problem: this.#inWords(asProblem(fault)) };
    }
  }

  /**
   * Put something into the open dialog.
   * @param {object} values
   */
  fill(values) {
    if (this.form) this.form = { ...this.form, values: { ...this.form.values, ...values } };
  }

  /** Close the open dialog. */
  dismiss() {
    this.form = null;
    this.signingOut = null;
  }

  /**
   * Send what the open dialog says; it stays open, as it was filled in, when that is refused.
   * @param {string} [way]
   */
  async answer(way = "") {
    const { form } = this;
    if (!form || this.pending) return;
    const { ready = () => true, requests, done } = FORMS[form.act];
    if (!requests || !ready(this, form)) return;
    this.form = { ...form, way };
    for (const [act, body] of requests(this, form, way)) {
      if (!(await this.send(act, body))) return;
    }
    if (this.form?.act === form.act) this.form = null;
    if (done) this.#show({ code: "done", title: done(this, form), detail: "" }, HINT_MS);
  }

  /** Press again what nobody answered. */
  retry() {
    if (!this.unsent || this.pending) return;
    if (this.form) this.answer(this.form.way);
    else this.send(this.unsent.act, this.unsent.body);
  }

  /**
   * The sign-out form: asks first when a ticket is in hand, and closes the counter first while people wait for it.
   * @param {TemplateEvent} event
   */
  async signOut(event) {
    if (this.lost || (!this.state.ticket && !this.state.waiting_count)) return;
    event.preventDefault();
    const form = event.currentTarget;
    if (!this.state.ticket) {
      this.signingOut = form;
      this.open("close");
      return;
    }
    const { t } = this;
    const sure = await ask({
      title: t("officer.leave.title"),
      text: t("officer.leave.text", { label: this.state.ticket.label }),
      yes: t("officer.leave.yes"),
      no: t("officer.cancel"),
      danger: true,
    });
    if (sure) form.submit();
  }

  toggleShortcuts() {
    this.shortcuts = !this.shortcuts;
    store(SHORTCUTS_OFF, this.shortcuts ? null : "1");
  }

  /**
   * Tick or untick a document of the visitor in hand.
   * @param {number} at
   */
  tick(at) {
    if (this.state.ticket) this.ticks = toggleTick(this.state.ticket.id, at);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const { key } = event;
    const target = /** @type {HTMLElement} */ (event.target);
    const plain = !event.ctrlKey && !event.altKey && !event.metaKey && !event.repeat && !event.defaultPrevented;
    if (!plain || !this.shortcuts || document.querySelector("dialog[open]")) return;
    if (target.closest("input:not([type=checkbox]), select, textarea, [contenteditable]")) return;
    // A focused control keeps its own space bar.
    if (key === " " && target.closest("a, button, input, summary, [tabindex]")) return;
    const act = actOf(key, this.state);
    if (!act) return;
    event.preventDefault();
    this.press(act);
  }

  /**
   * @param {CounterAction} act
   * @returns {Body}
   */
  #bodyOf(act) {
    if (act === "next" || act === "back") return {};
    return { ticket: act === "undo" ? this.state.undo?.ticket : this.state.ticket?.id };
  }

  /**
   * Send an act; whether it was carried out. A body is given by dialogs, else it is about the ticket in hand.
   * @param {CounterAction} act
   * @param {Body} [body]
   */
  async send(act, body = this.#bodyOf(act)) {
    const now = moment(this.state);
    if (!this.unsent || isPast(this.unsent, this.state)) this.once.forget();
    const path = pathOf(act);
    // Some acts are not the counter's: their answer is not its state.
    const here = !path.startsWith("/");
    this.pending = act;
    this.note = null;
    if (this.form) this.form = { ...this.form, problem: null };
    try {
      const address = here ? `/counters/${this.boot.counter_id}/${path}` : path;
      const response = await this.once.send("POST", `/api/v1${address}`, body);
      const { seq, ...state } = /** @type {CounterStateOut} */ (response);
      this.unsent = null;
      // While the browser leaves for the choice of counters the page must not call itself lost.
      if (path === "close") this.#leave();
      // The answer does not wait for the range of the line; the room brings it.
      else if (here) this.#take({ seq, state: { range: this.state.range, ...state } });
      return true;
    } catch (fault) {
      const problem = asProblem(fault);
      if (problem.code === "unreachable") this.#unanswered({ act, body, moment: now });
      else await this.#refused(problem);
      return false;
    } finally {
      this.pending = null;
      this.#weigh(false);
    }
  }

  #leave() {
    this.leaving = true;
    if (this.signingOut) this.signingOut.submit();
    else location.assign(CHOICE);
  }

  // If the ticket in hand has moved meanwhile, the room has shown what the lost answer would have said.
  /** @param {Unsent} unsent */
  #unanswered(unsent) {
    this.unsent = isPast(unsent, this.state) ? null : unsent;
    if (!this.unsent) this.form = null;
  }

  /** @param {ProblemFields} problem */
  async #refused(problem) {
    this.unsent = null;
    if (problem.code === "sign_in_needed") {
      this.lost = { kind: "session", name: null };
      return;
    }
    if (problem.status === 409) await this.#readAgain();
    const words = this.#inWords(problem);
    if (this.#formIsOver()) this.form = null;
    if (this.form) this.form = { ...this.form, problem: words };
    else this.#show(words, NOTE_MS);
  }

  // A dialog about the ticket in hand has nothing left to say once that has gone.
  #formIsOver() {
    const { form } = this;
    return form !== null && isOnTicket(form.act, this.boot.life) && form.ticket !== (this.state.ticket?.id ?? null);
  }

  /**
   * @param {ProblemFields} problem
   * @returns {Words}
   */
  #inWords({ code, title, detail }) {
    const { t } = this;
    if (code === "unreachable")
      return { code, title: t("officer.unreachable.title"), detail: t("officer.unreachable.list") };
    const known = Object.hasOwn(this.boot.text.id, `refusal.${code}.title`) ? code : "internal";
    return { code, title: title || t(`refusal.${known}.title`), detail: detail || t(`refusal.${known}.detail`) };
  }

  /**
   * @param {CounterAction} act
   * @param {Why} why
   */
  #hint(act, [key, params]) {
    const { t } = this;
    this.say = t(key, params);
    this.#show({ code: "hint", title: t(`officer.act.${act}`), detail: this.say }, HINT_MS);
  }

  /**
   * @param {Words} note
   * @param {number} ms
   */
  #show(note, ms) {
    this.note = note;
    clearTimeout(this.fade);
    this.fade = setTimeout(() => (this.note = null), ms);
  }

  async #readAgain() {
    try {
      const { seq, ...state } = await api("GET", `/api/v1/counters/${this.boot.counter_id}`);
      this.#take({ seq, state }, true);
    } catch {
      // The refusal is on the screen already, and the live room brings the state as soon as it can.
    }
  }

  /** @param {RoomUpdate<CounterState>} update */
  #hear({ seq, state, fresh }) {
    // A snapshot older than what we hold: an act overtook it, or the server's data was replaced. Ask.
    if (fresh && seq < this.known.seq) this.#readAgain();
    else this.#take({ seq, state });
  }

  /**
   * @param {Known} heard
   * @param {boolean} [surely]
   */
  #take(heard, surely = false) {
    const before = this.state.ticket;
    this.known = surely ? heard : newer(this.known, heard);
    const { ticket } = this.state;
    this.announced.follow(ticket);
    const words = spoken(before, ticket);
    if (words) this.say = this.t(words[0], { ...words[1], service: pick(ticket?.service, this.language) });
    if (before?.id !== ticket?.id) this.ticks = ticksOf(ticket?.id);
    if (!this.pending && this.#formIsOver()) this.form = null;
    if (this.unsent && isPast(this.unsent, this.state)) {
      this.unsent = null;
      this.form = null;
    }
    this.#weigh(surely);
  }

  #closing() {
    return this.pending !== null && pathOf(this.pending) === "close";
  }

  // Whether the counter is still ours; once lost, only the server's own answer gives it back. Closing by one's
  // own hand is no loss.
  /** @param {boolean} surely */
  #weigh(surely) {
    const loss = lossOf(this.state, this.boot.officer.name, this.boot.session_id);
    if (this.leaving || this.lost?.kind === "session" || (loss && this.#closing())) return;
    if (loss || surely) this.lost = loss;
    else if (this.lost) this.#readAgain();
    if (this.lost) this.form = null;
  }
}

customElements.define("officer-counter", OfficerCounter);
