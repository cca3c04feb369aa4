// The forms of the printers' page. `page` is its element: its state, its words, and what its buttons do.
import { html, nothing } from "../kit/vendor/lit.js";
import { namedOptions } from "../site/parts.js";

/**
 * @import { DiscoveredPrinterOut, NewAgentIn } from "../kit/api-types.d.ts"
 * @import { Field, PrinterForm } from "./admin-types.d.ts"
 * @import { AdminPrinters } from "./printers.js"
 */

const CODE = "[A-Za-z0-9._\\-]+";
/** @type {PrinterForm} */
export const NEW_PRINTER = {
  isNew: true,
  code: "",
  url: "",
  paper_mm: 80,
  kiosks: [],
  zone: "",
  fallback: "",
  place: {},
  roll_m: null,
};
const WIDTHS = [80, 58].map((mm) => /** @type {[number, string]} */ ([mm, `${mm} mm`]));

/**
 * @param {AdminPrinters} page
 * @param {PrinterForm} form
 * @returns {(Field | false)[]}
 */
function printerFields({ t, boot, set }, { isNew, code }) {
  const none = /** @type {[string, string]} */ (["", t("admin.printers.by_itself")]);
  const others = (set ?? []).filter((one) => one.code !== code).map((one) => [one.code, one.code]);
  /** @type {(name: string, label: string, options: any) => Field} */
  const choice = (name, label, options) => ({ name, kind: "choice", label: `admin.printers.${label}`, options });
  /** @type {Field} */
  const address = { name: "url", label: "admin.printers.address", help: "admin.printers.address_help", longest: 300 };
  return [
    isNew && { name: "code", label: "admin.printers.code", longest: 40, pattern: CODE },
    { ...address, wide: true, placeholder: "tcp://10.0.0.5:9100", read: (text) => text.trim() },
    choice("paper_mm", "paper", WIDTHS),
    { name: "roll_m", kind: "number", label: "admin.printers.roll", least: 1, most: 1000, optional: true },
    choice("zone", "zone", [none, ...namedOptions(boot.zones, boot.language)]),
    choice("fallback", "fallback", [none, ...others]),
    { ...choice("kiosks", "kiosks", namedOptions(boot.kiosks, "")), kind: "many" },
    { name: "place", kind: "names", label: "admin.printers.place", longest: 120, optional: true },
  ];
}

/**
 * Adding a printer, or changing one.
 * @param {AdminPrinters} page
 * @param {PrinterForm} form
 */
export function printerForm(page, form) {
  const { t } = page;
  const add = t("admin.printers.add");
  return page.form({
    id: "printer-form",
    heading: form.isNew ? add : t("admin.printers.change_title", { code: form.code }),
    value: form,
    fields: () => printerFields(page, form),
    send: (draft) => page.save(draft),
    words: form.isNew ? add : "",
    cancel: () => Object.assign(page, { opened: null }),
  });
}

/**
 * What was found, in the page's language; the names of USB printers are their makers'.
 * @param {AdminPrinters} page
 * @param {DiscoveredPrinterOut} one
 */
function whatIsThere({ t }, { address, description, advice }) {
  const scheme = address.split(":")[0];
  if (scheme === "tcp") return advice ? "" : t("admin.printers.answers");
  return scheme === "usb" ? description : t(`admin.printers.found.${scheme}`);
}

/**
 * @param {AdminPrinters} page
 * @param {DiscoveredPrinterOut[]} found
 */
function foundView(page, found) {
  const { t } = page;
  const row = (/** @type {DiscoveredPrinterOut} */ one) => html`<li class="screen printer">
    <strong><code>${one.address}</code></strong><span class="grow">${whatIsThere(page, one)}</span>
    ${page.button(t("admin.printers.add"), () => page.open({ ...NEW_PRINTER, url: one.address }))}
    ${one.advice ? html`<p class="advice bad">${one.advice.sentence}</p>` : nothing}</li>`;
  return html`<ul class="screens" aria-live="polite">${found.map(row)}</ul>
    ${found.length ? nothing : html`<p>${t("admin.printers.nothing_found")}</p>`}`;
}

/**
 * Looking for printers that could be added.
 * @param {AdminPrinters} page
 */
export function finder(page) {
  const { t, found } = page;
  /** @type {Field} */
  const hosts = { name: "hosts", label: "admin.printers.hosts", help: "admin.printers.hosts_help", longest: 1000 };
  return page.form({
    id: "finder",
    heading: t("admin.printers.discover"),
    value: { hosts: "" },
    fields: () => [{ ...hosts, wide: true, optional: true, placeholder: "10.0.0.5 10.0.0.6:9100" }],
    send: (draft) => page.discover(draft),
    once: true,
    words: t("admin.printers.discover_start"),
    after: found ? foundView(page, found) : nothing,
  });
}

/**
 * Letting a print agent in.
 * @param {AdminPrinters} page
 * @param {NewAgentIn} value
 */
export function agentForm(page, value) {
  return page.form({
    id: "agent",
    value,
    fields: () => [
      { name: "code", label: "admin.printers.code", longest: 60, pattern: CODE },
      { name: "name", label: "admin.displays.name", longest: 120 },
    ],
    send: (draft) => page.pair(draft),
    words: page.t("admin.printers.pair_agent"),
    cancel: () => Object.assign(page, { agent: null }),
  });
}
