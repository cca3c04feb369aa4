// What a visitor's phone makes of the line: where the ticket stands. Plain values in, plain values out.

/**
 * @import { LineStateOut } from "../kit/api-types.d.ts"
 * @import { Place, VisitorTicketState } from "./visitor-types.d.ts"
 */

/** @typedef {Pick<VisitorTicketState, "state" | "times" | "counter">} Before */

/**
 * The ticket as the line shows it: {state, ahead, range, counter, called_at, times}, or null when the line does not
 * know the label (then only the server can tell). range is the wait in minutes, [from, to], or null.
 * @param {LineStateOut} line
 * @param {string} label
 * @returns {Place | null}
 */
export function placeIn(line, label) {
  const call = line.called[label];
  if (call)
    return {
      state: call.state,
      ahead: null,
      range: null,
      counter: call.counter,
      called_at: call.at,
      times: call.times,
    };
  const ahead = line.order.indexOf(label);
  if (ahead < 0) return null;
  return { state: "waiting", ahead, range: line.ranges?.[ahead] ?? null, counter: null, called_at: null, times: 0 };
}

/**
 * Whether the second place holds a call the visitor has not been told of: a first call or a repeated one.
 * @param {Before} before
 * @param {Before} after
 */
export function isNewCall(before, after) {
  if (after.state !== "called") return false;
  return (
    before.state !== "called" ||
    (after.times ?? 1) > (before.times ?? 1) ||
    before.counter?.code !== after.counter?.code
  );
}
