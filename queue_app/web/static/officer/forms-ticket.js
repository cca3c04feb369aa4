// Dialogs about the ticket in hand: transfer, change, cancel, note.
import { api } from "../kit/api.js";
import { clock } from "../kit/i18n.js";
import { html, nothing } from "../kit/vendor/lit.js";
import { select } from "../site/parts.js";
import { matching, nameOf } from "./counter-rules.js";
import { choices, classOptions, filesField, searchField, segments } from "./sheet-parts.js";

/**
 * @import { TargetsOut, CurrentTicketOut } from "../kit/api-types.d.ts"
 * @import { OfficerCounter } from "./counter.js"
 * @import { Dialog, Form, Option } from "./officer-types.d.ts"
 */

/** @typedef {"service" | "counter" | "officer"} Kind */
/** @typedef {{ kind: Kind, text: string, target: number | null, first: boolean }} TransferValues */
/** @typedef {{ service?: number, kind?: string, files: number }} ChangeValues */

/** @type {Kind[]} */
const KINDS = ["service", "counter", "officer"];
const REASONS = ["left", "duplicate", "wrong_service", "incomplete", "other"];

/** @param {OfficerCounter} page */
function targets(page) {
  return api("GET", `/api/v1/counters/${page.boot.counter_id}/targets`);
}

/**
 * @param {OfficerCounter} page
 * @param {string} key
 */
function named(page, key) {
  return page.t(key, { label: page.state.ticket?.label ?? "" });
}

// --- transfer

/**
 * @param {OfficerCounter} page
 * @param {number} count
 */
function people(page, count) {
  return page.t("officer.transfer.waiting", { n: count });
}

/**
 * What a ticket can be sent to, of one kind, as options with the words they are found by.
 * @param {OfficerCounter} page
 * @param {Kind} kind
 * @param {TargetsOut} data
 * @returns {Option<number>[]}
 */
function destinations(page, kind, data) {
  const { language, state, boot } = page;
  if (kind === "service") {
    return data.services
      .filter(({ id }) => id !== state.ticket?.service_id)
      .map((service) => ({
        value: service.id,
        main: nameOf(service, language),
        beside: `${service.agency.short} · ${people(page, service.waiting)}`,
      }));
  }
  if (kind === "counter") {
    return data.counters
      .filter(({ id }) => id !== boot.counter_id)
      .map((counter) => ({
        value: counter.id,
        main: [counter.name, counter.agency?.short].filter(Boolean).join(" · "),
        beside: [nameOf(counter.zone, language), counter.officer].filter(Boolean).join(" · "),
      }));
  }
  return data.officers
    .filter(({ counter }) => counter.code !== state.counter.code)
    .map((officer) => ({
      value: officer.id,
      main: officer.name,
      beside: officer.counter.name,
    }));
}

/**
 * @param {OfficerCounter} page
 * @param {Form<TransferValues, TargetsOut>} form
 */
function transferBody(page, { values, data }) {
  const { kind, text, target, first } = values;
  const options = matching(data ? destinations(page, kind, data) : [], text, ({ main, beside }) => [main, beside]);
  return html`<div class="sheet-row">
      ${segments({
        name: "kind",
        label: page.t("officer.transfer.to"),
        options: KINDS.map((one) => [one, page.t(`officer.transfer.${one}`)]),
        value: kind,
        onPick: (one) => page.fill({ kind: one, target: null, text: "" }),
      })}
      ${searchField(page, {
        label: page.t("officer.transfer.search"),
        value: text,
        focus: true,
        onInput: (words) => page.fill({ text: words, target: null }),
      })}
    </div>
    <div class="sheet-list" tabindex="-1">${
      options.length
        ? choices({
            name: "target",
            label: page.t(`officer.transfer.${kind}`),
            options,
            value: target,
            onPick: (one) => page.fill({ target: one }),
          })
        : html`<p class="sheet-none" role="status">${page.t("officer.transfer.none")}</p>`
    }</div>
    ${segments({
      name: "first",
      label: page.t("officer.transfer.place"),
      value: first,
      onPick: (one) => page.fill({ first: one }),
      options: [
        [false, page.t("officer.transfer.by_time")],
        [true, page.t("officer.transfer.first")],
      ],
    })}`;
}

/** @type {Dialog<TransferValues, TargetsOut>} */
export const transfer = {
  kind: "tall",
  title: (page) => named(page, "officer.transfer.title"),
  start: () => ({ kind: "service", text: "", target: null, first: false }),
  load: targets,
  body: transferBody,
  submit: (page) => named(page, "officer.transfer.submit"),
  hint: "officer.hint.choose",
  ready: (_page, { values, data }) => Boolean(data) && values.target !== null,
  requests: (_page, { ticket, values }) => [
    ["transfer", { ticket, [values.kind]: values.target, first: values.first }],
  ],
};

// --- change

/**
 * @param {OfficerCounter} page
 * @param {Form<ChangeValues, TargetsOut>} form
 */
function servicesField(page, { values, data }) {
  const services = data?.services ?? [];
  /**
   * @param {string} short
   * @returns {[number | null, string][]}
   */
  const ofAgency = (short) =>
    services.filter(({ agency }) => agency.short === short).map((one) => [one.id, nameOf(one, page.language)]);
  const agencies = [...new Set(services.map(({ agency }) => agency.short))];
  return html`<div class="field-row"><label for="service">${page.t("officer.change.service")}</label>
    ${select({
      id: "service",
      value: values.service ?? null,
      groups: agencies.map((short) => [short, ofAgency(short)]),
      onPick: (service) => page.fill({ service }),
    })}</div>`;
}

/**
 * @param {OfficerCounter["state"]} state
 * @param {ChangeValues} values
 */
function changes({ ticket }, { service, kind, files }) {
  return {
    ...(service !== ticket?.service_id ? { service } : {}),
    ...(kind !== ticket?.class ? { class: kind } : {}),
    ...(files !== ticket?.files ? { files } : {}),
  };
}

/** @type {Dialog<ChangeValues, TargetsOut>} */
export const change = {
  title: (page) => named(page, "officer.change.title"),
  start: ({ state: { ticket } }) => ({ service: ticket?.service_id, kind: ticket?.class, files: ticket?.files ?? 1 }),
  load: targets,
  body: (page, form) => html`<div class="sheet-fields">
    ${choices({
      name: "class",
      label: page.t("officer.change.class"),
      value: form.values.kind,
      onPick: (kind) => page.fill({ kind }),
      options: classOptions(page).map(([value, main]) => ({ value, main })),
    })}
    ${servicesField(page, form)}
    ${filesField(page, { value: form.values.files, onPick: (files) => page.fill({ files }) })}
    <p class="sheet-note">${page.t("officer.change.keeps")}</p></div>`,
  submit: "officer.change.submit",
  hint: "officer.hint.choose",
  ready: ({ state }, { values, data }) => Boolean(data) && Object.keys(changes(state, values)).length > 0,
  requests: ({ state }, { ticket, values }) => [["change", { ticket, ...changes(state, values) }]],
};

// --- cancel

/** @type {Dialog<{ reason: string | null }>} */
export const cancel = {
  title: (page) => named(page, "officer.cancelling.title"),
  start: () => ({ reason: null }),
  body: (page, { values }) => html`<p class="sheet-text">${page.t("officer.cancelling.text")}</p>
    ${choices({
      name: "reason",
      label: page.t("officer.cancelling.reason"),
      value: values.reason,
      onPick: (reason) => page.fill({ reason }),
      options: REASONS.map((value) => ({ value, main: page.t(`officer.cancelling.${value}`) })),
    })}`,
  submit: (page) => named(page, "officer.cancelling.submit"),
  danger: true,
  hint: "officer.hint.choose",
  ready: (_page, { values }) => values.reason !== null,
  requests: (_page, { ticket, values }) => [["cancel", { ticket, reason: values.reason }]],
};

// --- note

/** @type {Dialog<{ text: string }>} */
export const note = {
  title: (page) => named(page, "officer.notes.title"),
  start: () => ({ text: "" }),
  body: (page, { values }) => html`
    ${
      page.state.ticket?.notes?.length
        ? html`<ul class="notes">${page.state.ticket.notes.map(
            ({ at, by, text }) => html`<li>
      <p>${text}</p><small>${by} · ${clock(at, page.boot.time_zone)}</small></li>`,
          )}</ul>`
        : nothing
    }
    <div class="field-row"><label for="note">${page.t("officer.notes.label")}</label>
      <textarea id="note" rows="3" maxlength="500" autofocus .value=${values.text}
        @input=${(event) => page.fill({ text: event.target.value })}></textarea></div>
    <p class="sheet-note">${page.t("officer.notes.who")}</p>`,
  submit: "officer.notes.submit",
  ready: (_page, { values }) => values.text.trim() !== "",
  requests: (_page, { ticket, values }) => [["note", { ticket, text: values.text.trim() }]],
};
