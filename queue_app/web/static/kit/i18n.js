// Words, dates and numbers in the three languages of the hall. No browser knows Balinese, so names are our own.

/** @import { Catalogue, Facts, Names, Translate } from "./kit-types.d.ts" */

/** @type {Record<string, string[]>} */
const DAYS = {
  id: ["Minggu", "Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu"],
  en: ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
  ban: ["Redite", "Soma", "Anggara", "Buda", "Wraspati", "Sukra", "Saniscara"],
};
const MONTHS_ID = [
  "Januari",
  "Februari",
  "Maret",
  "April",
  "Mei",
  "Juni",
  "Juli",
  "Agustus",
  "September",
  "Oktober",
  "November",
  "Desember",
];
/** @type {Record<string, string[]>} */
const MONTHS = {
  id: MONTHS_ID,
  en: [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
  ],
  ban: MONTHS_ID,
};
/** @type {Record<string, string>} */
const ZONE_MARKS = {
  "Asia/Jakarta": "WIB",
  "Asia/Pontianak": "WIB",
  "Asia/Makassar": "WITA",
  "Asia/Jayapura": "WIT",
};
const FALLBACK = "id";
/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();

/** @param {string} tz */
function newFormat(tz) {
  return new Intl.DateTimeFormat("en-GB", {
    timeZone: tz,
    year: "numeric",
    month: "numeric",
    day: "numeric",
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
}

/**
 * @param {number} ms
 * @param {string} tz
 * @returns {Record<string, string>}
 */
function parts(ms, tz) {
  const format = formats.get(tz) ?? newFormat(tz);
  formats.set(tz, format);
  return Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, value]));
}

/**
 * A function `t(key, params)` for one language of a catalogue `{id: {key: text}, en: ..., ban: ...}`.
 * `{name}` in the text is replaced by params.name; with params.count the text of `key.one` or `key.other` is used.
 * A text missing in the language is taken from Indonesian; a key nobody knows is returned as it is.
 * @param {Catalogue} catalogue
 * @param {string} language
 * @returns {Translate}
 */
export function translator(catalogue, language) {
  const books = [catalogue[language], catalogue[FALLBACK]].filter(Boolean);
  /** @param {string} key */
  const find = (key) => books.find((book) => Object.hasOwn(book, key))?.[key];
  return (key, params = {}) => {
    const plural = params.count === undefined ? undefined : find(`${key}.${params.count === 1 ? "one" : "other"}`);
    const text = plural ?? find(key) ?? key;
    return text.replace(/\{(\w+)\}/g, (whole, name) => (Object.hasOwn(params, name) ? String(params[name]) : whole));
  };
}

/**
 * The name in a language from `{id, en, ban}`, else in Indonesian, else "". Plain strings pass through.
 * @param {Names | string | null | undefined} names
 * @param {string} language
 */
export function pick(names, language) {
  if (typeof names === "string") return names;
  return names?.[language] || names?.[FALLBACK] || "";
}

/**
 * Time of day in a time zone: "10:42".
 * @param {number} ms
 * @param {string} tz
 */
export function clock(ms, tz) {
  const { hour, minute } = parts(ms, tz);
  return `${hour}:${minute}`;
}

/** @param {Record<string, string>} parts */
function dayNumber({ year, month, day }) {
  return Date.UTC(Number(year), Number(month) - 1, Number(day));
}

/**
 * A whole date with the day's name: "Senin, 23 November 2026".
 * @param {number} ms
 * @param {string} tz
 * @param {string} language
 */
export function longDate(ms, tz, language) {
  const { year, month, day } = parts(ms, tz);
  const days = DAYS[language] ?? DAYS[FALLBACK];
  const months = MONTHS[language] ?? MONTHS[FALLBACK];
  const weekday = new Date(dayNumber({ year, month, day })).getUTCDay();
  return `${days[weekday]}, ${Number(day)} ${months[Number(month) - 1]} ${year}`;
}

/**
 * A coming instant as people say it now: `{distance, weekday, day, month, hour, minute}`, where distance is "today",
 * "tomorrow", "week" (within six days) or "later".
 * @param {number} ms
 * @param {number} now
 * @param {string} tz
 * @param {string} language
 */
export function coming(ms, now, tz, language) {
  const at = parts(ms, tz);
  const today = parts(now, tz);
  const days = (dayNumber(at) - dayNumber(today)) / 86_400_000;
  const distance = days < 1 ? "today" : days < 2 ? "tomorrow" : days < 7 ? "week" : "later";
  const weekday = (DAYS[language] ?? DAYS[FALLBACK])[new Date(dayNumber(at)).getUTCDay()];
  const month = (MONTHS[language] ?? MONTHS[FALLBACK])[Number(at.month) - 1];
  return { distance, weekday, day: Number(at.day), month, hour: at.hour, minute: at.minute };
}

/**
 * A whole number with the language's thousands mark: "1.234" (id, ban), "1,234" (en).
 * @param {number} n
 * @param {string} language
 */
export function number(n, language) {
  return Math.trunc(n)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, language === "en" ? "," : ".");
}

/**
 * The everyday name of Indonesia's time zones: "WITA" for Asia/Makassar; "" elsewhere.
 * @param {string} tz
 */
export function zoneMark(tz) {
  return ZONE_MARKS[tz] ?? "";
}
