// What the officer's page decides without the DOM: which acts are legal, which state is newer, how times read.
import { pick } from "../kit/i18n.js";

/** The acts on a counter and their last word in the API's path. */
export const PATHS = {
  next: "call-next",
  recall: "recall",
  start: "start",
  complete: "complete",
  no_show: "no-show",
  close: "close",
};

/** Key of each act. Next also listens to the space bar. */
export const KEYS = { next: "n", recall: "r", start: "s", complete: "c", no_show: "x" };

/**
 * Which acts the state allows. informed: whether the state is surely fresh; if not, "nobody is waiting" may be
 * old news, so calling stays possible and the server decides.
 */
export function legalActs(state, informed) {
  const ticket = state.ticket?.state ?? null;
  return {
    next: ticket !== "called" && (state.waiting_count > 0 || !informed),
    recall: ticket === "called",
    start: ticket === "called",
    complete: ticket === "serving",
    no_show: ticket === "called",
  };
}

/** Why calling is not possible: the key of a sentence, or null. */
export function whyNoNext(state, legal) {
  if (legal.next) return null;
  return state.ticket?.state === "called" ? "officer.why.not_started" : "officer.why.nobody";
}

/** Identity of the moment an act was meant for: changes when the ticket in hand does. */
export function moment({ ticket }) {
  return ticket ? `${ticket.id} ${ticket.state} ${ticket.times}` : "none";
}

/** The newer of two `{seq, state}`; of two with one number, the later heard. */
export function newer(mine, heard) {
  return mine && mine.seq > heard.seq ? mine : heard;
}

/**
 * Why this page has lost its counter: null, or {kind: "taken"|"elsewhere"|"closed", name}.
 * me: the officer's name; seat: the sign-in this page belongs to.
 */
export function lossOf(state, me, seat) {
  if (state.status === "closed") return { kind: "closed", name: null };
  const name = state.officer?.name ?? null;
  if (name !== me) return { kind: "taken", name };
  return state.seat === seat ? null : { kind: "elsewhere", name };
}

/** What to tell a screen reader when the ticket in hand changes: [key, params] or null. */
export function spoken(before, after) {
  if (moment({ ticket: before }) === moment({ ticket: after })) return null;
  if (!after) return ["officer.say.idle", {}];
  if (after.state === "serving") return ["officer.say.serving", { label: after.label }];
  const again = before?.id === after.id;
  return again
    ? ["officer.say.recalled", { label: after.label, times: after.times }]
    : ["officer.say.called", { label: after.label }];
}

/** The name of a service (or of whatever carries names), "" for none. */
export function nameOf(thing, language) {
  return pick(thing?.name ?? thing ?? "", language);
}

/** Whole minutes between two times in ms, never negative. */
export function minutesSince(then, now) {
  return Math.max(0, Math.floor((now - then) / 60_000));
}

/** A running time: "04:12", from an hour on "1:04:12". */
export function stopwatch(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const two = (n) => String(n).padStart(2, "0");
  const hours = Math.floor(seconds / 3_600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
}
