// The parts of opening hours as people write them: a week, breaks, exceptions. Each takes the page, a place and a
// setter.
import { html, nothing } from "../kit/vendor/lit.js";

/**
 * @import { Translate } from "../kit/kit-types.d.ts"
 * @import { TemplateResult, TemplateValue } from "../kit/vendor/lit.d.ts"
 * @import { Break, Exceptional, Week } from "./admin-types.d.ts"
 */

/**
 * A page that shows hours, as far as they need it.
 * @typedef {{
 *   readonly t: Translate, invalid: (field: string) => TemplateValue,
 *   check: (label: string, checked: boolean, set: (checked: boolean) => void, field?: string | null) => TemplateResult,
 * }} HoursPage
 */

export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/**
 * "08:00-11:30, 13:00-14:00" as a list, and back.
 * @param {string} text
 */
export const spansOf = (text) =>
  text
    .split(",")
    .map((one) => one.replaceAll(/\s/g, "").replaceAll("–", "-").replaceAll(".", ":"))
    .filter(Boolean);
export const written = (/** @type {string[] | undefined} */ spans) => (spans ?? []).join(", ");

/**
 * @template One
 * @param {One[]} list
 * @param {number} at
 */
const without = (list, at) => list.filter((_, place) => place !== at);
/**
 * @template One
 * @param {One[]} list
 * @param {number} at
 * @param {One} one
 */
const replaced = (list, at, one) => list.map((old, place) => (place === at ? one : old));

/**
 * @param {HoursPage} page
 * @param {string} day
 */
function dayName(page, day) {
  return page.t(`weekday.${DAYS.indexOf(day) + 1}`);
}

/**
 * The name of a field like weekly.mon or breaks[0].time for people.
 * @param {HoursPage} page
 * @param {string} field
 */
export function fieldName(page, field) {
  const [, day] = /^weekly\.(\w{3})$/.exec(field) ?? [];
  if (day) return dayName(page, day);
  const [, part, at] = /^(breaks|exceptions)\[(\d+)\]/.exec(field) ?? [];
  return part ? `${page.t(`hours.${part}`)} ${Number(at) + 1}` : field;
}

/**
 * Seven days, each with its open times in words; an empty one is closed.
 * @param {HoursPage} page
 * @param {Week} weekly
 * @param {(weekly: Week) => void} set
 */
export function weekView(page, weekly, set) {
  return html`<div class="fields">${DAYS.map(
    (day) => html`<label>${dayName(page, day)}
    <input .value=${written(weekly[day])} placeholder=${page.t("hours.closed")}
      aria-invalid=${page.invalid(`weekly.${day}`)}
      @change=${(event) => set({ ...weekly, [day]: spansOf(event.target.value) })}></label>`,
  )}</div>
    <p class="hint">${page.t("hours.week_text")}</p>`;
}

/**
 * @template {Break | Exceptional} One
 * @param {HoursPage} page
 * @param {One} one
 * @param {string} field
 * @param {(one: One) => void} change
 */
function daysView(page, one, field, change) {
  const days = one.days ?? DAYS;
  const toggled = (/** @type {string} */ day) =>
    DAYS.filter((other) => (other === day ? !days.includes(day) : days.includes(other)));
  return html`<fieldset class="days"><legend>${page.t("hours.days")}</legend>
    ${DAYS.map((day) =>
      page.check(dayName(page, day), days.includes(day), () => change({ ...one, days: toggled(day) }), field),
    )}</fieldset>`;
}

/**
 * @template {Break | Exceptional} One
 * @param {HoursPage} page
 * @param {One} one
 * @param {(one: One) => void} change
 */
function nameView(page, one, change) {
  const { name, ...rest } = one;
  const set = (/** @type {string} */ text) =>
    change(/** @type {One} */ (text ? { ...one, name: { ...name, id: text } } : rest));
  return html`<label>${page.t("hours.name")}<input maxlength="80" .value=${name?.id ?? ""}
    @change=${(event) => set(event.target.value.trim())}></label>`;
}

/**
 * @param {HoursPage} page
 * @param {() => void} remove
 */
function removeButton(page, remove) {
  return html`<button class="button danger" type="button" @click=${remove}>${page.t("hours.remove")}</button>`;
}

/**
 * Times at which no numbers are given: lunch, Friday prayer.
 * @param {HoursPage} page
 * @param {Break[]} breaks
 * @param {(breaks: Break[]) => void} set
 */
export function breaksView(page, breaks, set) {
  const { t } = page;
  const add = (/** @type {Break} */ one) =>
    html`<button class="button" type="button" @click=${() => set([...breaks, one])}>${t("hours.add")}:
      ${one.name?.id}</button>`;
  return html`<h3>${t("hours.breaks")}</h3>
    <ul class="entries">${breaks.map((one, at) => {
      const change = (/** @type {Break} */ next) => set(replaced(breaks, at, next));
      return html`<li><div class="fields"><label>${t("hours.time")}<input required .value=${one.time ?? ""}
        aria-invalid=${page.invalid(`breaks[${at}].time`)}
        @change=${(event) => change({ ...one, time: spansOf(event.target.value)[0] ?? "" })}></label>${nameView(
          page,
          one,
          change,
        )}
        ${removeButton(page, () => set(without(breaks, at)))}</div>${daysView(
          page,
          one,
          `breaks[${at}].days`,
          change,
        )}</li>`;
    })}</ul>
    <div class="acts">${add({
      days: DAYS.filter((day) => !["fri", "sat", "sun"].includes(day)),
      time: "12:00-13:00",
      name: { id: "Istirahat siang", en: "Lunch", ban: "Mararian tengai" },
    })}
      ${add({ days: ["fri"], time: "11:30-13:00", name: { id: "Salat Jumat", en: "Friday prayer" } })}</div>`;
}

/**
 * @param {HoursPage} page
 * @param {string} label
 * @param {string} field
 * @param {string | undefined} value
 * @param {(date: string) => void} set
 */
function dateField(page, label, field, value, set) {
  return html`<label>${label}<input type="date" required .value=${value ?? ""} aria-invalid=${page.invalid(field)}
    @change=${(event) => set(event.target.value)}></label>`;
}

/**
 * Other hours on a date, or in a period.
 * @param {HoursPage} page
 * @param {Exceptional[]} exceptions
 * @param {(exceptions: Exceptional[]) => void} set
 */
export function exceptionsView(page, exceptions, set) {
  const { t } = page;
  const entry = (/** @type {Exceptional} */ one, /** @type {number} */ at) => {
    const change = (/** @type {Exceptional} */ next) => set(replaced(exceptions, at, next));
    const place = `exceptions[${at}]`;
    return html`<li><div class="fields">
      ${
        "date" in one
          ? dateField(page, t("hours.date"), place, one.date, (date) => change({ ...one, date }))
          : html`${dateField(page, t("hours.from"), place, one.from, (from) => change({ ...one, from }))}
          ${dateField(page, t("hours.to"), place, one.to, (to) => change({ ...one, to }))}`
      }
      <label>${t("hours.open")}<input .value=${written(one.open)} placeholder=${t("hours.closed")}
        aria-invalid=${page.invalid(place)}
        @change=${(event) => change({ ...one, open: spansOf(event.target.value) })}></label>
      ${nameView(page, one, change)}${removeButton(page, () => set(without(exceptions, at)))}</div>
      ${"date" in one ? nothing : daysView(page, one, `${place}.days`, change)}</li>`;
  };
  return html`<h3>${t("hours.exceptions")}</h3><ul class="entries">${exceptions.map(entry)}</ul>
    <div class="acts"><button class="button" type="button" @click=${() => set([...exceptions, { date: "", open: [] }])}>
      ${t("hours.add_date")}</button>
      <button class="button" type="button" @click=${() => set([...exceptions, { from: "", to: "", open: [] }])}>
        ${t("hours.add_period")}</button></div>`;
}
