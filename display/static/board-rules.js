// What the board shows and in which order it announces, apart from the page: plain values in, plain values out.

/**
 * @import { BoardStateOut } from "../kit/api-types.d.ts"
 * @import { Health } from "../kit/kit-types.d.ts"
 * @import { Board, Call, Counter, AnnouncerState, Hero, Lit, Row, Running } from "./board-types.d.ts"
 */

/** A call keeps the announcement at least this long when others wait (ms). */
export const TURN = 3_000;
/** A call stays highlighted at least this long (ms). */
export const HIGHLIGHT = 10_000;
/** A call older than this is shown, but no longer announced (ms). */
export const FRESH = 20_000;

/** How often everything moves by a few pixels, so that no letter burns itself in (ms). */
const SHIFT_EVERY = 4 * 60_000;
const SHIFTS = [
  [0, 0],
  [3, 0],
  [3, 3],
  [0, 3],
  [-3, 3],
  [-3, 0],
  [-3, -3],
  [0, -3],
  [3, -3],
];

/** @type {[RegExp, number][]} */
const GLYPHS = [
  [/\d/, 0.65],
  [/[-. ]/, 0.39],
  [/[MW]/, 0.9],
  [/[a-z]/, 0.58],
  [/./su, 0.76],
];
const ACTIVE = new Set(["called", "serving"]);

/**
 * The state of an announcer with nothing to announce. `lit` are the labels whose rows are still highlighted.
 * @returns {AnnouncerState}
 */
export function newAnnouncerState() {
  return { queue: [], current: null, since: 0, sounding: false, lit: [] };
}

/**
 * Put fresh calls in the queue, oldest first; their rows are lit at once, whatever is being announced. serverNow is in
 * the server's milliseconds, like the calls' `at`; now in the page's.
 * @param {AnnouncerState} announcing
 * @param {Call[]} news
 * @param {number} serverNow
 * @param {number} now
 * @param {number} [late]
 * @returns {AnnouncerState}
 */
export function hear(announcing, news, serverNow, now, late = FRESH) {
  const fresh = news.filter((call) => serverNow - call.at <= late);
  if (!fresh.length) return announcing;
  const queue = [...announcing.queue, ...fresh].sort((a, b) => a.seq - b.seq);
  return { ...announcing, queue, lit: fresh.reduce((lit, { label }) => light(lit, label, now), announcing.lit) };
}

/**
 * @param {Lit[]} lit
 * @param {string} label
 * @param {number} now
 */
function light(lit, label, now) {
  return [...lit.filter((each) => each.label !== label), { label, until: now + HIGHLIGHT }];
}

/**
 * The sound of a call is over, well or badly.
 * @param {AnnouncerState} announcing
 * @param {number} seq
 */
export function soundOver(announcing, seq) {
  return announcing.current?.seq === seq ? { ...announcing, sounding: false } : announcing;
}

/**
 * @param {AnnouncerState} announcing
 * @param {number} turn
 */
function turnEnds(announcing, turn) {
  return announcing.since + (announcing.queue.length ? turn : HIGHLIGHT);
}

/**
 * Move on if it is time. Returns `{announcing, start}`; `start` is the call whose sound must now begin, or null.
 * @param {AnnouncerState} announcing
 * @param {number} now
 * @param {number} [turn]
 * @returns {{ announcing: AnnouncerState, start: Call | null }}
 */
export function step(announcing, now, turn = TURN) {
  const lit = announcing.lit.filter(({ until }) => until > now);
  const kept = lit.length === announcing.lit.length ? announcing : { ...announcing, lit };
  if (kept.current && (kept.sounding || now < turnEnds(kept, turn))) return { announcing: kept, start: null };
  const [start, ...queue] = kept.queue;
  if (!start) return { announcing: kept.current ? { ...kept, current: null } : kept, start: null };
  return {
    announcing: { queue, current: start, since: now, sounding: true, lit: light(lit, start.label, now) },
    start,
  };
}

/**
 * Milliseconds until `step` has something to do, or null when only news or the end of a sound can bring that.
 * @param {AnnouncerState} announcing
 * @param {number} now
 * @param {number} [turn]
 */
export function nextStep(announcing, now, turn = TURN) {
  const times = announcing.lit.map(({ until }) => until);
  if (announcing.current && !announcing.sounding) times.push(turnEnds(announcing, turn));
  if (!announcing.current && announcing.queue.length) times.push(now);
  return times.length ? Math.max(0, Math.min(...times) - now) : null;
}

/**
 * Whether nothing is being announced, so that the page may be reloaded unnoticed.
 * @param {AnnouncerState} announcing
 */
export function isIdle(announcing) {
  return !announcing.current && !announcing.queue.length && !announcing.lit.length;
}

/**
 * Those of a list with different keys, the last of each.
 * @template Item
 * @param {Item[]} items
 * @param {(item: Item) => unknown} keyOf
 */
function once(items, keyOf) {
  return [...new Map(items.map((item) => [keyOf(item), item])).values()];
}

/**
 * The states of all zones that a display shows as one, the first being its own; `zones` are theirs. Each call says in
 * which zone it is, if there are several: whoever reads it must know where to go.
 * @param {BoardStateOut[]} states
 * @returns {Board}
 */
export function merged(states) {
  const [own, ...others] = states;
  const zones = states.map(({ zone }) => zone);
  if (!others.length) return { ...own, zones };
  return {
    ...own,
    zones,
    waiting: states.reduce((sum, { waiting }) => sum + waiting, 0),
    calls: states
      .flatMap(({ zone, calls }) => calls.map((call) => ({ ...call, zone: zone.name })))
      .sort((a, b) => b.seq - a.seq),
    missed: states.flatMap(({ missed }) => missed ?? []),
    stops: once(
      states.flatMap(({ stops }) => stops ?? []),
      ({ agency }) => agency,
    ),
    notices: once(
      states.flatMap(({ notices }) => notices ?? []),
      ({ id }) => id,
    ),
  };
}

/**
 * The announcers of all zones as one: the call that is being spoken stands in the large field, or else the newest one.
 * @param {AnnouncerState[]} announcers
 * @param {number | null} [speaking]
 * @returns {AnnouncerState}
 */
export function mergeAnnouncers(announcers, speaking) {
  const busy = announcers.filter(({ current }) => current);
  const first = busy.find(({ current }) => current?.seq === speaking) ?? busy.sort((a, b) => b.since - a.since)[0];
  return {
    ...(first ?? newAnnouncerState()),
    queue: announcers.flatMap(({ queue }) => queue).sort((a, b) => a.seq - b.seq),
    lit: announcers.flatMap(({ lit }) => lit),
  };
}

/**
 * What stands in the large field: `{call, calling}`, or null when there is nothing to show.
 * @param {Pick<Board, "calls">} state
 * @param {AnnouncerState} announcing
 * @returns {Hero | null}
 */
export function heroOf(state, announcing) {
  if (announcing.current) return { call: announcing.current, calling: true };
  const call = state.calls.find((each) => ACTIVE.has(each.state)) ?? state.calls[0];
  return call ? { call, calling: false } : null;
}

/**
 * What the sign of one counter shows: `{call, calling}`; call is null before its first one.
 * @param {Pick<Board, "calls">} state
 * @param {AnnouncerState} announcing
 * @param {string} counter
 */
export function signOf(state, announcing, counter) {
  const here = (/** @type {Call | null} */ call) => call?.counter?.code === counter;
  if (here(announcing.current)) return { call: announcing.current, calling: true };
  const call = state.calls.find(here) ?? null;
  return { call, calling: call !== null && announcing.lit.some(({ label }) => label === call.label) };
}

/**
 * What runs along the foot: agencies without more numbers, then the notices of now. serverNow in ms.
 * @param {Pick<Board, "notices" | "stops">} state
 * @param {number} serverNow
 * @returns {Running[]}
 */
export function tickerOf(state, serverNow) {
  const notices = (state.notices ?? []).filter((one) => one.from_at <= serverNow && serverNow < one.until_at);
  return [
    ...(state.stops ?? []).map(({ agency, why, left = 0 }) => ({ agency, why, left })),
    ...notices.map(({ text }) => ({ text })),
  ];
}

/**
 * Whether two instants (ms) are on the same date in a time zone.
 * @param {number} one
 * @param {number} two
 * @param {string} timeZone
 */
export function isSameDay(one, two, timeZone) {
  const day = new Intl.DateTimeFormat("en-CA", { timeZone });
  return day.format(one) === day.format(two);
}

/**
 * Where everything stands now, a few pixels beside its place: `{x, y}`; ms since the page was loaded.
 * @param {number} ms
 */
export function shiftOf(ms) {
  const step = Math.floor(ms / SHIFT_EVERY) % SHIFTS.length;
  const [x, y] = SHIFTS[step];
  return { x: `${x}px`, y: `${y}px` };
}

/**
 * The rows, newest call first and each ticket once: `{label, mark, agency, zone, active, lit}`.
 * @param {Pick<Board, "calls">} state
 * @param {AnnouncerState} announcing
 * @param {number} limit
 */
export function rowsOf(state, announcing, limit) {
  const lit = new Set(announcing.lit.map(({ label }) => label));
  /** @type {Map<string, Row>} */
  const rows = new Map();
  for (const call of state.calls) {
    if (rows.has(call.label)) continue;
    rows.set(call.label, {
      label: call.label,
      mark: counterMark(call.counter),
      agency: call.agency ?? "",
      zone: call.zone,
      active: ACTIVE.has(call.state),
      lit: lit.has(call.label),
    });
  }
  return [...rows.values()].slice(0, limit);
}

/**
 * What a visitor looks for above the counter: "Loket 3" gives "3", since the column already says Loket.
 * @param {Counter | null | undefined} counter
 */
export function counterMark(counter) {
  const name = (counter?.name || counter?.code || "").trim();
  return /^(?:loket|counter)\s+(\S.*)$/i.exec(name)?.[1] ?? name;
}

/**
 * Whether a counter goes by a name such as "Bantuan Lansia", which needs more room than a number.
 * @param {string} mark
 */
export function isNamed(mark) {
  return [...mark].length > 4;
}

/**
 * Width of a text in the number face, in ems, estimated a little too wide.
 * @param {string} text
 */
export function emsOf(text) {
  const widths = [...text].map((sign) => GLYPHS.find(([signs]) => signs.test(sign))?.[1] ?? 1);
  return Math.max(
    1,
    widths.reduce((sum, width) => sum + width, 0),
  );
}

/**
 * Whether the bar about the lost connection is due: at once when the server is silent, after a moment of grace when
 * the line is cut, since most cuts heal in a second. liveUntil: when the page was last well informed (ms).
 * @param {Health} status
 * @param {number} liveUntil
 * @param {number} now
 * @param {number} grace
 */
export function isLost(status, liveUntil, now, grace) {
  return status === "stale" || (status === "offline" && now - liveUntil >= grace);
}
