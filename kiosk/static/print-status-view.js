// What the screens say of paper: the box beside the number, the list of documents, the banner before all.

import { pick } from "../kit/i18n.js";
import { html, nothing } from "../kit/vendor/lit.js";
import { button, icon, ticketOf } from "./frame.js";

/**
 * @import { Names } from "../kit/kit-types.d.ts"
 * @import { View } from "./kiosk-types.d.ts"
 */

const SIGN = {
  waiting: "printer",
  ready: "circle-check",
  presenter: "ticket",
  taken: "circle-check",
  elsewhere: "map-pin",
  unsure: "info-circle",
  trouble: "printer-off",
  none: "device-mobile",
};

/**
 * @param {View} view
 * @param {Names | null | undefined} names
 */
function placeOf(view, names) {
  return names ? pick(names, view.language) : "";
}

/**
 * The banner of a kiosk whose printer fails: what happens instead; null while it prints.
 * @param {View} view
 */
export function paperBanner(view) {
  const { printer, printer_place: names } = view.live ?? {};
  if (printer === "trouble") return view.t("paper_banner");
  return printer === "elsewhere" ? view.t("paper_banner.elsewhere", { place: placeOf(view, names) }) : null;
}

/**
 * What becomes of the ticket's paper, and the question where nobody knows.
 * @param {View} view
 */
export function paperBox(view) {
  const { say, place, askUntil } = view.state.paper;
  const { label } = ticketOf(view);
  const count = askUntil === null ? 0 : Math.max(0, Math.ceil((askUntil - view.now) / 1_000));
  return html`<div class="paper ${say}">${icon(view, SIGN[say])}
    <p role="status"><strong>${view.t(`paper.${say}`)}</strong>
      <span>${view.t(`paper.${say}.text`, { place: placeOf(view, place), label })}</span></p>
    ${
      say === "unsure"
        ? html`<div class="answers">
      ${button(view, { label: view.t("paper.yes"), sign: "check", event: { type: "answer", came: true } })}
      ${button(view, {
        label: view.t("paper.again", { count }),
        sign: "printer",
        kind: "primary",
        event: { type: "answer", came: false },
      })}
    </div>`
        : nothing
    }</div>`;
}

/**
 * The button that prints the list of documents, where a printer would print it.
 * @param {View} view
 */
export function listButton(view) {
  const prints = ["ready", "elsewhere"].includes(view.live?.printer ?? "");
  if (!prints || view.state.list) return nothing;
  return button(view, { label: view.t("list.print"), sign: "printer", event: { type: "list" } });
}

/**
 * What becomes of the list.
 * @param {View} view
 */
export function listStatus(view) {
  const {
    state: { list },
    live,
  } = view;
  if (!list) return nothing;
  const say = list.say === "ready" && live?.printer === "elsewhere" ? "elsewhere" : list.say;
  const words = view.t(`list.${say === "unsure" ? "trouble" : say}`, { place: placeOf(view, live?.printer_place) });
  return html`<div class="paper listed ${say}" role="status">${icon(view, SIGN[say])}<p>
    <strong>${words}</strong></p></div>`;
}
