// What may be done with the services of a counter, in tiers, without the DOM. A tier is a list of service ids.

/** @import { CounterSettings, Tiers } from "./admin-types.d.ts" */

const without = (/** @type {Tiers} */ tiers, /** @type {number} */ id) =>
  tiers.map((tier) => tier.filter((one) => one !== id));

/**
 * The tiers with a service in the one at a place, and in no other.
 * @param {Tiers} tiers
 * @param {number} id
 * @param {number} at
 */
export function placed(tiers, id, at) {
  return without(tiers, id).map((tier, place) => (place === at ? [...tier, id] : tier));
}

/**
 * The tiers without a service; the tier that it leaves stays, even empty.
 * @param {Tiers} tiers
 * @param {number} id
 */
export function dropped(tiers, id) {
  return without(tiers, id);
}

/**
 * The tiers without the one at a place; its services go to the tier before it, or to the next when it was the first.
 * @param {Tiers} tiers
 * @param {number} at
 */
export function merged(tiers, at) {
  const rest = tiers.filter((_, place) => place !== at);
  const into = Math.max(0, at - 1);
  return rest.map((tier, place) => (place === into ? [...tier, ...tiers[at]] : tier));
}

/**
 * The tiers as the server keeps them: the order within a tier means nothing.
 * @param {Tiers} tiers
 */
export function normal(tiers) {
  return tiers.map((tier) => tier.toSorted((a, b) => a - b));
}

/**
 * The services among `ids` that no counter has.
 * @param {{ tiers: Tiers }[]} counters
 * @param {number[]} ids
 */
export function unserved(counters, ids) {
  const served = new Set(counters.flatMap(({ tiers }) => tiers.flat()));
  return ids.filter((id) => !served.has(id));
}

/**
 * The services that nobody would serve any more if this counter had these tiers.
 * @param {CounterSettings[]} counters
 * @param {number | null} id
 * @param {Tiers} tiers
 */
export function stranded(counters, id, tiers) {
  const before = counters.find((one) => one.id === id)?.tiers.flat() ?? [];
  return unserved(
    counters.map((one) => (one.id === id ? { ...one, tiers } : one)),
    before,
  );
}
