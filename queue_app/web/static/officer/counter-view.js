// How the officer's work page looks: header, ticket in hand, acts. The lists stand in counter-lists.js.
import { clock } from "../kit/i18n.js";
import { html, nothing } from "../kit/vendor/lit.js";
import { icon, languageLinks } from "../site/parts.js";
import { classChip, othersView, waitingView } from "./counter-lists.js";
import { KEYS, minutesSince, nameOf, stopwatch, whyNoNext } from "./rules.js";

const STATUS_ICONS = { connecting: "refresh", live: "wifi", stale: "clock", offline: "wifi-off" };
const STATE_ICONS = { called: "speakerphone", serving: "user-check" };
const ACT_ICONS = { recall: "speakerphone", start: "player-play", complete: "check", no_show: "user", close: "door-exit" };

function signOutForm(page) {
  const { t, boot } = page;
  return html`<form method="post" action="/counter/sign-out" @submit=${(event) => page.signOut(event)}>
    <input type="hidden" name="csrf_token" value=${document.querySelector('meta[name="csrf"]')?.content ?? ""}>
    <button class="bar-button" type="submit">${icon(boot.assets, "logout")}<span class="wide">${t("officer.sign_out")}</span></button>
  </form>`;
}

function header(page) {
  const { t, boot, status, language } = page;
  const { counter } = page.state;
  const place = [nameOf(counter.zone, language), counter.agency?.short].filter(Boolean).join(" · ");
  const toggle = t(page.shortcuts ? "officer.shortcuts.on" : "officer.shortcuts.off");
  return html`<header class="bar">
    <p class="number badge" aria-hidden="true">${counter.code}</p>
    <div class="bar-name"><h1>${counter.name}</h1><p>${place}</p></div>
    <p class="status ${status.status}" role="status">
      ${icon(boot.assets, STATUS_ICONS[status.status])}<span>${t(`officer.status.${status.status}`)}</span></p>
    ${languageLinks({ t, languages: boot.languages, current: language, short: true, onPick: (code) => (page.language = code) })}
    <button class="bar-button" aria-pressed=${page.shortcuts} aria-label=${t("officer.shortcuts.label")} title=${toggle}
      @click=${() => page.toggleShortcuts()}>${icon(boot.assets, "keyboard")}</button>
    <p class="who" title=${t("officer.signed_in_as", { name: boot.officer.name })}>${icon(boot.assets, "user")}<span>${boot.officer.name}</span></p>
    <button class="bar-button" aria-disabled=${Boolean(page.pending || page.lost)} @click=${() => page.closeCounter()}>
      ${icon(boot.assets, ACT_ICONS.close)}
      <span class="roomy">${t(page.pending === "close" ? "officer.pending.close" : "officer.act.close")}</span></button>
    ${signOutForm(page)}
  </header>`;
}

function connectionBanner(page) {
  const { t, boot, status } = page;
  // An act without an answer matters more; the bar above says in any case that the line is cut.
  if (page.unsent || status.status === "live" || status.status === "connecting") return nothing;
  const time = status.lastGood ? clock(status.lastGood, boot.time_zone) : "";
  return html`<p class="banner ${status.status === "offline" ? "bad" : ""}">${icon(boot.assets, STATUS_ICONS[status.status])}
    <span>${t(`officer.${status.status}${time ? "" : "_unknown"}`, { time })}</span></p>`;
}

function unsentBanner(page) {
  if (!page.unsent) return nothing;
  const { t, boot } = page;
  const act = t(`officer.act.${page.unsent.act}`);
  return html`<div class="banner bad">${icon(boot.assets, "alert-triangle")}
    <span><strong>${t("officer.unreachable.title")}.</strong> ${t("officer.unreachable.detail", { act })}</span>
    <button class="button" aria-disabled=${Boolean(page.pending)} @click=${() => page.retry()}>
      ${icon(boot.assets, "refresh")}${t("officer.retry")}</button></div>`;
}

function noteView(page) {
  const { t, boot, note } = page;
  if (!note) return nothing;
  return html`<div class="toast">${icon(boot.assets, "info-circle")}
    <p><strong>${note.title}</strong><span>${note.detail}</span></p>
    ${note.code === "csrf_failed" ? html`<button class="button" @click=${() => location.reload()}>${t("officer.reload")}</button>` : nothing}
    <button class="toast-close" aria-label=${t("officer.dismiss")} @click=${() => (page.note = null)}>${icon(boot.assets, "x")}</button></div>`;
}

function fact(name, value, { kind = "", beside = nothing } = {}) {
  return html`<div class=${kind}><dt>${name}</dt><dd><span class="number">${value}</span> ${beside}</dd></div>`;
}

function timers(page, ticket) {
  const { t, now } = page;
  const serving = ticket.state === "serving";
  const since = serving ? ticket.serving_at : ticket.called_at;
  const usual = serving && ticket.minutes ? html`<small>${t("officer.timer.usual", { n: ticket.minutes })}</small>` : nothing;
  return html`<dl class="timers">
    ${fact(t(serving ? "officer.timer.serving" : "officer.timer.called"), stopwatch(now - since), { kind: "running", beside: usual })}
    ${fact(t("officer.timer.waited"), t("officer.minutes", { n: minutesSince(ticket.issued_at, ticket.called_at) }))}
    ${fact(t("officer.timer.times"), t("officer.times", { n: ticket.times }))}
    ${fact(t("officer.timer.issued"), clock(ticket.issued_at, page.boot.time_zone))}
  </dl>`;
}

function documents(page, ticket) {
  if (!ticket.documents?.length) return nothing;
  return html`<section class="documents" tabindex="0" aria-labelledby="documents">
    <h3 id="documents">${icon(page.boot.assets, "list-check")}${page.t("officer.documents")}</h3>
    <ul>${ticket.documents.map((document) => html`<li>${nameOf(document, page.language)}</li>`)}</ul>
  </section>`;
}

function languageChip(page, ticket) {
  const { t, boot } = page;
  return html`<span class="chip">${icon(boot.assets, "language")}
    <span class="visually-hidden">${t("officer.timer.language")}: </span>${t(`language.${ticket.language}`)}</span>`;
}

function inHand(page, ticket) {
  const { t, language } = page;
  return html`<div class="stage">
      <div class="hand">
        <h2 class="number big"><span class="visually-hidden">${t("officer.in_hand")} </span>${ticket.label}</h2>
        <p class="service" title=${nameOf(ticket.service, language)}>${nameOf(ticket.service, language)}</p>
        <p class="chips">${classChip(page, ticket.class)}${ticket.language === "id" ? nothing : languageChip(page, ticket)}</p>
      </div>
      ${documents(page, ticket)}
    </div>
    ${timers(page, ticket)}`;
}

function idle(page) {
  const { t, state, boot, language } = page;
  const [next] = state.waiting;
  if (!next) {
    return html`<div class="stage idle">${icon(boot.assets, "users", "idle-icon")}
      <h2>${t("officer.idle.empty")}</h2><p class="service">${t("officer.idle.empty_text")}</p></div>`;
  }
  const waited = t("officer.minutes", { n: minutesSince(next.issued_at, page.now) });
  return html`<div class="stage idle">
    <h2 class="upcoming">${t("officer.idle.next")} <strong class="number">${next.label}</strong></h2>
    <p class="service">${nameOf(next.service, language)}</p>
    <p class="chips">${classChip(page, next.class)}
      <span class="chip">${icon(boot.assets, "clock")}${t("officer.timer.waited")} ${waited}</span></p>
  </div>`;
}

function actButton(page, act, { emphasis = false } = {}) {
  const { t, boot, legal, pending } = page;
  const armed = act === "no_show" && page.armed;
  const busy = pending === act;
  const key = busy ? `officer.pending.${act}` : `officer.act.${armed ? "no_show_again" : act}`;
  const kind = armed ? "armed" : emphasis && legal[act] ? "primary" : "";
  const letter = page.shortcuts ? KEYS[act].toUpperCase() : nothing;
  return html`<button class="button act ${kind} ${busy ? "busy" : ""}" data-act=${act} aria-disabled=${!legal[act] || Boolean(pending)}
    aria-keyshortcuts=${letter} @click=${(event) => page.press(act, event)}>
    ${icon(boot.assets, busy ? "hourglass" : ACT_ICONS[act])}<span>${t(key)}</span>
    ${page.shortcuts ? html`<kbd aria-hidden="true">${letter}</kbd>` : nothing}</button>`;
}

function nextButton(page) {
  const { t, boot, legal, pending, state } = page;
  const busy = pending === "next";
  const why = whyNoNext(state, legal);
  const calm = state.ticket?.state === "serving" ? "officer.act.finish_next" : "officer.act.next";
  const reason = why ? html`<small>${t(why, { label: state.ticket?.label })}</small>` : nothing;
  return html`<button class="button primary next ${busy ? "busy" : ""}" data-act="next" aria-disabled=${!legal.next || Boolean(pending)}
    aria-keyshortcuts=${page.shortcuts ? "N Space" : nothing} @click=${(event) => page.press("next", event)}>
    ${icon(boot.assets, busy ? "hourglass" : "player-skip-forward")}
    <span class="next-words"><span>${t(busy ? "officer.pending.next" : calm)}</span> ${reason}</span>
    ${page.shortcuts ? html`<span class="keys" aria-hidden="true"><kbd>N</kbd><kbd>${t("officer.key.space")}</kbd></span>` : nothing}</button>`;
}

function deskView(page) {
  const { t, boot, state } = page;
  const { ticket } = state;
  const life = ticket?.state ?? "idle";
  const title = ticket ? t(`state.${life}`) : t("officer.idle.title");
  return html`<section class="card desk ${life}" aria-label=${t("officer.in_hand")}>
    <p class="life">${icon(boot.assets, STATE_ICONS[life] ?? "clock")}<strong>${title}</strong>
      ${ticket ? html`<span>${t(`officer.${life}.hint`)}</span>` : nothing}</p>
    ${ticket ? inHand(page, ticket) : idle(page)}
    <div class="acts">
      ${nextButton(page)}
      <div class="act-row">
        ${actButton(page, "recall")}
        ${actButton(page, "start", { emphasis: true })}
        ${actButton(page, "complete")}
        ${actButton(page, "no_show")}
      </div>
    </div>
  </section>`;
}

/** The whole work page. */
export function workView(page) {
  return html`${header(page)}
    <main class="floor">
      <div class="notices" role="alert">${connectionBanner(page)}${unsentBanner(page)}</div>
      <div class="columns">${deskView(page)}${waitingView(page)}</div>
      ${othersView(page)}
      <div class="toasts" role="alert">${noteView(page)}</div>
      <p class="visually-hidden" aria-live="polite">${page.say}</p>
    </main>`;
}

/** Instead of the work page, when the counter is not (or no longer) this officer's. */
export function lostView(page) {
  const { t, boot, lost } = page;
  const name = lost.name ?? t("officer.lost.other");
  const session = lost.kind === "session";
  return html`<main class="lost"><div class="card">
    <div class="poleng" aria-hidden="true"></div>
    <div class="lost-text" role="alert">
      ${icon(boot.assets, session ? "key" : lost.kind === "closed" ? "door-exit" : "users", "lost-icon")}
      <h1>${t(`officer.lost.${lost.kind}_title`, { name })}</h1>
      <p>${t(`officer.lost.${lost.kind}_text`, { name })}</p>
      <a class="button primary" href=${session ? "/counter/sign-in" : "/counter"}>${t(session ? "officer.lost.sign_in" : "officer.lost.choose")}</a>
    </div></div></main>`;
}
