// What the dialogs of the officers' pages are made of: lists to choose from, segments, fields.
import { html, nothing } from "../kit/vendor/lit.js";
import { icon } from "../site/parts.js";

/**
 * @import { PrinterOut } from "../kit/api-types.d.ts"
 * @import { Translate } from "../kit/kit-types.d.ts"
 * @import { AssignableClass, Option } from "./officer-types.d.ts"
 */

/** @typedef {{ readonly t: Translate, readonly boot: { assets: string } }} Spoken */

/**
 * A list of which one is chosen, by touch, by arrows or by number. options: {value, main, beside, disabled}; focus: it
 * has it first.
 * @template T
 * @param {{
 *   name: string, label: string, options: Option<T>[], value: T | null, onPick: (value: T) => void, focus?: boolean,
 * }} list
 */
export function choices({ name, label, options, value, onPick, focus = true }) {
  const first = options.find((one) => one.value === value) ?? options.find((one) => !one.disabled);
  return html`<fieldset class="choices"><legend class="visually-hidden">${label}</legend>
    ${options.map(
      (one, at) => html`<label class="choice ${one.disabled ? "off" : ""}">
      <input type="radio" name=${name} .checked=${one.value === value} ?disabled=${one.disabled}
        ?autofocus=${focus && one === first}
        data-choice=${at < 9 ? at + 1 : nothing} @change=${() => onPick(one.value)}>
      ${at < 9 ? html`<kbd aria-hidden="true">${at + 1}</kbd>` : html`<kbd class="none" aria-hidden="true"></kbd>`}
      <span class="choice-main">${one.main}</span>
      ${one.beside ? html`<span class="choice-beside">${one.beside}</span>` : nothing}
    </label>`,
    )}
  </fieldset>`;
}

/**
 * A few options side by side, of which one is chosen. options: [value, words].
 * @template T
 * @param {{ name: string, label: string, options: [T, string][], value: T, onPick: (value: T) => void }} field
 */
export function segments({ name, label, options, value, onPick }) {
  return html`<fieldset class="segments"><legend>${label}</legend>
    <div>${options.map(
      ([code, words]) => html`<label><input type="radio" name=${name} .checked=${code === value}
      @change=${() => onPick(code)}><span>${words}</span></label>`,
    )}</div></fieldset>`;
}

/**
 * How many files: a number with a button on each side.
 * @param {Spoken} page
 * @param {{ value: number, onPick: (files: number) => void }} field
 */
export function filesField(page, { value, onPick }) {
  const {
    t,
    boot: { assets },
  } = page;
  const set = (/** @type {number | string} */ n) => onPick(Math.min(50, Math.max(1, Math.round(Number(n)) || 1)));
  return html`<div class="files-field"><label for="files">${t("officer.files.label")}</label>
    <div class="stepper">
      <button type="button" aria-label=${t("officer.files.fewer")} @click=${() => set(value - 1)}>
        ${icon(assets, "minus")}</button>
      <input id="files" type="number" inputmode="numeric" min="1" max="50" .value=${String(value)}
        @change=${(event) => set(event.target.value)}>
      <button type="button" aria-label=${t("officer.files.more")} @click=${() => set(value + 1)}>
        ${icon(assets, "plus")}</button>
    </div></div>`;
}

/**
 * A field to search a list with.
 * @param {Spoken} page
 * @param {{ label: string, value: string, onInput: (words: string) => void, focus?: boolean }} field
 */
export function searchField(page, { label, value, onInput, focus = false }) {
  return html`<label class="search">${icon(page.boot.assets, "search")}<span class="visually-hidden">${label}</span>
    <input type="search" placeholder=${label} autocomplete="off" .value=${value} ?autofocus=${focus}
      ?data-focus=${focus}
      @input=${(event) => onInput(event.target.value)}></label>`;
}

/**
 * The printers of the hall to choose from.
 * @param {PrinterOut[]} printers
 * @param {Translate} t
 * @returns {[string, string][]}
 */
export function printerOptions(printers, t) {
  return printers.map(({ code, paper_mm: mm }) => [code, t("officer.issue.printer_name", { code, mm })]);
}

/**
 * The classes that staff may give, in words.
 * @param {Pick<Spoken, "t">} page
 * @returns {[AssignableClass, string][]}
 */
export function classOptions({ t }) {
  /** @type {AssignableClass[]} */
  const kinds = ["regular", "priority", "appointment"];
  return kinds.map((kind) => [kind, t(`class.${kind}`)]);
}
