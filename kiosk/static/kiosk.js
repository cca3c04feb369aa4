// The kiosk's page: one element that joins the journey (pure), the live state, the network and the clock.

import { api, newKey } from "../kit/api.js";
import { boot } from "../kit/boot.js";
import { translator } from "../kit/i18n.js";
import { Live } from "../kit/live.js";
import { html, LitElement, nothing } from "../kit/vendor/lit.js";
import { classScreen, documentsScreen, missingScreen, servicesScreen, startScreen } from "./choices.js";
import { closedScreen } from "./closed.js";
import { header, icon, steps } from "./frame.js";
import { untilAnswered, watchPaper } from "./issue.js";
import { begin, CHOOSING, idleLeft, isPristine, isWarned, reduce } from "./journey.js";
import { hallClosed, isOutdated } from "./menu.js";
import { showArrowForMouse } from "./mouse.js";
import { idleQuestion, issuingScreen, numberScreen, offlineCover, refusedScreen } from "./outcome.js";
import { FAILED_JOB } from "./print-status.js";
import { paperBanner } from "./print-status-view.js";

/**
 * @import { TicketOut } from "../kit/api-types.d.ts"
 * @import { LiveStatus } from "../kit/kit-types.d.ts"
 * @import { TemplateResult } from "../kit/vendor/lit.d.ts"
 * @import { Journey, JourneyEvent, KioskBoot, LiveState, Screen, View } from "./kiosk-types.d.ts"
 */

/** @type {Record<Screen, (view: View) => TemplateResult>} */
const SCREENS = {
  start: startScreen,
  services: servicesScreen,
  documents: documentsScreen,
  missing: missingScreen,
  class: classScreen,
  issuing: issuingScreen,
  refused: refusedScreen,
  number: numberScreen,
};
const TICK = 250;
const PLACE_EVERY = 20_000;
const ISSUE_TIMEOUT = 6_000;
const CATALOGUE_EVERY = 300_000;
const RELOADED = "kiosk.reloaded";

/** @type {KioskBoot} */
const given = boot();
/**
 * @param {number} ms
 * @returns {Promise<void>}
 */
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
// A clock that nobody sets: corrections of the PC's time must not end a journey.
const steady = () => performance.now();
/**
 * @param {TicketOut} ticket
 * @returns {`/api/v1/tickets/${string}`}
 */
const pathOf = (ticket) => `/api/v1/tickets/${encodeURIComponent(ticket.token)}`;

class QueueKiosk extends LitElement {
  static properties = { journey: { state: true }, live: { state: true }, link: { state: true }, now: { state: true } };

  constructor() {
    super();
    this.now = steady();
    this.journey = begin(given.language, given.timings, this.now);
    this.catalogue = given.catalogue;
    this.catalogueAt = this.now;
    /** @type {LiveState} */
    this.live = given.state;
    /** @type {LiveStatus} */
    this.link = { status: "connecting", lastGood: null, build: null, offset: given.now - Date.now() };
    /** @type {number | null} */
    this.lostAt = null;
    /** @type {Screen | undefined} the screen that was drawn last */
    this.shown = undefined;
  }

  createRenderRoot() {
    this.replaceChildren();
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.client = new Live({ onStatus: (link) => this.#linked(link) });
    this.client.join(
      `kiosk:${given.code}`,
      ({ state }) => {
        this.live = state;
      },
      { last: given.seq },
    );
    setInterval(() => this.#tick(), TICK);
    if (given.place) setInterval(() => this.#askPlace(), PLACE_EVERY);
    for (const type of ["pointerdown", "keydown"]) {
      document.addEventListener(type, () => this.send({ type: "touch" }), { capture: true });
    }
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !this.#isWarned()) this.send({ type: "back" });
    });
    document.addEventListener("contextmenu", (event) => event.preventDefault());
    showArrowForMouse();
  }

  /**
   * Apply an event of the journey, and do what its new state asks for.
   * @param {JourneyEvent} event
   */
  send(event) {
    const now = steady();
    const keyed = event.type === "kind" ? { ...event, key: newKey() } : event;
    const before = this.journey;
    this.journey = reduce(before, { ...keyed, now });
    this.now = now;
    if (this.journey.screen === "issuing" && this.journey.key !== before.key) this.#issue(this.journey);
    if (this.journey.ticket && !before.ticket) this.#watch(this.journey);
    if (this.journey.list && !before.list) this.#printList(this.journey);
    if (this.journey.paper.answer !== before.paper.answer) this.#answer(this.journey);
    if (this.journey.screen === "start" && before.screen !== "start") this.#refresh();
  }

  /** @param {Journey} journey */
  async #issue({ key, service, kind, language, timings }) {
    if (!service || !kind || !key) return;
    const body = { service: service.id, class: kind, language, kiosk: given.code };
    const wanted = () => this.journey.key === key;
    const outcome = await untilAnswered({
      send: () => api("POST", "/api/v1/tickets", body, { key, timeout: ISSUE_TIMEOUT }),
      wanted,
      onUnreachable: () => this.send({ type: "unreachable", key }),
      pause: () => wait(timings.retry),
    });
    if (!outcome) return;
    if (outcome.problem) this.send({ type: "refused", key, problem: outcome.problem });
    else if (wanted()) {
      const { ticket, print_job: job } = outcome.answer;
      this.send({ type: "issued", key, ticket, job, known: this.live?.printer });
    } else this.#giveBack(outcome.answer.ticket);
  }

  /**
   * Nobody is there any more to see this number: it must not be called.
   * @param {TicketOut} ticket
   */
  #giveBack(ticket) {
    api("POST", `${pathOf(ticket)}/cancel`, {}).catch(() => {
      // A number that is called and does not come is a no-show, which the hall knows how to handle.
    });
  }

  /** @param {Journey} journey */
  #watch({ key, ticket, paper }) {
    if (!ticket || paper.say === "none") return;
    watchPaper({
      ask: async () => (await api("GET", `${pathOf(ticket)}/print-jobs`, null)).print_jobs.at(-1),
      wanted: () => this.journey.key === key && !this.journey.paper.proved,
      onJob: (job) => this.send({ type: "paper", job }),
      wait,
    });
  }

  /**
   * The visitor said whether the paper came out.
   * @param {Journey} journey
   */
  #answer({ key, ticket, paper }) {
    if (!ticket || !paper.answer) return;
    api("POST", `${pathOf(ticket)}/print-confirmation`, { printed: paper.answer === "yes" }).catch(() => {
      if (this.journey.key === key) this.send({ type: "paper", job: FAILED_JOB });
    });
  }

  /** @param {Journey} journey */
  async #printList({ service, language, list }) {
    if (!service || !list) return;
    const kiosk = encodeURIComponent(given.code);
    const wanted = () => this.journey.list?.at === list.at && !this.journey.list.proved;
    try {
      const { id } = await api("POST", `/api/v1/kiosks/${kiosk}/checklists`, { service: service.id, language });
      await watchPaper({
        ask: () => api("GET", `/api/v1/kiosks/${kiosk}/checklists/${id}`, null),
        wanted,
        onJob: (job) => this.send({ type: "listed", job }),
        wait,
      });
    } catch {
      if (wanted()) this.send({ type: "listed", job: FAILED_JOB });
    }
  }

  #tick() {
    this.send({ type: "tick" });
    // The hall closed while somebody was choosing: what was chosen is of no use to the next one.
    if (this.#closed() && this.journey.screen !== "start") this.send({ type: "home" });
    const pristine = isPristine(this.journey);
    const old = this.now - this.catalogueAt > CATALOGUE_EVERY || isOutdated(this.catalogue, this.live);
    if (pristine && old) this.#refresh();
    const build = this.link.build;
    if (!pristine || build === null || build === given.build || sessionStorage.getItem(RELOADED) === build) return;
    // Remembered, so that a server that serves another build than it announces does not make us reload for ever.
    sessionStorage.setItem(RELOADED, build);
    location.reload();
  }

  /** Staff may make another screen of this one, or revoke it: then it loads itself anew, once nobody uses it. */
  async #askPlace() {
    if (!isPristine(this.journey)) return;
    try {
      const { place } = /** @type {{ place?: string | null }} */ (await api("GET", given.place, null));
      if (place && isPristine(this.journey)) location.reload();
    } catch {
      // Asked again soon.
    }
  }

  async #refresh() {
    const now = steady();
    if (now - this.catalogueAt < CATALOGUE_EVERY / 10) return;
    this.catalogueAt = now;
    try {
      const catalogue = await api("GET", "/api/v1/catalogue", null);
      if (isPristine(this.journey)) this.catalogue = catalogue;
    } catch {
      // The old catalogue still serves; the live state says what is closed.
    }
  }

  /** @param {LiveStatus} link */
  #linked(link) {
    // The client learns the server's time with the first beat, as it learns the build.
    this.link = link.build === null ? { ...link, offset: this.link.offset } : link;
    const lost = link.status === "offline" || link.status === "stale";
    if (!lost) this.lostAt = null;
    else this.lostAt ??= steady();
  }

  #isWarned() {
    return isWarned(this.journey, this.now);
  }

  #isCovered() {
    const lost = this.lostAt !== null && this.now - this.lostAt >= given.timings.grace;
    return lost && CHOOSING.includes(this.journey.screen);
  }

  /** Why and until when the hall is closed, for those who have not asked for a number yet. */
  #closed() {
    return CHOOSING.includes(this.journey.screen) ? hallClosed(this.live) : null;
  }

  /** @returns {View} */
  #view() {
    const { language } = this.journey;
    return {
      language,
      languages: given.languages,
      t: translator(given.text, language),
      assets: given.assets,
      hall: given.hall_name,
      timeZone: given.time_zone,
      time: Date.now() + this.link.offset,
      now: this.now,
      state: this.journey,
      live: this.live,
      catalogue: this.catalogue,
      send: (event) => this.send(event),
    };
  }

  render() {
    const view = this.#view();
    const { screen } = this.journey;
    const covered = this.#isCovered();
    const closed = this.#closed();
    const warned = !covered && !closed && this.#isWarned();
    const banner = !closed && CHOOSING.includes(screen) && paperBanner(view);
    return html`<div class="frame ${banner ? "banded" : ""}" tabindex="-1" ?inert=${covered}>
        ${header(view)}${closed ? nothing : steps(view)}
        ${
          banner
            ? html`<p class="banner" role="status">${icon(view, "printer-off")}
          <span>${banner}</span></p>`
            : nothing
        }
        <main class="screen at-${closed ? "closed" : screen}">
          ${closed ? closedScreen(view, closed) : SCREENS[screen](view)}</main>
      </div>
      ${covered ? offlineCover(view, this.link.lastGood) : nothing}
      <dialog class="ask" aria-labelledby="idle-title" aria-describedby="idle-text"
        @cancel=${(event) => this.#stay(event)}>
        ${warned ? idleQuestion(view, idleLeft(this.journey, this.now) ?? 0) : nothing}</dialog>`;
  }

  updated() {
    const { screen, language } = this.journey;
    if (document.documentElement.lang !== language) document.documentElement.lang = language;
    const dialog = /** @type {HTMLDialogElement} */ (this.querySelector("dialog.ask"));
    const warned = dialog.childElementCount > 0;
    if (warned && !dialog.open) dialog.showModal();
    else if (!warned && dialog.open) dialog.close();
    const lost = document.activeElement instanceof HTMLButtonElement && document.activeElement.disabled;
    if (this.shown !== undefined && (this.shown !== screen || lost)) this.#focus(screen);
    this.shown = screen;
  }

  /**
   * The next Tab goes to the first choice of a screen; for a new visitor, to the languages.
   * @param {Screen} screen
   */
  #focus(screen) {
    const target = screen === "start" && isPristine(this.journey) ? ".frame" : "main h1";
    /** @type {HTMLElement | null} */
    const found = this.querySelector(target);
    found?.focus({ preventScroll: true });
  }

  /** @param {Event} event */
  #stay(event) {
    event.preventDefault();
    this.send({ type: "extend" });
  }
}

customElements.define("queue-kiosk", QueueKiosk);
