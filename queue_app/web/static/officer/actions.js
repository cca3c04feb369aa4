// What can be done at a counter, and why not now. What a ticket's state allows comes from the server's table of moves;
// the page adds what it knows besides: the break, the seconds between two calls, who waits.

/**
 * @import { CurrentTicketOut } from "../kit/api-types.d.ts"
 * @import { CounterState } from "../kit/kit-types.d.ts"
 * @import { CounterAction, ActSpec, Asked, Life, Objections, Role, Why } from "./officer-types.d.ts"
 */

const SECOND = 1_000;
/** @type {Role[]} */
const RANKS = ["officer", "supervisor", "admin"];

/**
 * Each act with its key and sign; `path` is its address where that is not its name, `asks` whether a dialog comes
 * first. Buttons stand in this order.
 * @type {Record<CounterAction, ActSpec>}
 */
export const ACTS = {
  next: { key: "n", icon: "player-skip-forward", path: "call-next" },
  recall: { key: "r", icon: "speakerphone" },
  start: { key: "s", icon: "player-play" },
  complete: { key: "c", icon: "check" },
  no_show: { key: "x", icon: "user-off" },
  hold: { key: "h", icon: "hand-stop" },
  transfer: { key: "t", icon: "arrows-exchange", asks: true },
  change: { key: "e", icon: "pencil", asks: true },
  cancel: { key: "d", icon: "ban", asks: true },
  call: { key: "g", icon: "hash", asks: true },
  serve_direct: { key: "w", icon: "user-plus", asks: true },
  issue: { key: "i", icon: "ticket", asks: true },
  reprint: { key: "k", icon: "printer", path: "/staff/reprints", asks: true },
  stops: { key: "z", icon: "ban", asks: true },
  held: { key: "a", icon: "hand-stop", asks: true },
  missed: { key: "m", icon: "user-off", asks: true },
  undo: { key: "u", icon: "arrow-back-up" },
  note: { key: "b", icon: "note", asks: true },
  pause: { key: "p", icon: "player-pause", asks: true },
  hand_over: { key: "o", icon: "user-share", path: "close", asks: true },
  close: { key: "l", icon: "door-exit", asks: true },
  help: { key: "?", icon: "keyboard", asks: true },
  back: { icon: "player-play", path: "end-pause" },
  resume: { icon: "speakerphone" },
  return: { icon: "arrow-back-up" },
};

export const ACT_NAMES = /** @type {CounterAction[]} */ (Object.keys(ACTS));

/** No act is objected to by itself. */
const NEVER = /** @type {Objections} */ (Object.fromEntries(ACT_NAMES.map((act) => [act, null])));

/**
 * Where an act is sent: below the counter's address, or below the API's where it begins with a slash.
 * @param {CounterAction} act
 */
export function pathOf(act) {
  return ACTS[act].path ?? act.replaceAll("_", "-");
}

/**
 * The acts on a ticket in hand, in the order of their buttons.
 * @param {Life} life
 */
export function actsInHand({ moves, in_hand: inHand }) {
  return ACT_NAMES.filter((act) => moves[act]?.some((state) => inHand.includes(state)));
}

/**
 * Whether an act makes sense for the ticket in hand alone: its dialog goes when that goes.
 * @param {Asked} act
 * @param {Life} life
 */
export function isOnTicket(act, life) {
  return act === "note" || (act !== "why" && actsInHand(life).includes(act));
}

/**
 * The act behind a key of the keyboard, or undefined. While the counter pauses, *next* and *pause* end the pause.
 * @param {string} key
 * @param {Pick<CounterState, "pause">} state
 * @returns {CounterAction | undefined}
 */
export function actOf(key, state) {
  const pressed = key === " " ? "n" : key.toLowerCase();
  const act = ACT_NAMES.find((name) => ACTS[name].key === pressed);
  return state.pause && (act === "next" || act === "pause") ? "back" : act;
}

/**
 * @param {CurrentTicketOut | null} ticket
 * @param {string[]} states in which the act is possible
 * @returns {Why | null}
 */
function whyNotFrom(ticket, states) {
  if (!ticket) return ["officer.why.no_ticket", {}];
  return states.includes(ticket.state) ? null : [`officer.why.${ticket.state}`, { label: ticket.label }];
}

/**
 * What the table says of each act on the ticket in hand.
 * @param {CurrentTicketOut | null} ticket
 * @param {Life} life
 * @returns {Partial<Objections>}
 */
function byTable(ticket, life) {
  return Object.fromEntries(actsInHand(life).map((act) => [act, whyNotFrom(ticket, life.moves[act] ?? [])]));
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
 * @returns {Why | null}
 */
function whyTooSoon(state, now) {
  const seconds = secondsToRecall(state, now);
  return seconds ? ["officer.why.too_soon", { n: seconds }] : null;
}

/**
 * @param {CounterState} state
 * @returns {Why | null}
 */
function whyTooFewCalls({ ticket, policy }) {
  const missing = policy.calls_before_no_show - (ticket?.times ?? 0);
  return missing > 0 ? ["officer.why.few_calls", { n: missing }] : null;
}

/**
 * Why nobody can be called: the counter pauses, or the visit in hand cannot be completed by the call.
 * @param {CounterState} state
 * @param {Life} life
 * @returns {Why | null}
 */
function whyNoCall({ ticket, pause }, life) {
  if (pause) return ["officer.why.paused", {}];
  if (!ticket || life.moves.complete?.includes(ticket.state)) return null;
  return ["officer.why.not_started", { label: ticket.label }];
}

/**
 * @param {CounterState} state
 * @returns {Why | null}
 */
function whyNoFreeHand({ ticket }) {
  return ticket ? ["officer.why.counter_occupied", { label: ticket.label }] : null;
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
 * @param {CounterState} state
 * @param {Life} life
 * @returns {Why | null}
 */
function whyNoNote({ ticket, policy }, life) {
  return policy.notes ? whyNotFrom(ticket, life.in_hand) : ["officer.why.notes_off", {}];
}

/**
 * Why each act is not possible now: null if it is, else [key, params] of a sentence.
 * life: what the server's table of moves allows; informed: whether the state is surely fresh; if not, "nobody is
 * waiting" may be old news, so calling stays possible and the server decides.
 * @param {CounterState} state
 * @param {{ life: Life, informed: boolean, now: number, role: Role }} page
 * @returns {Objections}
 */
export function objections(state, { life, informed, now, role }) {
  const { ticket, policy, pause } = state;
  const table = byTable(ticket, life);
  /** @type {Why | null} */
  const nobody = state.waiting_count === 0 && informed ? ["officer.why.nobody", {}] : null;
  /** @type {Why | null} */
  const paused = pause ? ["officer.why.paused", {}] : null;
  const mayCall = RANKS.indexOf(role) >= RANKS.indexOf(policy.call_any);
  return {
    ...NEVER,
    ...table,
    recall: table.recall ?? whyTooSoon(state, now),
    no_show: table.no_show ?? whyTooFewCalls(state),
    next: whyNoCall(state, life) ?? nobody,
    call: mayCall ? whyNoCall(state, life) : ["officer.why.not_for_you", {}],
    back: pause ? null : ["officer.why.not_paused", {}],
    note: whyNoNote(state, life),
    serve_direct: paused ?? whyNoFreeHand(state),
    pause: whyNoFreeHand(state),
    undo: whyNoUndo(state, now),
    held: state.held.length ? null : ["officer.why.none_held", {}],
    missed: state.missed.length ? null : ["officer.why.none_missed", {}],
    resume: paused ?? whyNoFreeHand(state), // for what the dialog of those on hold sends
  };
}
