// The bar on top of the officer's work page: where one sits, how the connection is, and how to leave.
import { csrfToken } from "../kit/api.js";
import { html, nothing } from "../kit/vendor/lit.js";
import { icon, languageLinks } from "../site/parts.js";
import { actButton } from "./counter-parts.js";
import { nameOf } from "./counter-rules.js";

/**
 * @import { OfficerCounter } from "./counter.js"
 * @import { CounterAction } from "./officer-types.d.ts"
 */

export const STATUS_ICONS = { connecting: "refresh", live: "wifi", stale: "clock", offline: "wifi-off" };

/** @param {OfficerCounter} page */
function signOutForm(page) {
  const { t, boot } = page;
  return html`<form method="post" action="/counter/sign-out" @submit=${(event) => page.signOut(event)}>
    <input type="hidden" name="csrf_token" value=${csrfToken()}>
    <button class="bar-button" type="submit" aria-label=${t("officer.sign_out")} title=${t("officer.sign_out")}>
      ${icon(boot.assets, "logout")}</button>
  </form>`;
}

/**
 * @param {OfficerCounter} page
 * @param {CounterAction} act
 */
function barButton(page, act) {
  return actButton(page, act, { kind: "bar-button" });
}

/** @param {OfficerCounter} page */
function breakButton(page) {
  const {
    t,
    state: { pause },
  } = page;
  return pause
    ? html`<button type="button" class="bar-button act" data-act="back" aria-disabled=${Boolean(page.pending)}
      @click=${(event) => page.press("back", event)}>
        ${icon(page.boot.assets, "player-play")}<span class="act-words">${t("officer.act.back_short")}</span>
        ${page.shortcuts ? html`<kbd aria-hidden="true">P</kbd>` : nothing}</button>`
    : barButton(page, "pause");
}

/**
 * The bar.
 * @param {OfficerCounter} page
 */
export function headerView(page) {
  const { t, boot, status, language } = page;
  const { counter } = page.state;
  const place = [nameOf(counter.zone, language), counter.agency?.short].filter(Boolean).join(" · ");
  return html`<header class="bar">
    <p class="number badge" aria-hidden="true">${counter.code}</p>
    <div class="bar-name"><h1>${counter.name}</h1><p title=${place}>${place}</p></div>
    <p class="status ${status.status}" role="status" title=${t(`officer.status.${status.status}`)}>
      ${icon(boot.assets, STATUS_ICONS[status.status])}<span class=${status.status === "live" ? "calm" : ""}>${t(
        `officer.status.${status.status}`,
      )}</span></p>
    ${languageLinks({
      t,
      languages: boot.languages,
      current: language,
      short: true,
      onPick: (code) => (page.language = code),
    })}
    <p class="who" title=${t("officer.signed_in_as", { name: boot.officer.name })}>${icon(boot.assets, "user")}<span
      class="wide">${boot.officer.name}</span></p>
    ${breakButton(page)}${barButton(page, "hand_over")}${barButton(page, "close")}
    <button type="button" class="bar-button help" data-act="help" aria-disabled="false"
      aria-label=${t("officer.act.help")} title=${t("officer.act.help")}
      @click=${(event) => page.press("help", event)}>${icon(boot.assets, "keyboard")}${
        page.shortcuts ? html`<kbd aria-hidden="true">?</kbd>` : nothing
      }</button>
    ${signOutForm(page)}
  </header>`;
}
