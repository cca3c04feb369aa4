// Closed: why and until when, in words, for one service or for the whole hall.

import { coming, pick } from "../kit/i18n.js";
import { html, nothing } from "../kit/vendor/lit.js";
import { heading, icon } from "./frame.js";

/**
 * @import { OpeningOut } from "../kit/api-types.d.ts"
 * @import { View } from "./kiosk-types.d.ts"
 */

/** @typedef {Pick<OpeningOut, "why" | "until" | "occasion">} Shut */

/** Reasons at which those who hold a number are still served. */
const STILL_SERVED = new Set(["after_hours", "break", "predicted_stop"]);

/**
 * @param {View} view
 * @param {Shut} opening
 */
function whyWords(view, { why, occasion }) {
  const named = occasion ? view.t(`closed.${why}.named`, { name: pick(occasion, view.language) }) : null;
  return named ?? view.t(`closed.${why ?? "unknown"}`);
}

/**
 * When it opens again: "Buka kembali Senin 08.00"; null where nobody can say.
 * @param {View} view
 * @param {{ why?: string | null, until?: number | null }} opening
 */
export function untilWords(view, { why, until }) {
  if (until === null || until === undefined) return null;
  const { distance, ...parts } = coming(until, view.time, view.timeZone, view.language);
  const when = view.t(`when.${distance}`, { ...parts, time: view.t("when.time", parts) });
  return view.t(why === "before_hours" ? "closed.opens" : "closed.again", { when });
}

/**
 * Why no number is given, and when it opens again.
 * @param {View} view
 * @param {Shut} opening
 */
export function closedWords(view, opening) {
  return [whyWords(view, opening), untilWords(view, opening)].filter(Boolean).join(" ");
}

/**
 * The whole hall is closed: a calm screen that goes away by itself when it opens.
 * @param {View} view
 * @param {OpeningOut} opening
 */
export function closedScreen(view, opening) {
  const until = untilWords(view, opening);
  return html`<section class="message resting">
    <span class="emblem" aria-hidden="true">${icon(view, "clock")}</span>
    ${heading(view.t("closed.title"))}
    <p class="text">${whyWords(view, opening)}</p>
    ${until ? html`<p class="reopens">${until}</p>` : nothing}
    ${STILL_SERVED.has(opening.why ?? "") ? html`<p class="text">${view.t("closed.kept")}</p>` : nothing}
  </section>`;
}
