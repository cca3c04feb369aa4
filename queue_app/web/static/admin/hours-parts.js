// The parts of opening hours as people write them, as fields of a form: a week, breaks, exceptions.
import { partOf, withPart } from "./form-rules.js";

/**
 * @import { Translate } from "../kit/kit-types.d.ts"
 * @import { Break, Draft, Field } from "./admin-types.d.ts"
 */

export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/**
 * "08:00-11:30, 13:00-14:00" as a list, and back.
 * @param {string} text
 */
const spansOf = (text) =>
  text
    .split(",")
    .map((one) => one.replaceAll(/\s/g, "").replaceAll("–", "-").replaceAll(".", ":"))
    .filter(Boolean);
const written = (/** @type {string[] | undefined} */ spans) => (spans ?? []).join(", ");

/** @param {string} day */
const dayLabel = (day) => `weekday.${DAYS.indexOf(day) + 1}`;

/**
 * A field of open times in words; an empty one is closed.
 * @param {string} name
 * @param {string} label
 * @returns {Field}
 */
function openField(name, label) {
  return { name, label, optional: true, placeholder: "hours.closed", read: spansOf, write: written };
}

/**
 * Seven days.
 * @returns {Field[]}
 */
export function weekFields() {
  const days = DAYS.map((day) => openField(`weekly.${day}`, dayLabel(day)));
  return [
    { kind: "group", fields: days },
    { kind: "hint", label: "hours.week_text" },
  ];
}

/**
 * @param {Translate} t
 * @returns {Field}
 */
function daysField(t) {
  return {
    name: "days",
    kind: "many",
    look: "days",
    label: "hours.days",
    options: DAYS.map((day) => [day, t(dayLabel(day))]),
    get: (draft, name) => partOf(draft, name) ?? DAYS,
  };
}

/** A name without Indonesian is none. @type {Field} */
const NAME = {
  name: "name.id",
  label: "hours.name",
  longest: 80,
  optional: true,
  put: (draft, text, name) => withPart(draft, text ? name : name.replace(/\.id$/, ""), text || undefined),
};

/** @type {Break[]} */
const BREAKS = [
  {
    days: DAYS.filter((day) => !["fri", "sat", "sun"].includes(day)),
    time: "12:00-13:00",
    name: { id: "Istirahat siang", en: "Lunch", ban: "Mararian tengai" },
  },
  { days: ["fri"], time: "11:30-13:00", name: { id: "Salat Jumat", en: "Friday prayer" } },
];

/**
 * Times at which no numbers are given: lunch, Friday prayer.
 * @param {Translate} t
 * @returns {Field}
 */
export function breaksField(t) {
  /** @type {Field} */
  const time = { name: "time", label: "hours.time", read: (text) => spansOf(text)[0] ?? "" };
  return {
    name: "breaks",
    kind: "list",
    label: "hours.breaks",
    entry: () => [time, NAME, daysField(t)],
    adds: BREAKS.map((one) => [`${t("hours.add")}: ${one.name?.id}`, one]),
  };
}

/**
 * Other hours on a date, or in a period.
 * @param {Translate} t
 * @returns {Field}
 */
export function exceptionsField(t) {
  const date = (/** @type {string} */ name) => ({ name, kind: "date", label: `hours.${name}` });
  const open = openField("open", "hours.open");
  return {
    name: "exceptions",
    kind: "list",
    label: "hours.exceptions",
    entry: (/** @type {Draft} */ one) =>
      "date" in one ? [date("date"), open, NAME] : [date("from"), date("to"), open, NAME, daysField(t)],
    adds: [
      [t("hours.add_date"), { date: "", open: [] }],
      [t("hours.add_period"), { from: "", to: "", open: [] }],
    ],
  };
}
