// What a page of the officers keeps in the browser. Storage may be forbidden; then it lasts as long as the page.

const TICKS = "officer.ticks";
const TICKETS_KEPT = 40;
/** @type {Map<number | undefined, number[]> | null} */
let ticked = null;

/**
 * Whether something is stored under a name.
 * @param {string} name
 */
export function isStored(name) {
  return stored(name) !== null;
}

/**
 * What is stored under a name, or null.
 * @param {string} name
 */
export function stored(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

/**
 * Store a text under a name; null takes it away.
 * @param {string} name
 * @param {string | null} text
 */
export function store(name, text) {
  try {
    if (text === null) localStorage.removeItem(name);
    else localStorage.setItem(name, text);
  } catch {
    // The choice then lasts as long as the page.
  }
}

/**
 * What this tab keeps under a name, else `otherwise`; it goes with the tab.
 * @template T
 * @param {string} name
 * @param {T} otherwise
 * @returns {T}
 */
export function keptInTab(name, otherwise) {
  try {
    return JSON.parse(sessionStorage.getItem(name) ?? "null") ?? otherwise;
  } catch {
    return otherwise;
  }
}

/**
 * Keep plain data in this tab.
 * @param {string} name
 * @param {unknown} data
 */
export function keepInTab(name, data) {
  try {
    sessionStorage.setItem(name, JSON.stringify(data));
  } catch {
    // See above.
  }
}

// Ticket → the numbers of its ticked documents. They belong to this officer and this day: the tab's own storage.
function ticks() {
  ticked ??= new Map(keptInTab(TICKS, /** @type {[number, number[]][]} */ ([])));
  return ticked;
}

/**
 * The places in its list of the documents that were ticked for a ticket.
 * @param {number | undefined} ticket
 */
export function ticksOf(ticket) {
  return new Set(ticks().get(ticket) ?? []);
}

/**
 * Tick or untick a document of a ticket; the ticks it then has.
 * @param {number} ticket
 * @param {number} at
 */
export function toggleTick(ticket, at) {
  const mine = ticksOf(ticket);
  if (!mine.delete(at)) mine.add(at);
  ticks().delete(ticket);
  ticks().set(ticket, [...mine]);
  ticked = new Map([...ticks()].slice(-TICKETS_KEPT));
  keepInTab(TICKS, [...ticked]);
  return mine;
}
