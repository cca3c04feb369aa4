// What the officer's page decides without the DOM: which acts are possible, which state is newer, how times read.
import { pick } from "../kit/i18n.js";

/**
 * @import { MissedOut, CurrentTicketOut, WaitingOut } from "../kit/api-types.d.ts"
 * @import { CounterState, Names } from "../kit/kit-types.d.ts"
 * @import { CounterAction, ActSpec, Asked, Known, Loss, Objections, Role, Unsent, Why } from "./officer-types.d.ts"
 */

const SECOND = 1_000;
const MINUTE = 60_000;
/** @param {Pick<CurrentTicketOut, "id" | "state" | "times"> | null} ticket */
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
 * me: the officer's name; sessionId: the sign-in this page belongs to.
 * @param {CounterState} state
 * @param {string} me
 * @param {number} sessionId
 * @returns {Loss | null}
 */
export function lossOf(state, me, sessionId) {
  if (state.status === "closed") return { kind: "closed", name: null };
  const name = state.officer?.name ?? null;
  if (name !== me) return { kind: "taken", name };
  return state.session_id === sessionId ? null : { kind: "elsewhere", name };
}

/**
 * What to tell a screen reader when the ticket in hand changes: [key, params] or null.
 * @param {CurrentTicketOut | null} before
 * @param {CurrentTicketOut | null} after
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
 * @param {Pick<CurrentTicketOut, "minutes" | "files">} ticket
 */
export function standardOf({ minutes, files }) {
  return minutes ? minutes * (files ?? 1) : null;
}

/**
 * Whole minutes by which the service has passed its standard; 0 within it.
 * @param {CurrentTicketOut} ticket
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
 * @param {CurrentTicketOut | null} ticket
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
