// The screens on which the visitor chooses: agency, service, documents, class.

import { pick } from "../kit/i18n.js";
import { html, nothing } from "../kit/vendor/lit.js";
import { closedWords, untilWords } from "./closed.js";
import { button, called, choiceOf, heading, icon, pager, rangeWords, returns, waitingChip } from "./frame.js";
import { agencyNow, paged, serviceNow } from "./menu.js";
import { listButton, listStatus } from "./print-status-view.js";

/**
 * @import { AgencyOut, DocumentOut, ServiceOut } from "../kit/api-types.d.ts"
 * @import { Names } from "../kit/kit-types.d.ts"
 * @import { Kind, ServiceNow, View } from "./kiosk-types.d.ts"
 */

const LONG_NAME = 44;
const LONG_ROW = 60;
const LONG_WORD = 22;
// Two lines of the bar are needed once a list has pages, so these lists are shorter.
const DOCUMENTS_PER_PAGE = 6;

/**
 * @param {View} view
 * @param {string} words
 */
function shut(view, words) {
  return html`<span class="wait shut">${icon(view, "ban")}<span>${words}</span></span>`;
}

/**
 * Long names are set smaller rather than cut.
 * @param {string} text
 * @param {number} [most]
 */
function size(text, most = LONG_NAME) {
  return text.length > most ? "long" : "";
}

/**
 * @param {View} view
 * @param {Names} names
 */
function nameOf(view, names) {
  return html`<strong class=${size(pick(names, view.language), LONG_ROW)}>${called(view, names)}</strong>`;
}

/**
 * @param {View} view
 * @param {AgencyOut} agency
 */
function agencyTile(view, agency) {
  const { waiting, open, until } = agencyNow(agency, view.live);
  const again = untilWords(view, { until });
  const name = pick(agency.name, view.language);
  return html`<li><button type="button" class="tile" ?disabled=${!open}
    @click=${() => view.send({ type: "agency", agency })}>
    <span class="sign">${icon(view, agency.icon)}</span>
    <span class="words">
      <strong class="short ${size(agency.short, LONG_WORD)}" lang="id">${agency.short}</strong>
      ${name === agency.short ? nothing : html`<span class="full ${size(name)}">${called(view, agency.name)}</span>`}
      ${open || !again ? nothing : html`<span class="again">${again}</span>`}
    </span>
    ${open ? waitingChip(view, waiting, "waiting.short") : shut(view, view.t("closed.agency"))}
  </button></li>`;
}

/**
 * The first screen: every agency of the hall.
 * @param {View} view
 */
export function startScreen(view) {
  const part = paged(view.catalogue.agencies, view.state.pages.start);
  return html`
    ${heading(view.t("start.title"), view.t("start.hint"))}
    <ul class="tiles ${part.items.length > 6 || part.pages > 1 ? "eight" : "six"}">
      ${part.items.map((agency) => agencyTile(view, agency))}</ul>
    <footer class="bar">${pager(view, part)}</footer>`;
}

/**
 * Which agency, and which service, has been chosen so far.
 * @param {View} view
 */
function chosen(view) {
  const { agency, service } = view.state;
  if (!agency) return nothing;
  return html`<p class="chosen">${icon(view, agency.icon)}<span><span lang="id">${agency.short}</span>${
    service ? html`<span class="slash" aria-hidden="true">›</span>${called(view, service.name)}` : nothing
  }</span></p>`;
}

/**
 * About how many numbers are left today, where they are few.
 * @param {View} view
 * @param {ServiceNow} now
 */
function leftChip(view, { open, left }) {
  if (!open || left === null) return nothing;
  return html`<span class="wait left">${icon(view, "hourglass")}<span>${view.t("left", { count: left })}</span></span>`;
}

/**
 * @param {View} view
 * @param {ServiceNow} now
 */
function leftFact(view, { open, left }) {
  if (!open || left === null) return nothing;
  return html`<div>${icon(view, "hourglass")}<dt>${view.t("left.title")}</dt>
    <dd>${view.t("left.short", { count: left })}</dd></div>`;
}

/**
 * How long it takes and how many wait, before a number is taken.
 * @param {View} view
 * @param {ServiceNow} now
 */
function queueChips(view, { waiting, range }) {
  if (waiting === null) return nothing;
  return html`<span class="waits"><span class="wait">${icon(view, "clock")}<span>${rangeWords(
    view,
    range,
  )}</span></span>
    ${waitingChip(view, waiting)}</span>`;
}

/**
 * @param {View} view
 * @param {ServiceOut} service
 */
function serviceRow(view, service) {
  const now = serviceNow(service, view.live);
  const { open } = now;
  return html`<li><button type="button" class="row" ?disabled=${!open}
    @click=${() => view.send({ type: "service", service })}>
    <span class="words">${nameOf(view, service.name)}
      ${open ? queueChips(view, now) : shut(view, closedWords(view, now))}${leftChip(view, now)}</span>
    ${open ? icon(view, "chevron-right") : nothing}
  </button></li>`;
}

/**
 * The services of the chosen agency.
 * @param {View} view
 */
export function servicesScreen(view) {
  const part = paged(view.state.agency?.services ?? [], view.state.pages.services);
  return html`
    ${chosen(view)}${heading(view.t("services.title"))}
    <ul class="rows">${part.items.map((service) => serviceRow(view, service))}</ul>
    <footer class="bar">${returns(view)}${pager(view, part)}</footer>`;
}

/**
 * @param {View} view
 * @param {DocumentOut} document
 * @param {number} index
 */
function documentRow(view, document, index) {
  const brought = view.state.brought.includes(index);
  return html`<li><button type="button" class="row check" role="checkbox" aria-checked=${brought ? "true" : "false"}
    @click=${() => view.send({ type: "brought", index })}>
    <span class="box" aria-hidden="true">${brought ? icon(view, "check") : nothing}</span>
    <span class="words"><span class="lead">${view.t("documents.bring")}</span>
      ${nameOf(view, document.name)}</span>
  </button></li>`;
}

/** @param {View} view */
function documentsPart(view) {
  const documents = choiceOf(view).service.documents.map((document, index) => ({ document, index }));
  return paged(documents, view.state.pages.documents, DOCUMENTS_PER_PAGE);
}

/** @param {View} view */
function documentsHint(view) {
  const { brought } = view.state;
  const { service } = choiceOf(view);
  const counted = view.t("documents.counted", { brought: brought.length, all: service.documents.length });
  return html`${view.t("documents.hint")} <span class="counted" aria-live="polite">${counted}</span>`;
}

/**
 * What the service asks for: a help to remember, so the way on is open whatever is marked.
 * @param {View} view
 */
export function documentsScreen(view) {
  const part = documentsPart(view);
  return html`
    ${chosen(view)}${heading(view.t("documents.title"), documentsHint(view))}
    <ul class="rows">
      ${part.items.map(({ document, index }) => documentRow(view, document, index))}</ul>
    <footer class="bar">${returns(view)}${pager(view, part)}<div class="answers">
      ${button(view, { label: view.t("documents.incomplete"), sign: "file-text", event: { type: "incomplete" } })}
      ${button(view, {
        label: view.t("documents.complete"),
        sign: "arrow-right",
        kind: "primary",
        after: true,
        event: { type: "complete" },
      })}
    </div></footer>`;
}

/**
 * @param {View} view
 * @param {DocumentOut} document
 * @param {number} index
 */
function missingRow(view, document, index) {
  const brought = view.state.brought.includes(index);
  return html`<li class="need ${brought ? "have" : ""}">
    <span class="box" aria-hidden="true">${icon(view, brought ? "check" : "file-text")}</span>
    <span class="words">${nameOf(view, document.name)}
      <span class="lead">${view.t(brought ? "missing.have" : "missing.need")}</span></span></li>`;
}

/**
 * The list to take home instead of a number.
 * @param {View} view
 */
export function missingScreen(view) {
  const part = documentsPart(view);
  return html`
    ${chosen(view)}${heading(view.t("missing.title"), view.t("missing.text"))}
    <ul class="rows">
      ${part.items.map(({ document, index }) => missingRow(view, document, index))}</ul>
    ${listStatus(view)}
    <footer class="bar">${pager(view, part)}<div class="answers">
      ${button(view, { label: view.t("missing.back"), sign: "arrow-left", event: { type: "back" } })}
      ${listButton(view)}
      ${button(view, { label: view.t("missing.done"), sign: "home", kind: "primary", event: { type: "home" } })}
    </div></footer>`;
}

/**
 * @param {View} view
 * @param {Kind} kind
 * @param {string[]} signs
 */
function kindTile(view, kind, signs) {
  return html`<li><button type="button" class="kind ${kind}" @click=${() => view.send({ type: "kind", kind })}>
    <span class="signs">${signs.map((name) => icon(view, name))}</span>
    <strong>${view.t(`class.${kind}`)}</strong>
    <span class="full">${view.t(`class.${kind}.text`)}</span>
    <span class="take">${icon(view, "ticket")}<span>${view.t("class.take")}</span></span>
  </button></li>`;
}

/**
 * The last question, asked in neutral words; the answer is the class of the ticket and nothing more.
 * @param {View} view
 */
export function classScreen(view) {
  const { agency, service } = choiceOf(view);
  const now = serviceNow(service, view.live);
  const { waiting, range, open } = now;
  const words =
    waiting === null
      ? view.t("waiting.unknown")
      : waiting === 0
        ? view.t("waiting.none")
        : view.t("waiting", { count: waiting });
  return html`
    ${heading(view.t("class.title"), view.t("class.hint"))}
    <dl class="facts">
      <div>${icon(view, agency.icon)}<dt lang="id">${agency.short}</dt><dd>${called(view, service.name)}</dd></div>
      <div>${icon(view, "users")}<dt>${view.t("now.waiting")}</dt>
        <dd>${open ? words : closedWords(view, now)}</dd></div>
      ${
        open && waiting !== null
          ? html`<div>${icon(view, "clock")}<dt>${view.t("range.title")}</dt>
        <dd>${rangeWords(view, range)}</dd></div>`
          : nothing
      }
      ${leftFact(view, now)}
      ${
        service.zone
          ? html`<div>${icon(view, "map-pin")}<dt>${view.t("number.zone")}</dt>
        <dd>${called(view, service.zone.name)}</dd></div>`
          : nothing
      }
    </dl>
    <ul class="kinds">
      ${kindTile(view, "regular", ["user"])}
      ${kindTile(view, "priority", ["old", "wheelchair", "baby-carriage"])}
    </ul>
    <footer class="bar">${returns(view)}</footer>`;
}
