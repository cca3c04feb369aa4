// The visitor's journey as plain data: reduce(state, event) -> state. No DOM, no network, no clock of its own:
// every event carries `now` (milliseconds of any steady clock), and the caller's ticks move time forward.

/** Screens before a number is asked for, in order; on them the visitor may change everything. */
export const CHOOSING = ["start", "services", "documents", "missing", "class"];

/** Job states that prove the paper, and those that prove it will not come by itself. */
const PROVED = new Set(["printed", "sent"]);
const FAILED = new Set(["failed", "held", "uncertain", "cancelled", "expired"]);

/**
 * A journey nobody has begun. language: the hall's own; timings: idle, warning, number, paper, settle (ms).
 *
 * screen: start services documents missing class issuing refused number. attempt: "first" or "again" while issuing.
 * paper: what to say of the paper on the number screen: waiting, ready, trouble or none.
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
    paper: null,
    issuedAt: null,
    until: null,
    touchedAt: now,
    enteredAt: now,
  };
}

/** Whether nothing has been chosen, so that there is nothing to forget. */
export function isPristine(state) {
  return state.screen === "start" && state.language === state.home && !state.pages.start;
}

/** Milliseconds of idle time left: null where the journey does not time out, at most `warning` while warned. */
export function idleLeft(state, now) {
  if (state.screen === "number" || isPristine(state)) return null;
  return state.timings.idle + state.timings.warning - (now - state.touchedAt);
}

/** Whether the visitor must be asked if they are still there. */
export function isWarned(state, now) {
  const left = idleLeft(state, now);
  return left !== null && left <= state.timings.warning;
}

function enter(state, screen, now, changes = {}) {
  return { ...state, ...changes, screen, enteredAt: now, touchedAt: now };
}

function turned(state, { page, now }) {
  return enter(state, state.screen, now, { pages: { ...state.pages, [state.screen]: page } });
}

function afterService(service) {
  return service.documents.length ? "documents" : "class";
}

function back(state, now) {
  switch (state.screen) {
    case "services":
      return enter(state, "start", now, { agency: null });
    case "documents":
      return enter(state, "services", now, { service: null, brought: [] });
    case "missing":
      return enter(state, "documents", now);
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

function issued(state, { ticket, job, now }) {
  return enter(state, "number", now, {
    ticket,
    paper: job ? heard("waiting", job.state) : "none",
    issuedAt: now,
    until: now + state.timings.number,
    attempt: null,
  });
}

function heard(paper, jobState) {
  if (PROVED.has(jobState)) return "ready";
  return FAILED.has(jobState) ? "trouble" : paper;
}

function withPaper(state, paper, now) {
  if (paper === state.paper) return state;
  // Whoever has just been told to photograph the screen gets the whole time for it.
  const until = paper === "trouble" ? Math.max(state.until, now + state.timings.number) : state.until;
  return { ...state, paper, until };
}

function tick(state, now) {
  if (state.screen !== "number") {
    const left = idleLeft(state, now);
    return left !== null && left <= 0 ? begin(state.home, state.timings, now) : state;
  }
  if (now >= state.until) return begin(state.home, state.timings, now);
  const late = state.paper === "waiting" && now - state.issuedAt >= state.timings.paper;
  return late ? withPaper(state, "trouble", now) : state;
}

/** What a touch may do on each screen; anything else is a second touch that came too late, and does nothing. */
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
  refused: {
    again: (state, { now }) => enter(state, "class", now, { kind: null, key: null, refusal: null }),
  },
};

/** These touches may repeat at once: they cannot choose anything by mistake. */
const UNHURRIED = new Set(["brought"]);

function toggled(list, index) {
  return list.includes(index) ? list.filter((item) => item !== index) : [...list, index];
}

function answered(state, event) {
  // An answer for a journey that was left, or that is already answered, is not this visitor's.
  if (state.screen !== "issuing" || event.key !== state.key) return state;
  if (event.type === "issued") return issued(state, event);
  if (event.type === "refused") return enter(state, "refused", event.now, { refusal: event.problem, attempt: null });
  return { ...state, attempt: "again" };
}

/**
 * Apply one event. Events (all with `now`): agency {agency}, service {service}, brought {index}, complete, incomplete,
 * kind {kind, key}, again, back, home, page {page}, language {language}, issued {key, ticket, job},
 * refused {key, problem}, unreachable {key}, paper {state}, more, touch, extend, tick.
 */
export function reduce(state, event) {
  const { type, now } = event;
  const choice = CHOICES[state.screen]?.[type];
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
      return state.screen === "number" ? withPaper(state, heard(state.paper, event.state), now) : state;
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
