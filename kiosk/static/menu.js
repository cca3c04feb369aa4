// What the catalogue and the kiosk's live state say together: pure functions over plain data.

/**
 * @import { AgencyOut, CatalogueOut, ServiceOut } from "../kit/api-types.d.ts"
 * @import { LiveState, Part, ServiceNow } from "./kiosk-types.d.ts"
 */

/** Choices on one page of a screen. */
export const PER_PAGE = 8;

/**
 * One page of a list: `{items, page, pages}`; a page that no longer exists becomes the last one.
 * @template Item
 * @param {Item[]} items
 * @param {number} [page]
 * @param {number} [size]
 * @returns {Part<Item>}
 */
export function paged(items, page = 0, size = PER_PAGE) {
  const pages = Math.max(1, Math.ceil(items.length / size));
  const at = Math.min(Math.max(page, 0), pages - 1);
  return { items: items.slice(at * size, (at + 1) * size), page: at, pages };
}

/**
 * A service now: `{waiting: number | null, range, open: boolean, why, until, occasion, left}`. waiting are those who
 * will be called before a visitor who takes a number now, null where nobody has said; range is that visitor's wait in
 * minutes, `[from, to]` or null; left is about how many numbers are left today where they are few.
 * @param {ServiceOut} service
 * @param {LiveState} state
 * @returns {ServiceNow}
 */
export function serviceNow(service, state) {
  const live = state?.services?.[String(service.id)];
  const { open, why = null, until = null, occasion = null, numbers_left: left = null } = live ?? service;
  const waiting = live?.ahead ?? live?.waiting ?? null;
  return { waiting, range: live?.range ?? null, open: open === true, why, until, occasion, left };
}

/**
 * An agency now: all who wait for it, and whether any of its services takes numbers; if none does, when the first one
 * opens again (null where nobody can say).
 * @param {AgencyOut} agency
 * @param {LiveState} state
 */
export function agencyNow(agency, state) {
  const all = agency.services.map((service) => serviceNow(service, state));
  // Services that share their counters share those who are ahead: here each visitor counts once.
  const known = agency.services.flatMap((service) => state?.services?.[String(service.id)]?.waiting ?? []);
  return {
    waiting: known.length ? known.reduce((sum, waiting) => sum + waiting, 0) : null,
    open: all.some((one) => one.open),
    until: all.reduce(
      (first, { until }) => (until === null || (first !== null && first <= until) ? first : until),
      /** @type {number | null} */ (null),
    ),
  };
}

/**
 * Why the whole hall is closed, and until when; null while it is open, or nobody has said.
 * @param {LiveState} state
 */
export function hallClosed(state) {
  return state?.opening?.open === false ? state.opening : null;
}

/**
 * Whether the live state speaks of other services than the catalogue, so that the catalogue must be read again.
 * @param {CatalogueOut} catalogue
 * @param {LiveState} state
 */
export function isOutdated(catalogue, state) {
  const mine = catalogue.agencies.flatMap((agency) => agency.services.map((service) => String(service.id)));
  const theirs = Object.keys(state?.services ?? {});
  return mine.length !== theirs.length || theirs.some((id) => !mine.includes(id));
}
