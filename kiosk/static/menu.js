// What the catalogue and the kiosk's live state say together: pure functions over plain data.

/** Choices on one page of a screen. */
export const PER_PAGE = 8;

/** One page of a list: `{items, page, pages}`; a page that no longer exists becomes the last one. */
export function paged(items, page = 0, size = PER_PAGE) {
  const pages = Math.max(1, Math.ceil(items.length / size));
  const at = Math.min(Math.max(page, 0), pages - 1);
  return { items: items.slice(at * size, (at + 1) * size), page: at, pages };
}

/** A service now: `{waiting: number | null, open: boolean}`; waiting is null where nobody has said. */
export function serviceNow(service, state) {
  const live = state?.services?.[String(service.id)];
  return { waiting: live?.waiting ?? null, open: (live?.open ?? service.open) === true };
}

/** An agency now: all who wait for it, and whether any of its services takes numbers. */
export function agencyNow(agency, state) {
  const all = agency.services.map((service) => serviceNow(service, state));
  const known = all.filter((one) => one.waiting !== null);
  return {
    waiting: known.length ? known.reduce((sum, one) => sum + one.waiting, 0) : null,
    open: all.some((one) => one.open),
  };
}

/** Whether the live state speaks of other services than the catalogue, so that the catalogue must be read again. */
export function isOutdated(catalogue, state) {
  const mine = catalogue.agencies.flatMap((agency) => agency.services.map((service) => String(service.id)));
  const theirs = Object.keys(state?.services ?? {});
  return mine.length !== theirs.length || theirs.some((id) => !mine.includes(id));
}
