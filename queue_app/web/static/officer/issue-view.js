// How taking a number for somebody looks: the services, the class, the number.
import { pick } from "../kit/i18n.js";
import { html, nothing } from "../kit/vendor/lit.js";
import { icon, select } from "../site/parts.js";
import { filesField, printerOptions, searchField, segments } from "./sheet-parts.js";

/**
 * @import { CatalogueOut, IssuedOut } from "../kit/api-types.d.ts"
 * @import { IssueForm } from "./issue-form.js"
 * @import { AgencyService, AssignableClass } from "./officer-types.d.ts"
 */

/** @type {[AssignableClass, string][]} */
const CLASSES = [
  ["regular", "user"],
  ["priority", "heart-handshake"],
  ["appointment", "calendar-event"],
];
const PAPER_ICONS = { waiting: "printer", ready: "circle-check", trouble: "printer-off", none: "printer-off" };

/** @param {IssueForm} form */
function problemView(form) {
  const {
    problem,
    boot: { assets },
  } = form;
  return html`<div role="alert">${
    problem
      ? html`<p class="banner bad">${icon(assets, "alert-triangle")}<span><strong>${problem.title}.</strong>
        ${problem.detail}</span></p>`
      : nothing
  }</div>`;
}

// --- the service

/**
 * @param {IssueForm} form
 * @param {{ id: number | null, words: string, sign: string }} one
 */
function agencyButton(form, { id, words, sign }) {
  return html`<li><button type="button" class="agency" aria-pressed=${form.agency === id}
    @click=${() => (form.agency = id)}>
    ${icon(form.boot.assets, sign)}<span>${words}</span></button></li>`;
}

/**
 * @param {IssueForm} form
 * @param {CatalogueOut} catalogue
 */
function agencies(form, catalogue) {
  const { t } = form;
  const all = { id: null, words: t("officer.issue.all"), sign: "building-community" };
  const each = catalogue.agencies
    .filter(({ services }) => services.length)
    .map(({ id, short, icon: sign }) => ({ id, words: short, sign }));
  return html`<nav class="agencies" aria-label=${t("officer.issue.agency")} tabindex="0">
    <ul>${[all, ...each].map((one) => agencyButton(form, one))}</ul></nav>`;
}

/**
 * @param {IssueForm} form
 * @param {AgencyService} service
 * @param {number} at
 */
function serviceButton(form, service, at) {
  const {
    t,
    language,
    boot: { assets },
  } = form;
  const closed = !service.open;
  return html`<li><button type="button" class="service-pick" data-choice=${at < 9 && !closed ? at + 1 : nothing}
    aria-disabled=${closed}
    @click=${() => closed || form.choose(service)}>
    <span class="service-series number" aria-hidden="true">${service.series}</span>
    <span class="service-name"><strong>${pick(service.name, language)}</strong><small>${
      service.agency.short
    }</small></span>
    ${
      closed
        ? html`<span class="chip">${icon(assets, "moon-stars")}${t("officer.choose.closed")}</span>`
        : at < 9
          ? html`<kbd aria-hidden="true">${at + 1}</kbd>`
          : nothing
    }
  </button></li>`;
}

/**
 * @param {IssueForm} form
 * @param {CatalogueOut} catalogue
 */
function serviceStep(form, catalogue) {
  const { t, services, text } = form;
  return html`<div class="issue-step at-service">
    ${agencies(form, catalogue)}
    <div class="issue-main">
      ${searchField(form, {
        label: t("officer.issue.search"),
        value: text,
        onInput: (words) => (form.text = words),
        focus: true,
      })}
      ${problemView(form)}
      <div class="services" tabindex="-1">${
        services.length
          ? html`<ul>${services.map((service, at) => serviceButton(form, service, at))}</ul>`
          : html`<p class="sheet-none" role="status">${t("officer.issue.none")}</p>`
      }</div>
    </div></div>`;
}

// --- the class

/** @param {IssueForm} form */
function printerField(form) {
  const {
    t,
    printers,
    printer,
    boot: { assets },
  } = form;
  const trouble = printers.find(({ code }) => code === printer)?.trouble;
  return html`<div class="field-row"><label for="printer">${t("officer.issue.printer")}</label>
    ${select({
      id: "printer",
      value: printer,
      options: [...printerOptions(printers, t), ["", t("officer.issue.no_paper")]],
      onPick: (code) => form.usePrinter(code),
    })}
    ${
      trouble
        ? html`<p class="sheet-note warn">${icon(assets, "alert-triangle")}${t("officer.issue.printer_trouble")}</p>`
        : nothing
    }</div>`;
}

/**
 * @param {IssueForm} form
 * @param {[AssignableClass, string]} one
 * @param {number} at
 */
function classButton(form, [kind, sign], at) {
  const {
    t,
    boot: { assets },
    pending,
  } = form;
  return html`<button type="button" class="class-pick ${kind} ${pending === kind ? "busy" : ""}" data-choice=${at + 1}
    ?data-focus=${at === 0}
    aria-disabled=${Boolean(pending)} @click=${() => form.take(kind)}>
    ${icon(assets, pending === kind ? "hourglass" : sign)}<strong>${t(`class.${kind}`)}</strong><kbd
      aria-hidden="true">${at + 1}</kbd></button>`;
}

/**
 * @param {IssueForm} form
 * @param {AgencyService} service
 */
function classStep(form, service) {
  const {
    t,
    language,
    boot: { assets, languages },
  } = form;
  return html`<div class="issue-step at-class">
    <p class="chosen"><button type="button" class="button" @click=${() => form.choose(null)}>
      ${icon(assets, "arrow-left")}${t("officer.issue.back")}</button>
      <span><strong>${pick(service.name, language)}</strong><small>${pick(
        service.agency.name,
        language,
      )}</small></span></p>
    ${problemView(form)}
    <div class="sheet-row">
      ${segments({
        name: "spoken",
        label: t("officer.timer.language"),
        value: form.spoken,
        onPick: (code) => (form.spoken = code),
        options: languages.map((code) => [code, t(`language.${code}`)]),
      })}
      ${filesField(form, { value: form.files, onPick: (files) => (form.files = files) })}
      ${printerField(form)}
    </div>
    <h3 class="class-ask">${t("officer.issue.class")}</h3>
    <div class="class-picks">${CLASSES.map((one, at) => classButton(form, one, at))}</div>
  </div>`;
}

// --- the number

/**
 * @param {IssueForm} form
 * @param {IssuedOut} issued
 */
function doneStep(form, { ticket }) {
  const {
    t,
    language,
    boot: { assets },
    paper,
    printer,
    onDone,
  } = form;
  const zone = ticket.zone ? pick(ticket.zone.name, language) : "";
  return html`<div class="issue-step at-number" role="status">
    <p class="issue-lead">${t("officer.issue.done")}</p>
    <p class="number issue-label">${ticket.label}</p>
    <p class="issue-service"><strong>${pick(ticket.service.name, language)}</strong>${[ticket.agency.short, zone]
      .filter(Boolean)
      .join(" · ")}</p>
    <p class="chip issue-paper ${paper}">${icon(assets, PAPER_ICONS[paper])}${t(`officer.issue.paper_${paper}`, {
      code: printer,
    })}</p>
    <p class="issue-url"><span>${t("officer.issue.follow")}</span><code>${ticket.url}</code></p>
    <div class="issue-next">
      ${
        onDone
          ? html`<button type="button" class="button" @click=${() => onDone()}>${t("officer.issue.finished")}<kbd
            aria-hidden="true">Esc</kbd></button>`
          : nothing
      }
      <button type="button" class="button primary" data-focus @click=${() => form.again()}>
        ${icon(assets, "plus")}${t("officer.issue.next")}</button></div>
  </div>`;
}

/**
 * The step that is due.
 * @param {IssueForm} form
 */
export function issueView(form) {
  const {
    t,
    boot: { assets },
  } = form;
  if (form.issued) return doneStep(form, form.issued);
  if (form.service) return classStep(form, form.service);
  if (form.catalogue) return serviceStep(form, form.catalogue);
  if (!form.problem)
    return html`<p class="sheet-wait" role="status">${icon(assets, "hourglass")}${t("officer.loading")}</p>`;
  return html`${problemView(form)}<p class="sheet-wait"><button type="button" class="button"
    @click=${() => form.load()}>
    ${icon(assets, "refresh")}${t("officer.retry")}</button></p>`;
}
