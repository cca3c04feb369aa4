// What every screen shares: header with clock and languages, the steps, the bar of movements at the bottom.

import { clock, longDate, pick } from "../kit/i18n.js";
import { html, nothing } from "../kit/vendor/lit.js";

/**
 * @import { Names } from "../kit/kit-types.d.ts"
 * @import { TemplateValue } from "../kit/vendor/lit.d.ts"
 * @import { BigButton, Part, View } from "./kiosk-types.d.ts"
 */

const STEPS = ["agency", "service", "documents", "number"];
const STEP_OF = { start: 0, services: 1, documents: 2, missing: 2, class: 3, issuing: 3, refused: 3, number: 3 };

/**
 * What was chosen on the way here.
 * @param {View} view
 */
export function choiceOf({ state: { agency, service } }) {
  if (!agency || !service) throw new Error("nothing was chosen");
  return { agency, service };
}

/**
 * The number that was given.
 * @param {View} view
 */
export function ticketOf({ state: { ticket } }) {
  if (!ticket) throw new Error("no number was given");
  return ticket;
}

/**
 * A symbol of the kit's sprite, as ornament beside words.
 * @param {Pick<View, "assets">} view
 * @param {string} name
 */
export function icon(view, name) {
  return html`<svg class="icon" aria-hidden="true"><use href="${view.assets}/kit/icons.svg#${name}"></use></svg>`;
}

/**
 * A name of the catalogue in the visitor's language; marked as Indonesian where it is not translated.
 * @param {View} view
 * @param {Names} names
 */
export function called(view, names) {
  const text = pick(names, view.language);
  const foreign = typeof names === "string" || !names?.[view.language];
  return foreign && view.language !== "id" ? html`<span lang="id">${text}</span>` : html`${text}`;
}

/**
 * How many wait, in words and with a sign; `key` names the wording.
 * @param {View} view
 * @param {number | null} waiting
 * @param {string} [key]
 */
export function waitingChip(view, waiting, key = "waiting") {
  if (waiting === null) return nothing;
  const words = waiting === 0 ? view.t("waiting.none") : view.t(key, { count: waiting });
  return html`<span class="wait">${icon(view, "users")}<span>${words}</span></span>`;
}

/**
 * A wait in words; no number where there is no honest one.
 * @param {View} view
 * @param {[number, number] | null} range
 */
export function rangeWords(view, range) {
  if (!range) return view.t("range.none");
  const [low, high] = range;
  return low === 0 ? view.t("range.to", { high }) : view.t("range.about", { low, high });
}

/** @param {View} view */
function languageButtons(view) {
  return html`<div class="languages" role="group" aria-label=${view.t("language.label")}>
    ${view.languages.map(
      (language) => html`<button type="button" class="language" lang=${language}
      aria-pressed=${language === view.language ? "true" : "false"}
      @click=${() => view.send({ type: "language", language })}>${view.t(`language.${language}`)}</button>`,
    )}
  </div>`;
}

/**
 * Hall, date, time and languages.
 * @param {View} view
 */
export function header(view) {
  return html`<header class="top">
    <div class="hall">
      <img class="gate" src="${view.assets}/kiosk/gate.svg" alt="" width="48" height="48">
      <div class="hall-name"><strong>${view.hall}</strong>
        <span>${longDate(view.time, view.timeZone, view.language)}</span></div>
    </div>
    <time class="clock number">${clock(view.time, view.timeZone)}</time>
    ${languageButtons(view)}
  </header><div class="poleng"></div>`;
}

/**
 * @param {number} index
 * @param {number} at
 * @param {boolean} finished
 */
function stepState(index, at, finished) {
  if (index < at || finished) return "done";
  return index === at ? "now" : "ahead";
}

/**
 * Where the visitor is: four steps, said in words to those who cannot see them.
 * @param {View} view
 */
export function steps(view) {
  const at = STEP_OF[view.state.screen];
  const finished = view.state.screen === "number";
  return html`<nav class="steps" aria-label=${view.t("steps.label")}>
    <p class="visually-hidden">${view.t("steps.position", { step: at + 1, steps: STEPS.length })}</p>
    <ol>${STEPS.map((name, index) => {
      const state = stepState(index, at, finished);
      return html`<li class="step ${state}" aria-current=${state === "now" ? "step" : nothing}>
        <span class="dot" aria-hidden="true">${state === "done" ? icon(view, "check") : index + 1}</span>
        <span>${view.t(`step.${name}`)}</span></li>`;
    })}</ol></nav>`;
}

/**
 * The heading of a screen; focus comes here when the screen changes.
 * @param {string} text
 * @param {TemplateValue} [hint]
 */
export function heading(text, hint = nothing) {
  return html`<div class="heading"><h1 tabindex="-1">${text}</h1>
    ${hint === nothing ? nothing : html`<p>${hint}</p>`}</div>`;
}

/**
 * A large button that says what it does.
 * @param {View} view
 * @param {BigButton} how
 */
export function button(view, { label, sign, kind = "", after = false, event, disabled = false }) {
  const picture = sign ? icon(view, sign) : nothing;
  return html`<button type="button" class="button big ${kind}" ?disabled=${disabled} @click=${() => view.send(event)}>
    ${after ? nothing : picture}<span>${label}</span>${after ? picture : nothing}</button>`;
}

/**
 * Previous and next page of the choices, where there is more than one.
 * @param {View} view
 * @param {Part<unknown>} part
 */
export function pager(view, { page, pages }) {
  if (pages < 2) return nothing;
  return html`<div class="pager">
    ${button(view, {
      label: view.t("page.previous"),
      sign: "chevron-left",
      disabled: page === 0,
      event: { type: "page", page: page - 1 },
    })}
    <p class="pages" aria-live="polite">${view.t("page.position", { page: page + 1, pages })}</p>
    ${button(view, {
      label: view.t("page.next"),
      sign: "chevron-right",
      after: true,
      disabled: page === pages - 1,
      event: { type: "page", page: page + 1 },
    })}
  </div>`;
}

/**
 * Back and start over, at the bottom left of every screen between the first and the number.
 * @param {View} view
 */
export function returns(view) {
  return html`<div class="returns">
    ${button(view, { label: view.t("back"), sign: "arrow-left", event: { type: "back" } })}
    ${button(view, { label: view.t("home"), sign: "home", kind: "quiet", event: { type: "home" } })}
  </div>`;
}
