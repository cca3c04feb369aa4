// What taking a number for somebody decides without the DOM.
import { pick } from "../kit/i18n.js";
import { matching } from "./counter-rules.js";

/**
 * @import { CatalogueOut, PrintJobOut, PrinterOut } from "../kit/api-types.d.ts"
 * @import { Me, Paper } from "./officer-types.d.ts"
 */

/**
 * Every service of the catalogue that is found by what was typed, within an agency (null: all), with its agency.
 * @param {CatalogueOut} catalogue
 * @param {{ agency: number | null, text: string, language: string }} wanted
 */
export function servicesOf(catalogue, { agency, text, language }) {
  const all = catalogue.agencies
    .filter(({ id }) => agency === null || id === agency)
    .flatMap((one) => one.services.map((service) => ({ ...service, agency: one })));
  return matching(all, text, (service) => [
    pick(service.name, language),
    service.name.id,
    service.agency.short,
    pick(service.agency.name, language),
    service.series,
  ]);
}

/**
 * The services that this officer may stop, each with its agency: those of the own agency, or all for who leads the
 * hall.
 * @param {CatalogueOut} catalogue
 * @param {Me} me
 */
export function stoppable(catalogue, { role, agency_id: own }) {
  return catalogue.agencies
    .filter(({ id }) => role !== "officer" || id === own)
    .flatMap((agency) => agency.services.map((service) => ({ ...service, agency })));
}

/**
 * The agency to begin with: the officer's own where it has services, else all (null).
 * @param {CatalogueOut} catalogue
 * @param {number | null} own
 */
export function firstAgency(catalogue, own) {
  return catalogue.agencies.some(({ id, services }) => id === own && services.length) ? own : null;
}

/**
 * The printer to begin with: the one used last if it is still there, else the first; "" for none.
 * @param {PrinterOut[]} printers
 * @param {string | null} remembered
 */
export function firstPrinter(printers, remembered) {
  if (remembered === "") return "";
  const known = printers.find(({ code }) => code === remembered) ?? printers[0];
  return known?.code ?? "";
}

/** @typedef {PrintJobOut["state"]} JobState */

/** @type {Record<JobState, Paper>} */
const PAPER = {
  queued: "waiting",
  sending: "waiting",
  held: "trouble",
  uncertain: "trouble",
  failed: "trouble",
  cancelled: "trouble",
  expired: "trouble",
  printed: "ready",
  sent: "ready",
};

/**
 * What a paper's state means to whoever waits for it: waiting, ready or trouble.
 * @param {JobState} state
 */
export function paperOf(state) {
  return PAPER[state] ?? "trouble";
}
