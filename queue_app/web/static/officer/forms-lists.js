// Dialogs with the numbers that are not in the line: those on hold, those missed; and why one came before another.
import { api, asProblem } from "../kit/api.js";
import { clock, pick } from "../kit/i18n.js";
import { html, nothing } from "../kit/vendor/lit.js";
import { icon } from "../site/parts.js";
import { mayReturn, minutesSince } from "./counter-rules.js";
import { choices } from "./sheet-parts.js";

/**
 * @import { HeldOut, MissedOut, ReasonOut } from "../kit/api-types.d.ts"
 * @import { TemplateValue } from "../kit/vendor/lit.d.ts"
 * @import { OfficerCounter } from "./counter.js"
 * @import { AsideRow, Dialog, Form, Option } from "./officer-types.d.ts"
 */

/** @typedef {{ row: number | null }} RowValues */
/** @typedef {ReasonOut | { text: null }} Answer */

/**
 * @param {OfficerCounter} page
 * @param {AsideRow} row
 * @param {{ beside: TemplateValue, disabled?: boolean }} how
 * @returns {Option<number>}
 */
function ticketOption(page, row, { beside, disabled = false }) {
  const { t, language } = page;
  const kind = row.class === "regular" ? "" : ` · ${t(`class.${row.class}`)}`;
  return {
    value: row.id,
    disabled,
    beside,
    main: html`<strong class="number">${row.label}</strong> <span>${pick(row.service, language)}${kind}</span>`,
  };
}

/**
 * @template {AsideRow} Row
 * @param {Row[]} rows
 * @param {RowValues} values
 */
function chosen(rows, { row }) {
  return rows.find(({ id }) => id === row) ?? null;
}

// --- missed

/**
 * @param {OfficerCounter} page
 * @param {MissedOut} row
 */
function missedOption(page, row) {
  const { t, boot, now } = page;
  const since = t("officer.missed.since", { time: clock(row.since, boot.time_zone) });
  const may = mayReturn(row, now);
  return ticketOption(page, row, {
    disabled: !may,
    beside: may ? since : html`${icon(boot.assets, "clock")}${t("officer.missed.late")}`,
  });
}

/** @type {Dialog<RowValues>} */
export const missed = {
  title: ({ t }) => t("officer.missed.title"),
  start: ({ state, now }) => ({ row: state.missed.find((row) => mayReturn(row, now))?.id ?? null }),
  body: (
    page,
    { values },
  ) => html`<p class="sheet-text">${page.t("officer.missed.text", { n: page.state.policy.return_minutes })}</p>
    ${choices({
      name: "row",
      label: page.t("officer.missed.title"),
      value: values.row,
      onPick: (row) => page.fill({ row }),
      options: page.state.missed.map((row) => missedOption(page, row)),
    })}`,
  submit: ({ t, state }, { values }) =>
    t("officer.missed.submit", { label: chosen(state.missed, values)?.label ?? "" }),
  hint: "officer.hint.choose",
  ready: ({ state, now }, { values }) => {
    const row = chosen(state.missed, values);
    return row !== null && mayReturn(row, now);
  },
  requests: (_page, { values }) => [["return", { ticket: values.row }]],
};

// --- on hold

/**
 * @param {OfficerCounter} page
 * @param {HeldOut} row
 */
function heldOption(page, row) {
  const { t, now } = page;
  const since = t("officer.minutes", { n: minutesSince(row.since, now) });
  return ticketOption(page, row, { beside: row.mine ? since : `${row.counter.name} · ${since}` });
}

/**
 * @param {OfficerCounter} page
 * @param {Form<RowValues>} form
 */
function serveButton(page, { values }) {
  const { t, state, pending, objections } = page;
  const able = chosen(state.held, values)?.mine && !objections.resume && !pending;
  return html`<button type="button" class="button" data-key="s" aria-disabled=${!able}
    @click=${() => able && page.answer("start")}>
    ${t("officer.held.serve")}<kbd aria-hidden="true">S</kbd></button>`;
}

/** @param {OfficerCounter} page */
function heldText(page) {
  const why = page.objections.resume;
  return why
    ? html`<span class="banner">${icon(page.boot.assets, "info-circle")}<span>${page.t(why[0], why[1])}</span></span>`
    : page.t("officer.held.text");
}

/** @type {Dialog<RowValues>} */
export const held = {
  title: ({ t }) => t("officer.held.title"),
  start: ({ state }) => ({ row: (state.held.find(({ mine }) => mine) ?? state.held[0])?.id ?? null }),
  body: (page, { values }) => html`<p class="sheet-text">${heldText(page)}</p>
    ${choices({
      name: "row",
      label: page.t("officer.held.title"),
      value: values.row,
      onPick: (row) => page.fill({ row }),
      options: page.state.held.map((row) => heldOption(page, row)),
    })}`,
  submit: ({ t }) => t("officer.held.call"),
  more: serveButton,
  ready: ({ state, objections }, { values }) => Boolean(chosen(state.held, values)) && !objections.resume,
  requests: (_page, { values }, way) => [[way === "start" ? way : "resume", { ticket: values.row }]],
};

// --- why that one before this one

/**
 * The answer to "why that one first?", or null where the server has none.
 * @param {OfficerCounter} page
 * @param {Form} form
 * @returns {Promise<Answer>}
 */
async function reason(page, { about }) {
  try {
    return await api("GET", `/api/v1/counters/${page.boot.counter_id}/why?ticket=${about?.id ?? 0}`);
  } catch (fault) {
    if (asProblem(fault).status === 404) return { text: null };
    throw fault;
  }
}

/** @type {Dialog<object, Answer>} */
export const why = {
  icon: "help-circle",
  title: ({ t, state }, { about }) =>
    t("officer.before.title", { first: state.ticket?.label ?? "", label: about?.label ?? "" }),
  load: reason,
  body: ({ t, language }, { data }) =>
    html`<p class="sheet-text large" tabindex="0">
      ${data?.text ? pick(data.text, language) : t("officer.before.unknown")}</p>${nothing}`,
};
