// The ticket in hand: its number, its times against the standard, the visitor's documents and notes. Or who is next.
import { clock, pick } from "../kit/i18n.js";
import { html, nothing } from "../kit/vendor/lit.js";
import { icon } from "../site/parts.js";
import { actButton, chip, classChip } from "./counter-parts.js";
import { minutesOver, minutesSince, nameOf, secondsUntil, standardOf, stopwatch } from "./counter-rules.js";

/**
 * @import { PauseOut, CurrentTicketOut } from "../kit/api-types.d.ts"
 * @import { TemplateValue } from "../kit/vendor/lit.d.ts"
 * @import { OfficerCounter } from "./counter.js"
 */

/** @type {Record<string, string>} */
const STATE_ICONS = { called: "speakerphone", serving: "user-check", paused: "player-pause" };
/** @type {Record<string, string>} */
const PAUSE_ICONS = {
  break: "coffee",
  meal: "tools-kitchen-2",
  prayer: "pray",
  meeting: "users-group",
  technical: "tool",
  other: "dots",
};

/**
 * @param {string} name
 * @param {string} value
 * @param {{ kind?: string, beside?: TemplateValue }} [how]
 */
function fact(name, value, { kind = "", beside = nothing } = {}) {
  return html`<div class=${kind}><dt>${name}</dt><dd><span class="number">${value}</span> ${beside}</dd></div>`;
}

/**
 * @param {OfficerCounter} page
 * @param {CurrentTicketOut} ticket
 */
function standard(page, ticket) {
  const { t, boot, now } = page;
  const minutes = standardOf(ticket);
  if (minutes === null) return nothing;
  const over = minutesOver(ticket, now);
  if (!over) return html`<small>${t("officer.timer.standard", { n: minutes })}</small>`;
  return html`<small class="over">${icon(boot.assets, "alert-triangle")}${t("officer.timer.over", {
    n: over,
    standard: minutes,
  })}</small>`;
}

/**
 * @param {OfficerCounter} page
 * @param {CurrentTicketOut} ticket
 */
function timersView(page, ticket) {
  const { t, now, boot } = page;
  const { called_at: called, serving_at: served, times } = ticket;
  const serving = ticket.state === "serving";
  const walk = (served ?? now) - (called ?? now);
  // Who was served without a ticket neither waited nor walked.
  const direct = times === 0;
  return html`<dl class="timers">
    ${fact(
      t("officer.timer.waited"),
      direct ? "–" : t("officer.minutes", { n: minutesSince(ticket.issued_at, called ?? now) }),
      { beside: html`<small>${t("officer.timer.since", { time: clock(ticket.issued_at, boot.time_zone) })}</small>` },
    )}
    ${fact(t("officer.timer.walk"), direct ? "–" : stopwatch(walk), {
      kind: serving ? "" : "running",
      beside: html`<small>${direct ? t("officer.timer.direct") : t("officer.timer.called", { n: times })}</small>`,
    })}
    ${fact(t("officer.timer.service"), serving ? stopwatch(now - (served ?? now)) : "–", {
      kind: serving ? "running" : "",
      beside: standard(page, ticket),
    })}
  </dl>`;
}

/**
 * @param {OfficerCounter} page
 * @param {CurrentTicketOut} ticket
 */
function documentsView(page, ticket) {
  if (!ticket.documents.length) return nothing;
  const { t, ticks, boot, language } = page;
  const all = ticket.documents.length;
  return html`<section aria-labelledby="documents">
    <h3 id="documents">${icon(boot.assets, "list-check")}${t("officer.documents")}
      <span>${t("officer.documents_ticked", { n: [...ticks].filter((at) => at < all).length, all })}</span></h3>
    <ul>${ticket.documents.map(
      (document, at) => html`<li><label><input type="checkbox" .checked=${ticks.has(at)} @change=${() => page.tick(at)}>
      <span>${nameOf(document, language)}</span></label></li>`,
    )}</ul>
  </section>`;
}

/**
 * @param {OfficerCounter} page
 * @param {CurrentTicketOut} ticket
 */
function notesView(page, ticket) {
  const { t, boot, state } = page;
  if (!state.policy.notes) return nothing;
  return html`<section aria-labelledby="notes">
    <h3 id="notes">${icon(boot.assets, "note")}${t("officer.notes.heading")}</h3>
    <ul>${(ticket.notes ?? []).map(
      ({ at, by, text }) => html`<li class="note"><p>${text}</p>
      <small>${by} · ${clock(at, boot.time_zone)}</small></li>`,
    )}</ul>
    ${actButton(page, "note", { kind: "quiet" })}
  </section>`;
}

/**
 * @param {OfficerCounter} page
 * @param {CurrentTicketOut} ticket
 */
function asideView(page, ticket) {
  if (!ticket.documents.length && !page.state.policy.notes) return nothing;
  return html`<div class="aside" tabindex="0" role="region" aria-label=${page.t("officer.about_visit")}>
    ${documentsView(page, ticket)}${notesView(page, ticket)}</div>`;
}

/**
 * @param {OfficerCounter} page
 * @param {CurrentTicketOut} ticket
 */
function chipsView(page, ticket) {
  const { t } = page;
  const many = [ticket.language !== "id", ticket.files > 1, ticket.was_held].filter(Boolean).length > 1;
  return html`<p class="chips ${many ? "many" : ""}">${classChip(page, ticket.class)}
    ${
      ticket.language === "id"
        ? nothing
        : html`<span class="visually-hidden">${t("officer.timer.language")}: </span>
      ${chip(page, "language", t(`language.${ticket.language}`))}`
    }
    ${ticket.files > 1 ? chip(page, "files", t("officer.files.count", { count: ticket.files })) : nothing}
    ${ticket.was_held ? chip(page, "hand-stop", t("officer.was_held")) : nothing}</p>`;
}

/**
 * @param {OfficerCounter} page
 * @param {CurrentTicketOut} ticket
 */
function inHand(page, ticket) {
  const { t, language } = page;
  return html`<div class="stage">
      <div class="hand">
        <h2 class="number big"><span class="visually-hidden">${t("officer.in_hand")} </span>${ticket.label}</h2>
        <p class="service" title=${pick(ticket.service, language)}>${pick(ticket.service, language)}</p>
        ${chipsView(page, ticket)}
      </div>
      ${asideView(page, ticket)}
    </div>
    ${timersView(page, ticket)}`;
}

/** @param {OfficerCounter} page */
function idleView(page) {
  const { t, state, boot, language } = page;
  const [next] = state.waiting;
  if (!next) {
    return html`<div class="stage idle">${icon(boot.assets, "users", "idle-icon")}
      <h2>${t("officer.idle.empty")}</h2><p class="service">${t("officer.idle.empty_text")}</p></div>`;
  }
  const waited = t("officer.minutes", { n: minutesSince(next.issued_at, page.now) });
  return html`<div class="stage idle">
    <h2 class="upcoming">${t("officer.idle.next")} <strong class="number">${next.label}</strong></h2>
    <p class="service">${pick(next.service, language)}</p>
    <p class="chips">${classChip(page, next.class)}${chip(page, "clock", `${t("officer.timer.waited")} ${waited}`)}
      ${next.files > 1 ? chip(page, "files", t("officer.files.count", { count: next.files })) : nothing}</p>
  </div>`;
}

/**
 * @param {OfficerCounter} page
 * @param {PauseOut} pause
 */
function pausedView(page, { since, reason }) {
  const { t, boot, now } = page;
  const known = reason && Object.hasOwn(PAUSE_ICONS, reason) ? reason : "other";
  return html`<div class="stage idle">${icon(boot.assets, PAUSE_ICONS[known], "idle-icon")}
    <h2>${t(`officer.pausing.${known}`)}</h2>
    <p class="number pause-time">${stopwatch(now - since)}</p>
    <p class="service">${t("officer.paused.text")}</p></div>`;
}

/**
 * @param {OfficerCounter} page
 * @param {string} life
 */
function hintOf(page, life) {
  const {
    t,
    state: { ticket },
    now,
  } = page;
  if (life === "called" && ticket && ticket.auto_start_at !== null) {
    return t("officer.called.auto", { n: secondsUntil(ticket.auto_start_at, now) });
  }
  return life === "called" ? t("officer.called.hint") : "";
}

/**
 * The upper part of the stage.
 * @param {OfficerCounter} page
 * @param {string} life
 */
export function stageView(page, life) {
  const {
    t,
    boot,
    state: { ticket, pause },
  } = page;
  const title = ticket ? t(`state.${life}`) : t(pause ? "officer.paused.title" : "officer.idle.title");
  const hint = hintOf(page, life);
  const announced = life === "called" ? page.announced.words(t) : "";
  const shown = ticket ? inHand(page, ticket) : pause ? pausedView(page, pause) : idleView(page);
  return html`<p class="life">${icon(boot.assets, STATE_ICONS[life] ?? "clock")}<strong>${title}</strong>
      ${hint ? html`<span>${hint}</span>` : nothing}
      ${announced ? html`<span class="announced">${icon(boot.assets, "volume")}${announced}</span>` : nothing}</p>
    ${shown}`;
}
