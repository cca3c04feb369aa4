// What the officer's work page has to say: the connection, acts without an answer, refusals, what can be undone.
import { clock } from "../kit/i18n.js";
import { html, nothing } from "../kit/vendor/lit.js";
import { icon } from "../site/parts.js";
import { STATUS_ICONS } from "./counter-header.js";
import { actButton } from "./counter-parts.js";
import { secondsUntil } from "./counter-rules.js";

/** @import { OfficerCounter } from "./counter.js" */

/** @param {OfficerCounter} page */
function connectionBanner(page) {
  const { t, boot, status } = page;
  // An act without an answer matters more; the bar above says in any case that the line is cut.
  if (page.unsent || status.status === "live" || status.status === "connecting") return nothing;
  const time = status.lastGood ? clock(status.lastGood, boot.time_zone) : "";
  return html`<p class="banner ${status.status === "offline" ? "bad" : ""}">
    ${icon(boot.assets, STATUS_ICONS[status.status])}
    <span>${t(`officer.${status.status}${time ? "" : "_unknown"}`, { time })}</span></p>`;
}

/** @param {OfficerCounter} page */
function unsentBanner(page) {
  if (!page.unsent) return nothing;
  const { t, boot, status } = page;
  const act = t(`officer.act.${page.unsent.act}`);
  const title = t(status.status === "live" ? "officer.unreachable.back" : "officer.unreachable.title");
  return html`<div class="banner bad">${icon(boot.assets, "alert-triangle")}
    <span><strong>${title}.</strong> ${t("officer.unreachable.detail", { act })}</span>
    <button type="button" class="button" aria-disabled=${Boolean(page.pending)} @click=${() => page.retry()}>
      ${icon(boot.assets, "refresh")}${t("officer.retry")}</button></div>`;
}

/**
 * Banners above the work.
 * @param {OfficerCounter} page
 */
export function bannersView(page) {
  return html`<div class="notices" role="alert">${connectionBanner(page)}${unsentBanner(page)}</div>`;
}

/** @param {OfficerCounter} page */
function noteView(page) {
  const { t, boot, note } = page;
  if (!note) return nothing;
  return html`<div class="toast">${icon(boot.assets, note.code === "done" ? "circle-check" : "info-circle")}
    <p><strong>${note.title}</strong><span>${note.detail}</span></p>
    ${
      note.code === "csrf_failed"
        ? html`<button type="button" class="button" @click=${() => location.reload()}>${t("officer.reload")}</button>`
        : nothing
    }
    <button type="button" class="toast-close" aria-label=${t("officer.dismiss")} @click=${() => (page.note = null)}>
      ${icon(boot.assets, "x")}</button></div>`;
}

/** @param {OfficerCounter} page */
function undoView(page) {
  const {
    t,
    boot,
    state: { undo },
    now,
    objections,
  } = page;
  if (!undo || (objections.undo && page.pending !== "undo")) return nothing;
  const left = secondsUntil(undo.until, now);
  return html`<div class="toast undo">${icon(boot.assets, undo.verb === "no_show" ? "user-off" : "circle-check")}
    <p><strong>${t(`officer.undo.${undo.verb}`, { label: undo.label })}</strong></p>
    ${actButton(page, "undo", { kind: "toast-act" })}
    <span class="number left" aria-hidden="true">${left}</span></div>`;
}

/**
 * Messages over the page's lower edge.
 * @param {OfficerCounter} page
 */
export function toastsView(page) {
  return html`<div class="toasts"><div role="alert">${noteView(page)}</div><div role="status">
    ${page.note ? nothing : undoView(page)}</div></div>
    <p class="visually-hidden" aria-live="polite">${page.say}</p>`;
}
