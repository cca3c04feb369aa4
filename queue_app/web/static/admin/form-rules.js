// What the form of the administration pages knows without the DOM: the parts of a value, and what is wrong with one.

/** @import { Fault, Field } from "./admin-types.d.ts" */

/** @typedef {Record<string, any>} Draft what a form changes: a setting as the API has it */

/** Kinds that take the whole width; all others stand beside one another. */
export const BLOCKS = new Set(["group", "hint", "list", "many", "names", "view"]);

/** The input of a kind; all others are text. @type {Record<string, string>} */
export const TYPES = { number: "number", date: "date", moment: "datetime-local" };

/** @param {string} path such as `breaks[0].time` */
const steps = (path) => path.split(/[.[\]]+/).filter(Boolean);

/**
 * What stands at a path of a value.
 * @param {any} value
 * @param {string} path
 */
export const partOf = (value, path) => steps(path).reduce((part, step) => part?.[step], value);

/**
 * The value with a part replaced; undefined takes it out, and what becomes empty by that too.
 * @param {any} value
 * @param {string[]} path
 * @param {unknown} part
 * @returns {any}
 */
function replaced(value, [step, ...rest], part) {
  const copy = Array.isArray(value) ? [...value] : { ...value };
  copy[step] = rest.length ? replaced(copy[step], rest, part) : part;
  if (copy[step] === undefined) delete copy[step];
  return Object.keys(copy).length || Array.isArray(copy) ? copy : undefined;
}

/**
 * @param {Draft} value
 * @param {string} path
 * @param {unknown} part
 * @returns {Draft}
 */
export const withPart = (value, path, part) => replaced(value, steps(path), part) ?? {};

/**
 * Whether two values say the same; the order of their names means nothing.
 * @param {unknown} one
 * @param {unknown} other
 */
export function same(one, other) {
  const sorted = (/** @type {string} */ _, /** @type {any} */ part) =>
    part && typeof part === "object" && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort()) : part;
  return JSON.stringify(one, sorted) === JSON.stringify(other, sorted);
}

/**
 * The fields in their order, those together that stand beside one another.
 * @param {Field[]} fields
 */
export function inRows(fields) {
  /** @type {Field[][]} */
  const rows = [];
  for (const field of fields) {
    const before = rows.at(-1);
    if (before && !BLOCKS.has(field.kind ?? "") && !BLOCKS.has(before[0].kind ?? "")) before.push(field);
    else rows.push([field]);
  }
  return rows;
}

/**
 * What is wrong with a number, as a key and its facts.
 * @param {unknown} value
 * @param {Field} field
 * @returns {Fault | null}
 */
function numberFault(value, { least = 0, most = Number.MAX_SAFE_INTEGER, step = 1, optional }) {
  if (value === null && optional) return null;
  const fits = typeof value === "number" && value >= least && value <= most && Number.isInteger(value / step);
  return fits ? null : [Number.isInteger(step) ? "admin.form.whole" : "admin.form.number", { least, most, step }];
}

/**
 * What is wrong with the value of one field.
 * @param {any} value
 * @param {Field} field
 * @returns {Fault | null}
 */
export function faultOf(value, field) {
  const { kind, optional, pattern } = field;
  if (kind === "number") return numberFault(value, field);
  if (BLOCKS.has(kind ?? "") || kind === "check") return null;
  const text = Number.isNaN(value) ? "" : String(value ?? "").trim();
  // A choice may be none unless it says that it may not.
  if (!text && kind === "choice") return optional === false ? ["admin.form.choose", {}] : null;
  if (!text) return optional ? null : ["admin.form.needed", {}];
  return pattern && !new RegExp(`^(?:${pattern})$`).test(text) ? ["admin.form.pattern", {}] : null;
}
