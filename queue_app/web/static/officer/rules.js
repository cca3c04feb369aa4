// What the officer's page decides without the DOM: which acts are possible, which state is newer, how times read.
import { pick } from "../kit/i18n.js";

/**
 * @import { MissedOut, TicketInHandOut, WaitingOut } from "../kit/api-types.d.ts"
 * @import { CounterState, Names } from "../kit/kit-types.d.ts"
 * @import { Act, ActSpec, Asked, Known, Loss, Objections, Role, Unsent, Why } from "./officer-types.d.ts"
 */

const SECOND = 1_000;
const MINUTE = 60_000;
/** @type {Role[]} */
const RANKS = ["officer", "supervisor", "admin"];

/**
 * Each act with its key and sign; `path` is the last word of its address, `asks` whether a dialog comes first.
 * @type {Record<Act, ActSpec>}
 */
export const ACTS = {
  next: { key: "n", icon: "player-skip-forward", path: "call-next" },
  recall: { key: "r", icon: "speakerphone", path: "recall" },
  start: { key: "s", icon: "player-play", path: "start" },
  complete: { key: "c", icon: "check", path: "complete" },
  no_show: { key: "x", icon: "user-off", path: "no-show" },
  hold: { key: "h", icon: "hand-stop", path: "hold" },
  transfer: { key: "t", icon: "arrows-exchange", path: "transfer", asks: true },
  change: { key: "e", icon: "pencil", path: "change", asks: true },
  cancel: { key: "d", icon: "ban", path: "cancel", asks: true },
  call: { key: "g", icon: "hash", path: "call", asks: true },
  serve_direct: { key: "w", icon: "user-plus", path: "serve-direct", asks: true },
  issue: { key: "i", icon: "ticket", asks: true },
  reprint: { key: "k", icon: "printer", path: "/staff/reprints", asks: true },
  stops: { key: "z", icon: "ban", asks: true },
  held: { key: "a", icon: "hand-stop", asks: true },
  missed: { key: "m", icon: "user-off", asks: true },
  undo: { key: "u", icon: "arrow-back-up", path: "undo" },
  note: { key: "b", icon: "note", path: "note", asks: true },
  pause: { key: "p", icon: "player-pause", path: "pause", asks: true },
  hand_over: { key: "o", icon: "user-share", path: "close", asks: true },
  close: { key: "l", icon: "door-exit", path: "close", asks: true },
  help: { key: "?", icon: "keyboard", asks: true },
  back: { path: "back", icon: "player-play" },
  resume: { path: "resume", icon: "speakerphone" },
  return: { path: "return", icon: "arrow-back-up" },
};

export const ACT_NAMES = /** @type {Act[]} */ (Object.keys(ACTS));

/**
 * The acts that make sense only for the ticket in hand: their dialog goes when it goes.
 * @type {Asked[]}
 */
export const ON_TICKET = ["transfer", "change", "cancel", "note"];

/**
 * The act behind a key of the keyboard, or undefined. While the counter pauses, *next* and *pause* end the pause.
 * @param {string} key
 * @param {Pick<CounterState, "pause">} state
 * @returns {Act | undefined}
 */
export function actOf(key, state) {
  const pressed = key === " " ? "n" : key.toLowerCase();
  const act = ACT_NAMES.find((name) => ACTS[name].key === pressed);
  return state.pause && (act === "next" || act === "pause") ? "back" : act;
}

/**
 * @param {TicketInHandOut | null} ticket
 * @param {...string} states
 * @returns {Why | null}
 */
function onHand(ticket, ...states) {
  if (!ticket) return ["officer.why.no_ticket", {}];
  return states.includes(ticket.state) ? null : [`officer.why.${ticket.state}`, { label: ticket.label }];
}

/**
 * Whole seconds until the ticket in hand may be called again, 0 if it may.
 * @param {Pick<CounterState, "ticket" | "policy">} state
 * @param {number} now
 */
export function secondsToRecall({ ticket, policy }, now) {
  if (ticket?.state !== "called" || ticket.last_called_at === null) return 0;
  return Math.max(0, Math.ceil((ticket.last_called_at + policy.recall_interval_s * SECOND - now) / SECOND));
}

/**
 * @param {CounterState} state
 * @param {number} now
 */
function whyNoRecall(state, now) {
  const seconds = secondsToRecall(state, now);
  return onHand(state.ticket, "called") ?? (seconds ? ["officer.why.too_soon", { n: seconds }] : null);
}

/** @param {CounterState} state */
function whyNoNoShow({ ticket, policy }) {
  const missing = policy.calls_before_no_show - (ticket?.times ?? 0);
  return onHand(ticket, "called") ?? (missing > 0 ? ["officer.why.few_calls", { n: missing }] : null);
}

// A call needs a counter at work, and a number that is not still on its way to it.
/**
 * @param {CounterState} state
 * @returns {Why | null}
 */
function whyNoCall({ ticket, pause }) {
  if (pause) return ["officer.why.paused", {}];
  return ticket?.state === "called" ? ["officer.why.not_started", { label: ticket.label }] : null;
}

/**
 * @param {CounterState} state
 * @returns {Why | null}
 */
function whyNoFreeHand({ ticket }) {
  return ticket ? ["officer.why.hand_full", { label: ticket.label }] : null;
}

/**
 * @param {CounterState} state
 * @param {number} now
 * @returns {Why | null}
 */
function whyNoUndo(state, now) {
  if (!state.undo || now >= state.undo.until) return ["officer.why.nothing_to_undo", {}];
  return whyNoFreeHand(state);
}

/**
 * Why each act is not possible now: null if it is, else [key, params] of a sentence.
 * informed: whether the state is surely fresh; if not, "nobody is waiting" may be old news, so calling stays
 * possible and the server decides.
 * @param {CounterState} state
 * @param {{ informed: boolean, now: number, role: Role }} page
 * @returns {Objections}
 */
export function objections(state, { informed, now, role }) {
  const { ticket, policy, pause } = state;
  /** @type {Why | null} */
  const nobody = state.waiting_count === 0 && informed ? ["officer.why.nobody", {}] : null;
  const mayCall = RANKS.indexOf(role) >= RANKS.indexOf(policy.call_any);
  return {
    next: whyNoCall(state) ?? nobody,
    back: pause ? null : ["officer.why.not_paused", {}],
    recall: whyNoRecall(state, now),
    start: onHand(ticket, "called"),
    complete: onHand(ticket, "serving"),
    no_show: whyNoNoShow(state),
    hold: onHand(ticket, "called", "serving"),
    transfer: onHand(ticket, "called", "serving"),
    change: onHand(ticket, "called", "serving"),
    cancel: onHand(ticket, "called"),
    note: policy.notes ? onHand(ticket, "called", "serving") : ["officer.why.notes_off", {}],
    call: mayCall ? whyNoCall(state) : ["officer.why.not_for_you", {}],
    serve_direct: pause ? ["officer.why.paused", {}] : whyNoFreeHand(state),
    pause: whyNoFreeHand(state),
    undo: whyNoUndo(state, now),
    held: state.held.length ? null : ["officer.why.none_held", {}],
    missed: state.missed.length ? null : ["officer.why.none_missed", {}],
    // For what their dialogs send:
    resume: pause ? ["officer.why.paused", {}] : whyNoFreeHand(state),
    return: null,
    issue: null,
    reprint: null,
    stops: null,
    hand_over: null,
    close: null,
    help: null,
  };
}

/** @param {Pick<TicketInHandOut, "id" | "state" | "times"> | null} ticket */
function handOf(ticket) {
  return ticket ? `${ticket.id} ${ticket.state} ${ticket.times}` : "none";
}

/**
 * Identity of the moment an act was meant for: changes when the ticket in hand, or what is known of it, does.
 * @param {Pick<CounterState, "ticket" | "pause">} state
 */
export function moment({ ticket, pause }) {
  const facts = ticket ? ` ${ticket.service_id} ${ticket.class} ${ticket.files}` : "";
  return `${handOf(ticket)}${facts}${pause ? ` pause ${pause.since}` : ""}`;
}

/**
 * Whether an act that nobody answered cannot be repeated any more: it was carried out, or its moment has passed.
 * @param {Pick<Unsent, "act" | "body" | "moment">} unsent
 * @param {CounterState} state
 */
export function isPast({ act, body, moment: meant }, state) {
  // A copy is about a number, wherever that is meanwhile.
  if (act === "reprint") return false;
  if (act === "return") return !state.missed.some(({ id }) => id === body.ticket);
  return meant !== moment(state);
}

/**
 * The newer of two `{seq, state}`; of two with one number, the later heard.
 * @param {Known} mine
 * @param {Known} heard
 */
export function newer(mine, heard) {
  return mine && mine.seq > heard.seq ? mine : heard;
}

/**
 * Why this page has lost its counter: null, or {kind: "taken"|"elsewhere"|"closed", name}.
 * me: the officer's name; seat: the sign-in this page belongs to.
 * @param {CounterState} state
 * @param {string} me
 * @param {number} seat
 * @returns {Loss | null}
 */
export function lossOf(state, me, seat) {
  if (state.status === "closed") return { kind: "closed", name: null };
  const name = state.officer?.name ?? null;
  if (name !== me) return { kind: "taken", name };
  return state.seat === seat ? null : { kind: "elsewhere", name };
}

/**
 * What to tell a screen reader when the ticket in hand changes: [key, params] or null.
 * @param {TicketInHandOut | null} before
 * @param {TicketInHandOut | null} after
 * @returns {Why | null}
 */
export function spoken(before, after) {
  if (handOf(before) === handOf(after)) return null;
  if (!after) return ["officer.say.idle", {}];
  if (after.state === "serving") return ["officer.say.serving", { label: after.label }];
  const again = before?.id === after.id;
  return again
    ? ["officer.say.recalled", { label: after.label, times: after.times }]
    : ["officer.say.called", { label: after.label }];
}

/**
 * The name of a service (or of whatever carries names), "" for none.
 * @param {{ name: Names } | null | undefined} thing
 * @param {string} language
 */
export function nameOf(thing, language) {
  return pick(thing?.name, language);
}

/**
 * Whole minutes between two times in ms, never negative.
 * @param {number} then
 * @param {number} now
 */
export function minutesSince(then, now) {
  return Math.max(0, Math.floor((now - then) / MINUTE));
}

/**
 * Whole seconds from now until a time, never negative.
 * @param {number} then
 * @param {number} now
 */
export function secondsUntil(then, now) {
  return Math.max(0, Math.ceil((then - now) / SECOND));
}

/**
 * The minutes this visit should take: the service's, once for each file; null where it has none.
 * @param {Pick<TicketInHandOut, "minutes" | "files">} ticket
 */
export function standardOf({ minutes, files }) {
  return minutes ? minutes * (files ?? 1) : null;
}

/**
 * Whole minutes by which the service has passed its standard; 0 within it.
 * @param {TicketInHandOut} ticket
 * @param {number} now
 */
export function minutesOver(ticket, now) {
  const standard = standardOf(ticket);
  if (ticket.serving_at === null || standard === null) return 0;
  return minutesSince(ticket.serving_at + standard * MINUTE, now);
}

/**
 * Whether somebody in the line may ask why the ticket in hand came first: they have waited for longer.
 * @param {WaitingOut} row
 * @param {TicketInHandOut | null} ticket
 */
export function mayAskWhy(row, ticket) {
  return ticket !== null && row.start_at < ticket.issued_at;
}

/**
 * Whether a no-show may still go back into the line: until a time, or for so many more calls.
 * @param {MissedOut} row
 * @param {number} now
 */
export function mayReturn({ until, calls_left: left }, now) {
  return now <= until || left > 0;
}

/**
 * A label as it is printed, from what somebody types: "a12" and "A 012" are "A-012"; null if it cannot be one.
 * @param {string} typed
 */
export function labelOf(typed) {
  const found = /^\s*([a-z]{1,3})[\s.-]*(\d{1,4})\s*$/i.exec(typed);
  return found ? `${found[1].toUpperCase()}-${String(Number(found[2])).padStart(3, "0")}` : null;
}

/**
 * Those of a list whose words hold everything typed, in any order.
 * @template T
 * @param {T[]} list
 * @param {string} typed
 * @param {(one: T) => unknown[]} wordsOf
 */
export function matching(list, typed, wordsOf) {
  const wanted = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return list.filter((one) => {
    const words = wordsOf(one).filter(Boolean).join(" ").toLowerCase();
    return wanted.every((word) => words.includes(word));
  });
}

/**
 * A running time: "04:12", from an hour on "1:04:12".
 * @param {number} ms
 */
export function stopwatch(ms) {
  const seconds = Math.max(0, Math.floor(ms / SECOND));
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const hours = Math.floor(seconds / 3_600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
}
