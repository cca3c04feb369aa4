// The lists of the officer's work page: who waits, and what the other counters of the zone do.
import { html, nothing, repeat } from "../kit/vendor/lit.js";
import { icon } from "../site/parts.js";
import { minutesSince, nameOf } from "./rules.js";

const CLASS_ICONS = { regular: "user", priority: "heart-handshake", appointment: "clock", transferred: "arrow-right" };
const OTHER_ICONS = { called: "speakerphone", serving: "user-check" };

/** A ticket's class as a chip with words and a sign. */
export function classChip(page, kind) {
  return html`<span class="chip ${kind}">${icon(page.boot.assets, CLASS_ICONS[kind] ?? "user")}${page.t(`class.${kind}`)}</span>`;
}

function row(page, ticket, at) {
  const { t, now, language } = page;
  const service = nameOf(ticket.service, language);
  return html`<li class=${at === 0 ? "first" : ""}>
    <strong class="number">${ticket.label}</strong>
    <span class="row-service"><span class="row-name" title=${service}>${service}</span>
      ${ticket.class === "regular" ? nothing : classChip(page, ticket.class)}</span>
    <span class="row-wait number">${t("officer.minutes", { n: minutesSince(ticket.issued_at, now) })}</span>
  </li>`;
}

function figure(name, value, kind = "") {
  return html`<div class=${kind}><dt>${name}</dt><dd class="number">${value}</dd></div>`;
}

/** The waiting list with its three figures. */
export function waitingView(page) {
  const { t, state, now } = page;
  const { waiting, waiting_count: count, longest_since: longest } = state;
  return html`<section class="card queue" aria-labelledby="waiting">
    <h2 id="waiting" class="visually-hidden">${t("officer.waiting.title")}</h2>
    <dl class="figures">
      ${figure(t("officer.waiting.title"), count, "main")}
      ${figure(t("officer.waiting.longest"), longest === null ? "–" : t("officer.minutes", { n: minutesSince(longest, now) }))}
      ${figure(t("officer.waiting.served"), state.my_day.served)}
    </dl>
    ${waiting.length
      ? html`<div class="scroller" tabindex="0" role="region" aria-label=${t("officer.waiting.list")}>
          <ol>${repeat(waiting, (ticket) => ticket.id, (ticket, at) => row(page, ticket, at))}</ol>
          ${count > waiting.length ? html`<p class="more">${t("officer.waiting.more", { n: count - waiting.length })}</p>` : nothing}
        </div>`
      : html`<div class="nobody"><p>${t("officer.idle.empty")}</p></div>`}
  </section>`;
}

function other(page, { code, name, open, label, state, officer }) {
  const { t, boot } = page;
  const doing = label
    ? html`${icon(boot.assets, OTHER_ICONS[state] ?? "ticket")}<strong class="number">${label}</strong>
      <span class="visually-hidden">${t(`state.${state}`)}</span>`
    : t(open ? "officer.others.free" : "officer.others.closed");
  return html`<li class=${open ? state ?? "free" : "closed"}>
    <span class="number other-code" title=${name}>${code}</span>
    <span class="other-now">${doing}</span>
    ${officer ? html`<span class="other-who" title=${officer}>${officer}</span>` : nothing}
  </li>`;
}

/** The strip of the zone's other counters. */
export function othersView(page) {
  const { t, state, language } = page;
  const title = t("officer.others.title", { zone: nameOf(state.counter.zone, language) });
  return html`<section class="others" aria-label=${title} tabindex="0">
    ${state.others.length
      ? html`<ul>${state.others.map((counter) => other(page, counter))}</ul>`
      : html`<p>${t("officer.others.none")}</p>`}
  </section>`;
}
