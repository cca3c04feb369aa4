// The dialog that prints a ticket again, as a copy: the one in hand, or any other by its number.
import { api } from "../kit/api.js";
import { pick } from "../kit/i18n.js";
import { html } from "../kit/vendor/lit.js";
import { select } from "../site/parts.js";
import { labelOf } from "./counter-rules.js";
import { choices, printerOptions } from "./sheet-parts.js";

/**
 * @import { PrinterOut } from "../kit/api-types.d.ts"
 * @import { Dialog, Form, ReprintPage, ReprintValues } from "./officer-types.d.ts"
 */

/** @typedef {Dialog<ReprintValues, PrinterOut[], ReprintPage>} ReprintDialog */

const REASONS = ["not_out", "unreadable", "lost", "other"];

/** The printers of the hall; none when nobody answers: then it is printed where it was printed. */
async function printers() {
  try {
    return (await api("GET", "/api/v1/staff/printers")).printers;
  } catch {
    return [];
  }
}

/**
 * @param {ReprintPage} page
 * @param {string | null} label
 */
function known({ state: { ticket, waiting, held, missed } }, label) {
  return [ticket, ...waiting, ...held, ...missed].find((one) => one?.label === label) ?? null;
}

/**
 * @param {ReprintPage} page
 * @param {Form<ReprintValues, PrinterOut[]>} form
 */
function body(page, { values, data, ticket }) {
  const { t, language } = page;
  const label = labelOf(values.text);
  const row = known(page, label);
  return html`<p class="sheet-text">${t("officer.reprint.text")}</p><div class="sheet-fields">
    <div class="field-row"><label for="label">${t("officer.reprint.label")}</label>
      <input id="label" class="number" type="text" maxlength="10" autocomplete="off" autocapitalize="characters"
        spellcheck="false"
        ?autofocus=${ticket === null} placeholder="A-012" .value=${values.text}
          @input=${(event) => page.fill({ text: event.target.value })}>
      <p class="sheet-note" role="status">${row ? pick(row.service, language) : t("officer.given.hint")}</p></div>
    ${choices({
      name: "reason",
      label: t("officer.reprint.reason"),
      value: values.reason,
      onPick: (reason) => page.fill({ reason }),
      focus: ticket !== null,
      options: REASONS.map((value) => ({ value, main: t(`officer.reprint.${value}`) })),
    })}
    <div class="field-row"><label for="printer">${t("officer.issue.printer")}</label>
      ${select({
        id: "printer",
        value: values.printer,
        options: [["", t("officer.reprint.same")], ...printerOptions(data ?? [], t)],
        onPick: (printer) => page.fill({ printer }),
      })}</div>
  </div>`;
}

/** @type {Required<Pick<ReprintDialog, "start" | "load" | "ready" | "requests" | "done">> & ReprintDialog} */
export const reprint = {
  kind: "tall",
  title: ({ t }) => t("officer.reprint.title"),
  start: ({ state: { ticket } }) => ({ text: ticket?.label ?? "", reason: null, printer: "" }),
  load: printers,
  body,
  submit: "officer.reprint.act",
  hint: "officer.hint.choose",
  ready: (_page, { values }) => labelOf(values.text) !== null && values.reason !== null,
  requests: (_page, { values: { text, reason, printer } }) => [
    ["reprint", { label: labelOf(text), reason, ...(printer ? { printer } : {}) }],
  ],
  done: ({ t }, { values }) => t("officer.reprint.done", { label: labelOf(values.text) }),
};
