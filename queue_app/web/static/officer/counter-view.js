// How the areas of the officer's work page are put together, and what stands there when the counter is lost.
import { html } from "../kit/vendor/lit.js";
import { icon } from "../site/parts.js";
import { actsView } from "./counter-actions.js";
import { headerView } from "./counter-header.js";
import { lineView, stripView } from "./counter-lists.js";
import { bannersView, toastsView } from "./counter-notices.js";
import { stageView } from "./counter-stage.js";
import { dialogView } from "./sheet.js";
import "./alarm-banner.js";

/**
 * @import { OfficerCounter } from "./counter.js"
 * @import { Loss } from "./officer-types.d.ts"
 */

/** @param {OfficerCounter} page */
function deskView(page) {
  const {
    t,
    state: { ticket, pause },
  } = page;
  const life = ticket?.state ?? (pause ? "paused" : "idle");
  return html`<section class="card desk ${life}" aria-label=${t("officer.in_hand")}>
    ${stageView(page, life)}${actsView(page)}</section>`;
}

/**
 * The whole work page.
 * @param {OfficerCounter} page
 */
export function workView(page) {
  return html`${headerView(page)}
    <main class="floor">
      ${bannersView(page)}
      <staff-alarms .boot=${page.boot} .language=${page.language} .rooms=${page.live}></staff-alarms>
      <div class="columns">${deskView(page)}${lineView(page)}</div>
      ${stripView(page)}
      ${toastsView(page)}
    </main>
    ${dialogView(page)}`;
}

/**
 * Instead of the work page, when the counter is not (or no longer) this officer's.
 * @param {OfficerCounter} page
 * @param {Loss} lost
 */
export function lostView(page, lost) {
  const { t, boot } = page;
  const name = lost.name ?? t("officer.lost.other");
  const session = lost.kind === "session";
  return html`<main class="lost"><div class="card">
    <div class="poleng" aria-hidden="true"></div>
    <div class="lost-text" role="alert">
      ${icon(boot.assets, session ? "key" : lost.kind === "closed" ? "door-exit" : "users", "lost-icon")}
      <h1>${t(`officer.lost.${lost.kind}_title`, { name })}</h1>
      <p>${t(`officer.lost.${lost.kind}_text`, { name })}</p>
      <a class="button primary" href=${session ? "/counter/sign-in" : "/counter"}>${t(
        session ? "officer.lost.sign_in" : "officer.lost.choose",
      )}</a>
    </div></div></main>`;
}
