// Which of the hall's alarms a page shows, as pure rules.

/** @import { AlarmOut } from "../kit/api-types.d.ts" */

/** These can wait until somebody has a hand free. */
const MILD = new Set(["near_end"]);

/**
 * What tells one trouble from the next at the same machine: a new one is said again though the last was put away.
 * @param {AlarmOut} alarm
 */
export function keyOf({ kind, code, state, since }) {
  return [kind, code, state, since ?? ""].join("|");
}

/**
 * Whether visitors get no paper there, or may not.
 * @param {AlarmOut} alarm
 */
export function isUrgent({ kind, state }) {
  return kind === "printer" && !MILD.has(state);
}

/**
 * The alarms that were not put away: the urgent ones first, else as they come. `away`: keys of those that were.
 * @param {AlarmOut[]} alarms
 * @param {string[]} away
 */
export function openOf(alarms, away) {
  const open = alarms.filter((alarm) => !away.includes(keyOf(alarm)));
  return [...open.filter(isUrgent), ...open.filter((alarm) => !isUrgent(alarm))];
}

/**
 * What stays put away: a trouble that has ended is forgotten, so that it is said when it comes again.
 * @param {AlarmOut[]} alarms
 * @param {string[]} away
 */
export function stillAway(alarms, away) {
  const keys = alarms.map(keyOf);
  return away.filter((key) => keys.includes(key));
}
