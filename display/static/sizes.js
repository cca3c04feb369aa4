// How large the numbers must be, and how many rows that leaves. Plain values in, plain values out.

/** @import { Plan, ScreenSize, Size } from "./board-types.d.ts" */

/** Capitals are at least this part of the viewing distance. */
const RULE = 1 / 200;
const MM_PER_INCH = 25.4;
/** Height of a capital of the number face, in parts of its size. */
export const CAPITAL = 0.668;
/** A row is a little lower than the size of its numbers. */
const PITCH = 0.985;
/** Width of a row in parts of that size: an ordinary number, the arrow, two digits of a counter. */
const WIDTH = 5.4;
/** The same with the agency's name. Larger than needed is not better, if the names then have no room. */
const WIDTH_WITH_AGENCY = 8.6;
/** What a name needs beside them. */
const AGENCY = 2.7;
const FEWEST = 2;
const MOST = 8;

/**
 * Millimetres of a pixel on a screen of so many inches, corner to corner.
 * @param {Size & { inches: number }} screen
 */
export function pixelMm({ width, height, inches }) {
  return (inches * MM_PER_INCH) / Math.hypot(width, height);
}

/**
 * The size that a number must have at least, in pixels, to be read from `distance` metres.
 * @param {ScreenSize} screen
 */
export function leastSize({ width, height, inches, distance }) {
  return (distance * 1000 * RULE) / pixelMm({ width, height, inches }) / CAPITAL;
}

/**
 * The rows of a list of `room` ({width, height} in pixels) on a `screen` ({width, height, inches, distance}):
 * `{rows, size, agency, legible}`. size: of the numbers, in pixels; agency: whether its name fits beside them; legible:
 * whether the rule is kept.
 * @param {Size} room
 * @param {ScreenSize} screen
 * @returns {Plan & { size: number }}
 */
export function plan(room, screen) {
  const least = leastSize(screen);
  const rows = Math.max(FEWEST, Math.min(MOST, Math.floor(room.height / (least * PITCH))));
  const wanted = Math.max(least, room.width / WIDTH_WITH_AGENCY);
  const largest = Math.min(room.height / rows / PITCH, room.width / WIDTH);
  const beside = Math.min(largest, wanted);
  const agency = room.width - WIDTH * beside > beside * AGENCY;
  // Where the name has no room in any case, the numbers take it.
  const size = agency ? beside : largest;
  return { rows, size, agency, legible: size >= least - 0.5 };
}
