// The rules of following a room, without sockets, clocks or DOM: plain values in, plain values out.
// A room's state is always complete, so the newest wins; its news are numbered, so none plays twice.

/** @import { Health, News, ProblemFields, RoomMessage, RoomState, RoomUpdate } from "./kit-types.d.ts" */

const REMEMBERED = 256;

/**
 * What a page knows of a room before it hears anything; `last` is the number its own HTML was made from.
 * @param {number | null} [last]
 * @returns {RoomState}
 */
export function emptyRoom(last = null) {
  return { seq: last, at: null, state: null, floor: last, seen: [] };
}

/**
 * @param {RoomState} room
 * @param {News[]} [news]
 */
function fresh({ floor, seen }, news = []) {
  const known = new Set(seen);
  return news.filter((item) => (floor === null || item.seq > floor) && !known.has(item.seq));
}

/**
 * @param {RoomState} room
 * @param {News[]} items
 */
function remember(room, items) {
  const seen = [...room.seen, ...items.map((item) => item.seq)].sort((a, b) => a - b);
  const dropped = seen.splice(0, Math.max(0, seen.length - REMEMBERED));
  return { seen, floor: dropped.length ? Math.max(room.floor ?? -1, ...dropped) : room.floor };
}

/**
 * @param {RoomState} room
 * @param {RoomMessage} message
 * @param {boolean} snapshot
 * @returns {{ room: RoomState, deliver: RoomUpdate<unknown> | null }}
 */
function take(room, message, snapshot) {
  const items = fresh(room, message.news);
  // Waits change with time alone: the same number sent again at a later time counts too.
  const later = message.seq === room.seq && room.at !== null && (message.at ?? 0) > room.at;
  const newer = room.state === null || room.seq === null || message.seq > room.seq || later;
  const next = {
    ...room,
    ...remember(room, items),
    ...(newer ? { seq: message.seq, at: message.at ?? null, state: message.state } : {}),
  };
  // An older state is never shown, but a call it brings that nobody heard yet still is.
  const deliver =
    newer || items.length ? { seq: next.seq ?? message.seq, state: next.state, news: items, fresh: snapshot } : null;
  return { room: next, deliver };
}

/**
 * Apply one message to a room.
 *
 * `message.type` is "snapshot" (the answer to a join; `asked` is the `last` that was sent), "state" or "beat".
 * Returns `{room, deliver, rejoin}`: `deliver` is what to hand to the page (or null), `rejoin` is null or
 * `{last}`, the number to join again with because something was missed.
 * @param {RoomState} room
 * @param {RoomMessage} message
 * @returns {{ room: RoomState, deliver: RoomUpdate<unknown> | null, rejoin: { last: number | null } | null }}
 */
export function reduce(room, message) {
  if (message.type === "beat") {
    const behind = message.seq != null && room.seq !== null && message.seq > room.seq;
    return { room, deliver: null, rejoin: behind ? { last: room.seq } : null };
  }
  if (message.type === "snapshot") {
    // The server knows less than we did when we asked: its data was replaced. Its word counts, start over.
    const replaced = message.asked != null && message.seq < message.asked;
    return { ...take(replaced ? emptyRoom() : room, message, true), rejoin: null };
  }
  const gap = room.seq !== null && message.prev != null && message.prev > room.seq;
  return { ...take(room, message, false), rejoin: gap ? { last: room.seq } : null };
}

/**
 * How well the page is informed: "connecting", "live", "stale" (connected, but silent) or "offline".
 * heard: when the worst informed room last spoke (null: one has not yet); since: when we began to wait for it; ms.
 * @param {{
 *   connected: boolean, joined: boolean, heard: number | null, since: number, now: number, silence: number
 * }} facts
 * @returns {Health}
 */
export function health({ connected, joined, heard, since, now, silence }) {
  if (heard === null) return now - since > silence ? "offline" : "connecting";
  if (!connected) return "offline";
  if (now - heard > silence) return "stale";
  return joined ? "live" : "offline";
}

/**
 * Server clock minus ours: the sample that travelled fastest (the largest) of the last dozen is the truest.
 * @param {number[]} samples
 * @param {number} sample
 */
export function clockOffset(samples, sample) {
  const kept = [...samples, sample].slice(-12);
  return { samples: kept, offset: Math.max(...kept) };
}

/**
 * Wait before asking again, in ms: doubling from 500 to 10,000; half of it is chance, so a hall's screens spread.
 * @param {number} attempt
 * @param {number} chance from 0 to 1
 */
export function backOff(attempt, chance) {
  return Math.min(500 * 2 ** attempt, 10_000) * (0.5 + chance / 2);
}

/**
 * Whether a refused join may succeed by itself soon (overload, start-up) rather than stay refused.
 * @param {ProblemFields | null} [problem] null where nobody answered
 */
export function isTemporary(problem) {
  return !problem?.status || problem.status === 429 || problem.status >= 500;
}
