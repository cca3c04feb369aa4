// How the visitor's page looks in each state of the ticket.
import { clock, coming, longDate, pick } from "../kit/i18n.js";
import { html, nothing } from "../kit/vendor/lit.js";
import { icon, languageLinks } from "../site/parts.js";

/**
 * @import { ReasonOut } from "../kit/api-types.d.ts"
 * @import { Words } from "../kit/kit-types.d.ts"
 * @import { VisitorTicket } from "./ticket.js"
 * @import { Opening } from "./visitor-types.d.ts"
 */

const END_ICONS = {
  served: "circle-check",
  no_show: "alert-triangle",
  cancelled: "circle-x",
  expired: "hourglass",
  held: "clock",
};
const ALERT_WORDS = { off: "explain", on: "keep", failed: "failed" };

/** @param {VisitorTicket} page */
function zoneName({ ticket, language }) {
  return ticket.zone ? pick(ticket.zone.name, language) : "";
}

/**
 * The wait in words; no number where there is no honest one.
 * @param {VisitorTicket} page
 */
function rangeWords({ t, ticket: { range } }) {
  if (!range) return t("visitor.range.none");
  const [low, high] = range;
  const words = low === 0 ? t("visitor.range.to", { high }) : t("visitor.range.about", { low, high });
  return words.replace("–", "\u2060–\u2060"); // a line may end before the range or behind it, not inside
}

/**
 * What was promised when the number was taken, small beside the present estimate.
 * @param {VisitorTicket} page
 */
function promiseWords({ t, ticket: { promised } }) {
  if (!promised) return nothing;
  const [low, high] = promised;
  return html`<p class="promised">${t("visitor.promised", { low, high })}</p>`;
}

/**
 * @param {VisitorTicket} page
 * @param {number} at
 */
function whenWords({ t, now, boot, language }, at) {
  const { distance, ...parts } = coming(at, now, boot.time_zone, language);
  return t(`when.${distance}`, { ...parts, time: t("when.time", parts) });
}

/**
 * @param {VisitorTicket} page
 * @param {Opening} opening
 */
function shutWords(page, { why, until, occasion }) {
  const { t, language } = page;
  const named = occasion ? `closed.${why}.named` : `closed.${why}`;
  const again = until
    ? t(why === "before_hours" ? "closed.opens" : "closed.again", { when: whenWords(page, until) })
    : "";
  return html`<strong>${t(named, { name: pick(occasion, language) })}</strong> ${again} ${t("visitor.opening.kept")}`;
}

/**
 * @param {VisitorTicket} page
 * @param {Opening} opening
 */
function openWords(page, { until, closes_at: closes }) {
  const { t } = page;
  if (closes === null) return "";
  const pause = until && until < closes ? ` ${t("visitor.opening.break", { when: whenWords(page, until) })}` : "";
  return `${t("visitor.opening.until", { when: whenWords(page, closes) })}${pause}`;
}

/**
 * Closed or in a break, why and until when; while it is open, until when.
 * @param {VisitorTicket} page
 */
function openingView(page) {
  const { opening, boot } = page;
  if (!opening || (opening.open && !opening.closes_at)) return nothing;
  return html`<p class="opening ${opening.open ? "" : "shut"}">${icon(boot.assets, "hourglass")}
    <span>${opening.open ? openWords(page, opening) : shutWords(page, opening)}</span></p>`;
}

/** @param {VisitorTicket} page */
function waiting(page) {
  const {
    t,
    ticket: { ahead },
  } = page;
  const zone = zoneName(page);
  return html`<section class="card now waiting" aria-label=${t("state.waiting")}>
    ${
      ahead === 0
        ? html`<p class="next-up">${icon(page.boot.assets, "bell")}<strong>${t("visitor.next.title")}</strong></p>
        <p>${t("visitor.next.text")}</p>`
        : html`<p class="lead">${t("visitor.waiting.lead")}</p>
        ${
          ahead == null
            ? nothing
            : html`<p class="ahead"><span class="number">${ahead}</span>
          <span>${t("visitor.ahead", { count: ahead })}</span></p>`
        }`
    }
    <p class="range">${icon(page.boot.assets, "clock")}<span>${rangeWords(page)}</span></p>
    ${promiseWords(page)}
    ${
      zone
        ? html`<p class="place">${icon(page.boot.assets, "map-pin")}<span>${t("visitor.wait_in", { zone })}</span></p>`
        : nothing
    }
  </section>`;
}

/**
 * @param {VisitorTicket} page
 * @param {"called" | "serving"} state
 */
function atCounter(page, state) {
  const {
    t,
    ticket: { counter, times = 0 },
  } = page;
  const zone = zoneName(page);
  return html`<section class="card now ${state}" aria-label=${t(`state.${state}`)}>
    ${state === "called" ? html`<p class="call-icon">${icon(page.boot.assets, "speakerphone")}</p>` : nothing}
    <p class="go">${t(`visitor.${state}.lead`)} <strong class="number counter-code">${counter?.code ?? ""}</strong></p>
    ${
      zone && state === "called"
        ? html`<p class="place">${icon(page.boot.assets, "map-pin")}<span>${t("visitor.called.in", {
            zone,
          })}</span></p>`
        : nothing
    }
    ${
      state === "called" && times > 1
        ? html`<p><span class="chip">${t("visitor.called.again", { n: times })}</span></p>`
        : nothing
    }
  </section>`;
}

/**
 * @param {VisitorTicket} page
 * @param {keyof typeof END_ICONS} state
 */
function words(page, state) {
  const { t } = page;
  return html`<section class="card now ended ${state}" aria-label=${t(`state.${state}`)}>
    ${icon(page.boot.assets, END_ICONS[state], "end-icon")}
    <h2>${t(`visitor.${state}.title`)}</h2><p>${t(`visitor.${state}.text`)}</p></section>`;
}

/** @param {VisitorTicket} page */
function now(page) {
  const { state } = page.ticket;
  if (state === "waiting") return waiting(page);
  return state === "called" || state === "serving" ? atCounter(page, state) : words(page, state);
}

/** @param {VisitorTicket} page */
function stub(page) {
  const { t, ticket, language, boot } = page;
  const time = clock(ticket.issued_at, boot.time_zone);
  const date = longDate(ticket.issued_at, boot.time_zone, language);
  return html`<section class="card stub">
    <div class="poleng" aria-hidden="true"></div>
    <p class="hall">${page.hall}</p>
    <h1 class="stub-number"><span class="caption">${t("visitor.number")}</span>
      <span class="number">${ticket.label}</span></h1>
    ${
      ticket.priority
        ? html`<p><span class="chip priority">${icon(boot.assets, "heart-handshake")}${t("class.priority")}</span></p>`
        : nothing
    }
    <dl class="facts">
      <div><dt>${t("visitor.service")}</dt><dd>${pick(ticket.service.name, language)}</dd></div>
      <div><dt>${t("visitor.agency")}</dt><dd>${ticket.agency.short}</dd></div>
      <div><dt>${t("visitor.issued")}</dt><dd>${t("visitor.issued_at", { time, date })}</dd></div>
    </dl>
  </section>`;
}

/**
 * @param {VisitorTicket} page
 * @param {ReasonOut} call
 */
function reason({ boot, t, language }, { label, at, counter, text }) {
  const when = t("visitor.why.at", { time: clock(at, boot.time_zone), counter: counter.name });
  return html`<li><strong class="number">${label}</strong> <small>${when}</small><p>${pick(text, language)}</p></li>`;
}

/**
 * Why others were called first, for whoever opens it.
 * @param {VisitorTicket} page
 */
function why(page) {
  const { t, reasons } = page;
  const calls = Array.isArray(reasons) ? reasons : [];
  const result = reasons === null ? "loading" : reasons === "failed" ? "failed" : calls.length ? null : "none";
  return html`<details class="card why" @toggle=${(event) => event.target.open && page.askWhy()}>
    <summary>${t("visitor.why.open")}</summary>
    <div aria-live="polite">${
      result ? html`<p>${t(`visitor.why.${result}`)}</p>` : html`<ul>${calls.map((one) => reason(page, one))}</ul>`
    }</div></details>`;
}

/** @param {VisitorTicket} page */
function alertButton(page) {
  const { t, alert, boot } = page;
  const on = alert === "on";
  return html`<button class="button alert ${on ? "on" : "primary"}" aria-pressed=${on}
    @click=${() => page.toggleAlert()}>
    ${icon(boot.assets, on ? "circle-check" : "bell")}
    <span><strong>${t(on ? "visitor.alert.enabled" : "visitor.alert.on")}</strong>
      <small>${t(`visitor.alert.${ALERT_WORDS[alert]}`)}</small></span></button>`;
}

/** @param {VisitorTicket} page */
function status(page) {
  const {
    t,
    boot,
    status: { status: kind, lastGood },
  } = page;
  const time = lastGood ? clock(lastGood, boot.time_zone) : "–";
  return html`<p class="connection ${kind}" role="status"><span class="dot" aria-hidden="true"></span>${t(
    `visitor.status.${kind}`,
    { time },
  )}</p>`;
}

/**
 * @param {VisitorTicket} page
 * @param {Words} problem
 */
function problemBanner({ boot }, problem) {
  return html`<p class="banner bad">${icon(boot.assets, "alert-triangle")}
    <span><strong>${problem.title}</strong> ${problem.detail}</span></p>`;
}

/**
 * The whole page.
 * @param {VisitorTicket} page
 */
export function ticketView(page) {
  const { t, boot, ticket, problem } = page;
  const soon = ticket.state === "waiting" || ticket.state === "held";
  return html`<main class="phone">
    ${ticket.state === "called" ? [now(page), stub(page)] : [stub(page), now(page)]}
    <div role="alert">${problem ? problemBanner(page, problem) : nothing}</div>
    <div role="status">${soon || ticket.state === "no_show" ? openingView(page) : nothing}</div>
    ${soon ? alertButton(page) : nothing}
    ${ticket.state === "waiting" ? why(page) : nothing}
    ${soon ? html`<p class="also">${t("visitor.also")}</p>` : nothing}
    ${boot.life.ended.includes(ticket.state) ? nothing : status(page)}
    ${
      page.mayCancel
        ? html`<button class="button danger leave" aria-disabled=${page.leaving} @click=${() => page.cancel()}>
      ${t(page.leaving ? "visitor.cancel.working" : "visitor.cancel.open")}</button>`
        : nothing
    }
    ${languageLinks({ t, languages: boot.languages, current: page.language, onPick: (code) => (page.language = code) })}
    <p class="visually-hidden" aria-live="assertive">${page.called}</p>
    <p class="visually-hidden" aria-live="polite">${page.say}</p>
  </main>`;
}
