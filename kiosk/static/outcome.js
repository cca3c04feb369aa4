// What comes of it: waiting for the server, a refusal in words, or the number; and the two dialogs over the screens.

import { clock } from "../kit/i18n.js";
import { html, nothing } from "../kit/vendor/lit.js";
import { closedWords } from "./closed.js";
import { button, called, choiceOf, heading, icon, rangeWords, ticketOf } from "./frame.js";
import { paperBox } from "./print-status-view.js";
import { qrPicture } from "./qr.js";

/**
 * @import { TemplateValue } from "../kit/vendor/lit.d.ts"
 * @import { View } from "./kiosk-types.d.ts"
 */

const KNOWN_REFUSALS = new Set(["service_closed", "quota_reached", "no_number_left", "unknown_service"]);

/** @param {View} view */
function choice(view) {
  const { agency, service } = choiceOf(view);
  return html`<p class="chosen">${icon(view, agency.icon)}<span><span lang="id">${agency.short}</span><span
    class="slash" aria-hidden="true">›</span>${called(view, service.name)}</span></p>`;
}

/**
 * The request is on its way, or the server does not answer and it is sent again.
 * @param {View} view
 */
export function issuingScreen(view) {
  const again = view.state.attempt === "again";
  return html`<section class="message ${again ? "trouble" : ""}" aria-busy="true">
    <span class="spinner" aria-hidden="true">${icon(view, again ? "wifi-off" : "ticket")}</span>
    ${choice(view)}
    ${heading(view.t(again ? "again.title" : "issuing.title"))}
    <p class="text" role="status">${again ? view.t("again.text") : ""}</p>
    ${again ? button(view, { label: view.t("cancel"), sign: "x", event: { type: "home" } }) : nothing}
  </section>`;
}

/**
 * The server said no: why, and what to do next.
 * @param {View} view
 */
export function refusedScreen(view) {
  const { code = "", title, detail, opening } = view.state.refusal ?? {};
  const known = KNOWN_REFUSALS.has(code);
  return html`<section class="message trouble">
    <span class="emblem" aria-hidden="true">${icon(view, "info-circle")}</span>
    ${choice(view)}
    ${heading(view.t("refused.title"))}
    <div class="text" role="alert">
      ${
        opening
          ? html`<p>${closedWords(view, opening)}</p><p>${view.t("refused.text")}</p>`
          : known
            ? html`<p>${view.t(`refused.${code}`)}</p>`
            : html`${[title, detail].filter(Boolean).map((words) => html`<p>${words}</p>`)}
          <p>${view.t("refused.text")}</p>`
      }
    </div>
    <div class="answers">
      ${button(view, { label: view.t("refused.again"), sign: "refresh", event: { type: "again" } })}
      ${button(view, {
        label: view.t("refused.elsewhere"),
        sign: "list-check",
        kind: "primary",
        event: { type: "back" },
      })}
    </div>
    ${button(view, { label: view.t("home"), sign: "home", kind: "quiet", event: { type: "home" } })}
  </section>`;
}

/**
 * @param {View} view
 * @param {string} sign
 * @param {string} name
 * @param {...TemplateValue} values
 */
function fact(view, sign, name, ...values) {
  return html`<div>${icon(view, sign)}<dt>${name}</dt>${values.map((value) => html`<dd>${value}</dd>`)}</div>`;
}

/**
 * @param {View} view
 * @param {number} ahead
 */
function aheadWords(view, ahead) {
  return ahead === 0 ? view.t("number.ahead.none") : view.t("number.ahead.value", { count: ahead });
}

/** @param {View} view */
function slip(view) {
  const ticket = ticketOf(view);
  return html`<article class="slip">
    ${heading(view.t("number.title"))}
    <p class="label number" data-length=${ticket.label.length > 5 ? "long" : "short"}>${ticket.label}</p>
    ${
      ticket.priority
        ? html`<p class="chip priority">${icon(view, "heart-handshake")}${view.t("number.priority")}</p>`
        : nothing
    }
    <div class="what"><strong lang="id">${ticket.agency.short}</strong>
      <span>${called(view, ticket.service.name)}</span></div>
    <dl class="facts">
      ${ticket.zone ? fact(view, "map-pin", view.t("number.zone"), called(view, ticket.zone.name)) : nothing}
      ${
        ticket.ahead === null
          ? nothing
          : fact(view, "users", view.t("number.ahead"), aheadWords(view, ticket.ahead), rangeWords(view, ticket.range))
      }
    </dl>
  </article>`;
}

/**
 * The number, its QR code, and what becomes of the paper.
 * @param {View} view
 */
export function numberScreen(view) {
  const { until } = view.state;
  const ticket = ticketOf(view);
  const count = Math.max(0, Math.ceil((until - view.now) / 1_000));
  return html`<section class="result">
    ${slip(view)}
    <div class="beside">
      ${paperBox(view)}
      <div class="follow">${qrPicture(ticket.url, view.t("number.qr.label"))}<p>${view.t("number.qr")}</p></div>
    </div>
    <footer class="leave">
      <p class="countdown">${icon(view, "hourglass")}<span>${view.t("number.countdown", { count })}</span></p>
      ${button(view, { label: view.t("number.more"), sign: "clock", event: { type: "more" } })}
      ${button(view, { label: view.t("number.done"), sign: "check", kind: "primary", event: { type: "home" } })}
    </footer>
  </section>`;
}

/**
 * Asked before everything is forgotten; it stands in a modal dialog, which keeps the rest out of reach.
 * @param {View} view
 * @param {number} left
 */
export function idleQuestion(view, left) {
  const count = Math.max(0, Math.ceil(left / 1_000));
  return html`
    <span class="emblem" aria-hidden="true">${icon(view, "hourglass")}</span>
    <h2 id="idle-title">${view.t("idle.title")}</h2>
    <p id="idle-text" role="timer">${view.t("idle.text", { count })}</p>
    <div class="answers">
      ${button(view, { label: view.t("idle.stay"), sign: "check", kind: "primary", event: { type: "extend" } })}
      ${button(view, { label: view.t("home"), sign: "home", event: { type: "home" } })}
    </div>`;
}

/**
 * The kiosk has lost the server before a number was asked for; it takes itself away.
 * @param {View} view
 * @param {number | null} lastGood
 */
export function offlineCover(view, lastGood) {
  return html`<div class="cover" role="alert">
    <span class="spinner" aria-hidden="true">${icon(view, "wifi-off")}</span>
    <h2>${view.t("offline.title")}</h2>
    <p class="text">${view.t("offline.text")}</p>
    ${
      lastGood === null
        ? nothing
        : html`<p class="text">
      ${view.t("offline.since", { time: clock(lastGood, view.timeZone) })}</p>`
    }
  </div>`;
}
