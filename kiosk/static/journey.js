// The visitor's journey as plain data: reduce(state, event) -> state. No DOM, no network, no clock of its own:
// every event carries `now` (milliseconds of any steady clock), and the caller's ticks move time forward.
import { answeredPaper, begun, heardPaper, latePaper, NO_PAPER } from "./print-status.js";

/**
 * @import { ServiceOut } from "../kit/api-types.d.ts"
 * @import { Language } from "../kit/kit-types.d.ts"
 * @import { Choices, EventOf, Journey, JourneyEvent, Paper, Screen, Timed, Timings } from "./kiosk-types.d.ts"
 */

/**
 * Screens before a number is asked for, in order; on them the visitor may change everything.
 * @type {Screen[]}
 */
export const CHOOSING = ["start", "services", "documents", "missing", "class"];

/**
 * A journey nobody has begun. language: the hall's own; timings: idle, warning, number, paper, answer, settle (ms).
 *
 * screen: start services documents missing class issuing refused number. attempt: "first" or "again" while issuing.
 * paper: what is known of the ticket's paper, list: the same of the list of documents (paper.js).
 * @param {Language} language
 * @param {Timings} timings
 * @param {number} now
 * @returns {Journey}
 */
export function begin(language, timings, now) {
  return {
    screen: "start",
    home: language,
    language,
    timings,
    pages: {},
    agency: null,
    service: null,
    brought: [],
    kind: null,
    key: null,
    attempt: null,
    refusal: null,
    ticket: null,
    paper: NO_PAPER,
    list: null,
    until: 0,
    touchedAt: now,
    enteredAt: now,
  };
}

/**
 * Whether nothing has been chosen, so that there is nothing to forget.
 * @param {Journey} state
 */
export function isPristine(state) {
  return state.screen === "start" && state.language === state.home && !state.pages.start;
}

/**
 * Milliseconds of idle time left: null where the journey does not time out, at most `warning` while warned.
 * @param {Journey} state
 * @param {number} now
 */
export function idleLeft(state, now) {
  if (state.screen === "number" || isPristine(state)) return null;
  return state.timings.idle + state.timings.warning - (now - state.touchedAt);
}

/**
 * Whether the visitor must be asked if they are still there.
 * @param {Journey} state
 * @param {number} now
 */
export function isWarned(state, now) {
  const left = idleLeft(state, now);
  return left !== null && left <= state.timings.warning;
}

/**
 * @param {Journey} state
 * @param {Screen} screen
 * @param {number} now
 * @param {Partial<Journey>} [changes]
 * @returns {Journey}
 */
function enter(state, screen, now, changes = {}) {
  return { ...state, ...changes, screen, enteredAt: now, touchedAt: now };
}

/**
 * @param {Journey} state
 * @param {Timed<EventOf<"page">>} event
 */
function turned(state, { page, now }) {
  return enter(state, state.screen, now, { pages: { ...state.pages, [state.screen]: page } });
}

/**
 * @param {ServiceOut | null} service
 * @returns {Screen}
 */
function afterService(service) {
  return service?.documents.length ? "documents" : "class";
}

/**
 * @param {Journey} state
 * @param {number} now
 */
function back(state, now) {
  switch (state.screen) {
    case "services":
      return enter(state, "start", now, { agency: null });
    case "documents":
      return enter(state, "services", now, { service: null, brought: [] });
    case "missing":
      return enter(state, "documents", now, { list: null });
    case "class":
      return afterService(state.service) === "documents"
        ? enter(state, "documents", now)
        : enter(state, "services", now, { service: null });
    case "refused":
      return enter(state, "services", now, { service: null, brought: [], kind: null, key: null, refusal: null });
    default:
      return state;
  }
}

/**
 * @param {Journey} state
 * @param {Timed<EventOf<"issued">>} event
 */
function issued(state, { ticket, job, known, now }) {
  return enter(state, "number", now, {
    ticket,
    paper: begun(job, known, now),
    until: now + state.timings.number,
    attempt: null,
  });
}

/**
 * @param {Journey} state
 * @param {Paper} paper
 * @param {number} now
 */
function withPaper(state, paper, now) {
  if (paper === state.paper) return state;
  // Whoever has just been told to photograph the screen, to go elsewhere or to answer gets the whole time for it.
  const fresh = paper.say !== state.paper.say && !["ready", "taken"].includes(paper.say);
  const until = fresh ? Math.max(state.until, now + state.timings.number, paper.askUntil ?? 0) : state.until;
  return { ...state, paper, until };
}

/**
 * @param {Journey} state
 * @param {number} now
 */
function tick(state, now) {
  if (state.screen !== "number") {
    const list = state.list && latePaper(state.list, state.timings, now);
    if (list !== state.list) return { ...state, list };
    const left = idleLeft(state, now);
    return left !== null && left <= 0 ? begin(state.home, state.timings, now) : state;
  }
  // First, because it may give more time: to photograph the screen when nobody answered the question.
  const late = withPaper(state, latePaper(state.paper, state.timings, now), now);
  return now >= late.until ? begin(state.home, state.timings, now) : late;
}

/**
 * What a touch may do on each screen; anything else is a second touch that came too late, and does nothing.
 * @type {Partial<Record<Screen, Choices>>}
 */
const CHOICES = {
  start: {
    agency: (state, { agency, now }) => enter(state, "services", now, { agency, pages: { start: state.pages.start } }),
  },
  services: {
    service: (state, { service, now }) =>
      enter(state, afterService(service), now, { service, brought: [], pages: { ...state.pages, documents: 0 } }),
  },
  documents: {
    brought: (state, { index, now }) => ({ ...state, touchedAt: now, brought: toggled(state.brought, index) }),
    complete: (state, { now }) => enter(state, "class", now),
    incomplete: (state, { now }) => enter(state, "missing", now),
  },
  class: {
    kind: (state, { kind, key, now }) => enter(state, "issuing", now, { kind, key, attempt: "first" }),
  },
  missing: {
    list: (state, { now }) => ({
      ...state,
      touchedAt: now,
      list: state.list ?? begun({ state: "queued" }, "ready", now),
    }),
  },
  number: {
    answer: (state, { came, now }) => withPaper(state, answeredPaper(state.paper, came, now), now),
  },
  refused: {
    again: (state, { now }) => enter(state, "class", now, { kind: null, key: null, refusal: null }),
  },
};

/** These touches may repeat at once: they cannot choose anything by mistake. */
const UNHURRIED = new Set(["brought"]);

/**
 * @param {number[]} list
 * @param {number} index
 */
function toggled(list, index) {
  return list.includes(index) ? list.filter((item) => item !== index) : [...list, index];
}

/**
 * @param {Journey} state
 * @param {Timed<EventOf<"issued"> | EventOf<"refused"> | EventOf<"unreachable">>} event
 * @returns {Journey}
 */
function answered(state, event) {
  // An answer for a journey that was left, or that is already answered, is not this visitor's.
  if (state.screen !== "issuing" || event.key !== state.key) return state;
  if (event.type === "issued") return issued(state, event);
  if (event.type === "refused") return enter(state, "refused", event.now, { refusal: event.problem, attempt: null });
  return { ...state, attempt: "again" };
}

/**
 * Apply one event. Events (all with `now`): agency {agency}, service {service}, brought {index}, complete, incomplete,
 * kind {kind, key}, again, back, home, page {page}, language {language}, issued {key, ticket, job, known},
 * refused {key, problem}, unreachable {key}, paper {job}, answer {came}, list, listed {job}, more, touch, extend, tick.
 * @param {Journey} state
 * @param {Timed<JourneyEvent>} event
 * @returns {Journey}
 */
export function reduce(state, event) {
  const { type, now } = event;
  const choice = /** @type {((state: Journey, event: Timed<JourneyEvent>) => Journey) | undefined} */ (
    CHOICES[state.screen]?.[type]
  );
  const unsettled = now - state.enteredAt < state.timings.settle;
  if (choice) return unsettled && !UNHURRIED.has(type) ? state : choice(state, event);
  switch (type) {
    case "back":
      return unsettled ? state : back(state, now);
    case "home":
      return unsettled ? state : begin(state.home, state.timings, now);
    case "page":
      return unsettled ? state : turned(state, event);
    case "language":
      return { ...state, language: event.language, touchedAt: now };
    case "issued":
    case "refused":
    case "unreachable":
      return answered(state, event);
    case "paper":
      return state.screen === "number"
        ? withPaper(state, heardPaper(state.paper, event.job, state.timings, now), now)
        : state;
    case "listed":
      return state.list ? { ...state, list: heardPaper(state.list, event.job, state.timings, now) } : state;
    case "more":
      return state.screen === "number" ? { ...state, until: now + state.timings.number } : state;
    case "touch":
      return isWarned(state, now) ? state : { ...state, touchedAt: now };
    case "extend":
      return { ...state, touchedAt: now };
    case "tick":
      return tick(state, now);
    default:
      return state;
  }
}
