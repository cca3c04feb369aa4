// Dialogs about the counter: a given number, a visitor without a ticket, the break, leaving, handing over, the keys.
import { pick } from "../kit/i18n.js";
import { html, nothing } from "../kit/vendor/lit.js";
import { icon } from "../site/parts.js";
import { keyName } from "./counter-parts.js";
import "./issue-form.js";
import "./service-stops.js";
import { ACT_NAMES, ACTS } from "./actions.js";
import { labelOf, minutesSince, nameOf } from "./counter-rules.js";
import { choices, classOptions, filesField, segments } from "./sheet-parts.js";

/**
 * @import { Language } from "../kit/kit-types.d.ts"
 * @import { OfficerCounter } from "./counter.js"
 * @import { CounterAction, Body, Dialog, Form, AssignableClass, Option } from "./officer-types.d.ts"
 */

/** @typedef {{ service: number | null, kind: AssignableClass, language: Language, files: number }} DirectValues */
/** @typedef {"complete" | "no_show" | "hand_over"} End */
/** @typedef {{ end: End | null }} CloseValues */

const PAUSES = ["break", "meal", "prayer", "meeting", "technical", "other"];

// --- a given number

/**
 * @param {OfficerCounter} page
 * @param {string} label
 */
function found(page, label) {
  const { t, state, now, language } = page;
  const row = state.waiting.find((one) => one.label === label);
  if (!row) return t("officer.given.sends", { label });
  return html`<strong class="number">${label}</strong> ${pick(row.service, language)} ·
    ${t("officer.given.waits", { n: minutesSince(row.issued_at, now) })}`;
}

/** @type {Dialog<{ text: string }>} */
export const call = {
  title: ({ t }) => t("officer.given.title"),
  start: () => ({ text: "" }),
  body: (page, { values }) => {
    const label = labelOf(values.text);
    return html`<div class="field-row"><label for="label">${page.t("officer.given.label")}</label>
      <input id="label" class="number typed-label" type="text" maxlength="10" autocomplete="off"
        autocapitalize="characters" spellcheck="false" autofocus
        placeholder="A-012" .value=${values.text} @input=${(event) => page.fill({ text: event.target.value })}>
      <p class="sheet-note" role="status">${label ? found(page, label) : page.t("officer.given.hint")}</p></div>`;
  },
  submit: ({ t }, { values }) => t("officer.given.submit", { label: labelOf(values.text) ?? "" }),
  ready: (_page, { values }) => labelOf(values.text) !== null,
  requests: (_page, { values }) => [["call", { label: labelOf(values.text) }]],
};

// --- somebody without a ticket

/** @type {Dialog<DirectValues>} */
export const serve_direct = {
  kind: "tall",
  title: ({ t }) => t("officer.direct.title"),
  start: ({ state }) => ({ service: state.services[0]?.id ?? null, kind: "regular", language: "id", files: 1 }),
  body: (page, { values }) => html`<p class="sheet-text">${page.t("officer.direct.text")}</p>
    <div class="sheet-list" tabindex="-1">${choices({
      name: "service",
      label: page.t("officer.direct.service"),
      value: values.service,
      onPick: (service) => page.fill({ service }),
      options: page.state.services.map((service) => ({
        value: service.id,
        main: nameOf(service, page.language),
        beside: page.t("officer.minutes", { n: service.minutes }),
      })),
    })}</div>
    <div class="sheet-row">
      ${segments({
        name: "class",
        label: page.t("officer.change.class"),
        options: classOptions(page),
        value: values.kind,
        onPick: (kind) => page.fill({ kind }),
      })}
      ${segments({
        name: "language",
        label: page.t("officer.timer.language"),
        value: values.language,
        onPick: (language) => page.fill({ language }),
        options: page.boot.languages.map((code) => [code, page.t(`language.${code}`)]),
      })}
      ${filesField(page, { value: values.files, onPick: (files) => page.fill({ files }) })}
    </div>`,
  submit: "officer.direct.submit",
  hint: "officer.hint.choose",
  ready: (_page, { values }) => values.service !== null,
  requests: (_page, { values: { service, kind, language, files } }) => [
    ["serve_direct", { service, class: kind, language, files }],
  ],
};

// --- the break

/** @param {Form} form */
function leavesWaiting({ problem }) {
  return problem?.code === "would_strand";
}

/** @type {Dialog<{ reason: string }>} */
export const pause = {
  title: ({ t }) => t("officer.pausing.title"),
  start: () => ({ reason: "break" }),
  body: (page, { values }) =>
    choices({
      name: "reason",
      label: page.t("officer.pausing.reason"),
      value: values.reason,
      onPick: (reason) => page.fill({ reason }),
      options: PAUSES.map((value) => ({ value, main: page.t(`officer.pausing.${value}`) })),
    }),
  submit: "officer.pausing.submit",
  hint: "officer.hint.choose",
  requests: (_page, form) => [["pause", { reason: form.values.reason, leave_waiting: leavesWaiting(form) }]],
};

// --- leaving

/**
 * @param {OfficerCounter} page
 * @returns {Option<End>[]}
 */
function ends({ state: { ticket }, boot: { life }, objections, t }) {
  const facts = { label: ticket?.label ?? "" };
  /** @type {End} */
  const end = ticket && life.moves.complete?.includes(ticket.state) ? "complete" : "no_show";
  const objection = end === "no_show" ? objections.no_show : null;
  return [
    {
      value: end,
      main: t(`officer.close.${end}_yes`, facts),
      disabled: Boolean(objection),
      beside: objection ? t(...objection) : "",
    },
    { value: "hand_over", main: t("officer.close.hand_over_yes", facts), beside: t("officer.close.hand_over_text") },
  ];
}

/**
 * @param {OfficerCounter} page
 * @param {Form<CloseValues>} form
 */
function closeBody(page, { values }) {
  const {
    t,
    state: { ticket },
  } = page;
  if (!ticket) return html`<p class="sheet-text">${t("officer.close.text")}</p>`;
  const key = ticket.state === "serving" ? "officer.close.complete_text" : "officer.close.no_show_text";
  return html`<p class="sheet-text">${t(key, { label: ticket.label })}</p>
    ${choices({
      name: "end",
      label: t("officer.close.title"),
      value: values.end,
      options: ends(page),
      onPick: (end) => page.fill({ end }),
    })}`;
}

/**
 * @param {OfficerCounter} page
 * @param {Form<CloseValues>} form
 * @returns {[CounterAction, Body][]}
 */
function closeRequests({ state }, form) {
  const { end } = form.values;
  // The visit may have been ended by the first half of an earlier try.
  const open = state.ticket !== null && state.ticket.id === form.ticket;
  const handOver = open && end === "hand_over";
  /** @type {[CounterAction, Body][]} */
  const first = open && !handOver && end ? [[end, { ticket: form.ticket }]] : [];
  return [...first, ["close", { leave_waiting: leavesWaiting(form), hand_over: handOver }]];
}

/** @type {Dialog<CloseValues>} */
export const close = {
  title: ({ t, state }) => t("officer.close.title", { counter: state.counter.name }),
  start: (page) => ({ end: page.state.ticket ? (ends(page).find(({ disabled }) => !disabled)?.value ?? null) : null }),
  body: closeBody,
  submit: "officer.act.close",
  danger: true,
  focus: true,
  requests: closeRequests,
};

/** @type {Dialog} */
export const hand_over = {
  title: ({ t, state }) => t("officer.handing.title", { counter: state.counter.name }),
  body: ({ t, state: { ticket } }) =>
    html`<p class="sheet-text">${t(ticket ? "officer.handing.text_ticket" : "officer.handing.text", {
      label: ticket?.label,
    })}</p>`,
  submit: "officer.handing.submit",
  focus: true,
  requests: () => [["hand_over", { leave_waiting: true, hand_over: true }]],
};

// --- the keys

/**
 * @param {OfficerCounter} page
 * @param {CounterAction} act
 */
function keyRow(page, act) {
  const keys =
    act === "next" ? html`<kbd>N</kbd> <kbd>${page.t("officer.key.space")}</kbd>` : html`<kbd>${keyName(act)}</kbd>`;
  return html`<li><span>${keys}</span>${page.t(`officer.act.${act}`)}</li>`;
}

/** @param {OfficerCounter} page */
function helpBody(page) {
  const { t, shortcuts, state, boot } = page;
  const acts = ACT_NAMES.filter((act) => ACTS[act].key && (act !== "note" || state.policy.notes));
  return html`<ul class="keys-list" tabindex="0">${acts.map((act) => keyRow(page, act))}
      <li><span><kbd>1</kbd>–<kbd>9</kbd></span>${t("officer.help.choose")}</li>
      <li><span><kbd>Enter</kbd></span>${t("officer.help.enter")}</li>
      <li><span><kbd>Esc</kbd></span>${t("officer.help.escape")}</li></ul>
    <p class="sheet-foot"><button type="button" class="button" aria-pressed=${shortcuts}
      @click=${() => page.toggleShortcuts()}>
      ${icon(boot.assets, "keyboard")}${t(shortcuts ? "officer.shortcuts.turn_off" : "officer.shortcuts.turn_on")}
        </button></p>`;
}

/** @type {Dialog} */
export const help = { kind: "broad", title: ({ t }) => t("officer.help.title"), body: helpBody };

// --- a ticket for somebody

/** @type {Dialog} */
export const issue = {
  kind: "wide",
  title: ({ t }) => t("officer.issue.title"),
  body: (page) =>
    html`<issue-form .boot=${page.boot} .language=${page.language}
      .onDone=${() => page.dismiss()}></issue-form>${nothing}`,
};

// --- no more numbers of a service

/** @type {Dialog} */
export const stops = {
  title: ({ t }) => t("officer.stops.title"),
  body: (page) => html`<service-stops .boot=${page.boot} .language=${page.language}></service-stops>${nothing}`,
};
