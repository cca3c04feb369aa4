// Beside the stage: who waits, who is on hold or was missed, what else the counter can do; below it the neighbours.
import { pick } from "../kit/i18n.js";
import { html, nothing, repeat } from "../kit/vendor/lit.js";
import { icon } from "../site/parts.js";
import { ACTS } from "./actions.js";
import { actButton, chip, classChip, keyCap, keyName } from "./counter-parts.js";
import { mayAskWhy, minutesSince, nameOf } from "./counter-rules.js";

/**
 * @import { OtherCounterOut, WaitingOut } from "../kit/api-types.d.ts"
 * @import { OfficerCounter } from "./counter.js"
 * @import { CounterAction, AsideRow } from "./officer-types.d.ts"
 */

/** @type {Record<string, string>} */
const OTHER_ICONS = { called: "speakerphone", serving: "user-check" };
const LABELS_SHOWN = 3;
/** @type {CounterAction[]} */
const TOOLS = ["call", "serve_direct", "issue", "reprint"];

/**
 * @param {OfficerCounter} page
 * @param {WaitingOut} ticket
 */
function marks(page, ticket) {
  const { t } = page;
  return html`${ticket.class === "regular" ? nothing : classChip(page, ticket.class)}
    ${ticket.first ? chip(page, "arrow-bar-to-up", t("officer.mark.first"), "marked") : nothing}
    ${ticket.reserved ? chip(page, "pin", t(`officer.mark.${ticket.reserved}`), "marked") : nothing}
    ${ticket.files > 1 ? chip(page, "files", t("officer.files.count", { count: ticket.files })) : nothing}`;
}

/**
 * @param {OfficerCounter} page
 * @param {WaitingOut} row
 */
function whyButton(page, row) {
  const { t, state, boot } = page;
  if (!state.ticket || !mayAskWhy(row, state.ticket)) return nothing;
  const question = t("officer.before.title", { first: state.ticket.label, label: row.label });
  return html`<button type="button" class="why" aria-label=${question} title=${question}
    @click=${() => page.open("why", row)}>
    ${icon(boot.assets, "help-circle")}</button>`;
}

/**
 * @param {OfficerCounter} page
 * @param {WaitingOut} ticket
 * @param {number} at
 */
function row(page, ticket, at) {
  const { t, now, language } = page;
  const service = pick(ticket.service, language);
  return html`<li class=${at === 0 ? "first" : ""}>
    <strong class="number">${ticket.label}</strong>
    <span class="row-name" title=${service}>${service}</span>
    <span class="row-marks">${marks(page, ticket)}</span>
    <span class="row-wait number">${t("officer.minutes", { n: minutesSince(ticket.issued_at, now) })}</span>
    ${whyButton(page, ticket)}
  </li>`;
}

/** @param {OfficerCounter} page */
function stopsButton(page) {
  const { t, boot, shortcuts } = page;
  const words = t("officer.stops.title");
  return html`<button type="button" class="act stops-open" data-act="stops" aria-disabled=${Boolean(page.pending)}
    aria-label=${words} title=${words}
    aria-keyshortcuts=${shortcuts ? keyName("stops") : nothing}
      @click=${(event) => page.press("stops", event)}>
    ${icon(boot.assets, ACTS.stops.icon)}${keyCap(page, "stops")}</button>`;
}

// Whoever stopped a service may be at another counter, or have forgotten it.
/** @param {OfficerCounter} page */
function stoppedView(page) {
  const { t, state, boot, language } = page;
  const stopped = state.services.filter(({ issuing }) => !issuing);
  if (!stopped.length) return nothing;
  const services = stopped.map((service) => nameOf(service, language)).join(", ");
  return html`<p class="range stopped">${icon(boot.assets, "ban")}${t("officer.waiting.stopped", { services })}</p>`;
}

/** @param {OfficerCounter} page */
function lineHead(page) {
  const { t, state, now, boot } = page;
  const { waiting_count: count, longest_since: longest, range } = state;
  const wait = longest === null ? "–" : t("officer.minutes", { n: minutesSince(longest, now) });
  return html`<div class="line-head"><dl class="figures">
    <div class="main"><dd class="number">${count}</dd><dt>${t("officer.waiting.title")}</dt></div>
    <div><dt>${t("officer.waiting.longest")}</dt><dd class="number">${wait}</dd></div>
  </dl>
  ${stopsButton(page)}</div>
  ${
    range
      ? html`<p class="range">${icon(boot.assets, "hourglass")}${t("officer.waiting.range", {
          low: range[0],
          high: range[1],
        })}</p>`
      : nothing
  }
  ${stoppedView(page)}`;
}

// Those outside the line: how many, and the newest of them by number.
/**
 * @param {OfficerCounter} page
 * @param {"held" | "missed"} act
 * @param {AsideRow[]} rows
 */
function shelf(page, act, rows) {
  const labels = rows
    .slice(0, LABELS_SHOWN)
    .map(({ label }) => label)
    .join(" · ");
  const small = rows.length ? `${labels}${rows.length > LABELS_SHOWN ? " …" : ""}` : page.t(`officer.why.none_${act}`);
  return actButton(page, act, {
    kind: rows.length ? "shelf" : "shelf empty",
    small,
    words: `${page.t(`officer.act.${act}`)} ${rows.length}`,
    sign: false,
  });
}

/**
 * The panel of the line.
 * @param {OfficerCounter} page
 */
export function lineView(page) {
  const { t, state } = page;
  const { waiting, waiting_count: count } = state;
  return html`<section class="card queue" aria-labelledby="waiting">
    <h2 id="waiting" class="visually-hidden">${t("officer.waiting.title")}</h2>
    ${lineHead(page)}
    ${
      waiting.length
        ? html`<div class="scroller" tabindex="0" role="region" aria-label=${t("officer.waiting.list")}>
          <ol>${repeat(
            waiting,
            (ticket) => ticket.id,
            (ticket, at) => row(page, ticket, at),
          )}</ol>
          ${
            count > waiting.length
              ? html`<p class="more">${t("officer.waiting.more", { n: count - waiting.length })}</p>`
              : nothing
          }
        </div>`
        : html`<div class="nobody"><p>${t("officer.idle.empty")}</p></div>`
    }
    <div class="shelves">${shelf(page, "held", state.held)}${shelf(page, "missed", state.missed)}</div>
    <div class="tools">${TOOLS.map((act) => actButton(page, act, { kind: "tool", sign: false }))}</div>
  </section>`;
}

/**
 * @param {OfficerCounter} page
 * @param {OtherCounterOut} counter
 */
function doing(page, { open, paused, label, state }) {
  const { t, boot } = page;
  if (label) {
    return html`${icon(boot.assets, OTHER_ICONS[state ?? ""] ?? "ticket")}<strong class="number">${label}</strong>
      <span class="visually-hidden">${t(`state.${state}`)}</span>`;
  }
  return t(open ? (paused ? "officer.others.paused" : "officer.others.free") : "officer.others.closed");
}

/**
 * @param {OfficerCounter} page
 * @param {OtherCounterOut} counter
 */
function other(page, counter) {
  const { code, name, open, state, officer } = counter;
  return html`<li class=${open ? (state ?? "free") : "closed"}>
    <span class="number other-code" title=${name}>${code}</span>
    <span class="other-now">${doing(page, counter)}</span>
    ${officer ? html`<span class="other-who" title=${officer}>${officer}</span>` : nothing}
  </li>`;
}

/** @param {OfficerCounter} page */
function othersView(page) {
  const { t, state, language } = page;
  const title = t("officer.others.title", { zone: nameOf(state.counter.zone, language) });
  return html`<section class="others" aria-label=${title} tabindex="0">
    ${
      state.others.length
        ? html`<ul>${state.others.map((counter) => other(page, counter))}</ul>`
        : html`<p>${t("officer.others.none")}</p>`
    }
  </section>`;
}

/** @param {OfficerCounter} page */
function myDay(page) {
  const {
    t,
    state: { my_day: day },
  } = page;
  const mean = day.mean_minutes === null ? "–" : t("officer.minutes", { n: Math.round(day.mean_minutes) });
  return html`<section class="my-day" aria-label=${t("officer.day.title")}><h2>${t("officer.day.title")}</h2>
    <dl><div><dt>${t("officer.day.served")}</dt><dd class="number">${day.served}</dd></div>
      <div><dt>${t("officer.day.mean")}</dt><dd class="number">${mean}</dd></div>
      <div><dt>${t("officer.day.no_shows")}</dt><dd class="number">${day.no_shows}</dd></div></dl></section>`;
}

/**
 * The strip below: the zone's other counters, and one's own day.
 * @param {OfficerCounter} page
 */
export function stripView(page) {
  return html`<div class="strip">${othersView(page)}${myDay(page)}</div>`;
}
