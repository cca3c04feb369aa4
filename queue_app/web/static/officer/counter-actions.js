// The actions on the current ticket: one large button for the commonest, and eight beside it.
import { html, nothing } from "../kit/vendor/lit.js";
import { icon } from "../site/parts.js";
import { actsInHand } from "./actions.js";
import { actButton } from "./counter-parts.js";

/**
 * @import { OfficerCounter } from "./counter.js"
 * @import { CounterAction } from "./officer-types.d.ts"
 */

/** @param {OfficerCounter} page */
function nextWords({ t, state, pending }) {
  if (pending === "next" || pending === "back") return t(`officer.pending.${pending}`);
  if (state.pause) return t("officer.act.back");
  return t(state.ticket?.state === "serving" ? "officer.act.finish_next" : "officer.act.next");
}

/** @param {OfficerCounter} page */
function nextButton(page) {
  const { t, boot, pending, state, objections } = page;
  const act = state.pause ? "back" : "next";
  const busy = pending === "next" || pending === "back";
  const why = objections[act];
  return html`<button type="button" class="button primary next ${busy ? "busy" : ""}" data-act="next"
    aria-disabled=${Boolean(why || pending)}
    aria-keyshortcuts=${page.shortcuts ? "N Space" : nothing} @click=${(event) => page.press(act, event)}>
    ${icon(boot.assets, busy ? "hourglass" : state.pause ? "player-play" : "player-skip-forward")}
    <span class="next-words"><span>${nextWords(page)}</span> ${why ? html`<small>${t(...why)}</small>` : nothing}</span>
    ${
      page.shortcuts
        ? html`<span class="keys" aria-hidden="true"><kbd>N</kbd><kbd>${t("officer.key.space")}</kbd></span>`
        : nothing
    }</button>`;
}

// What the officer has to wait for is said on the button; the rest is plain to see, and in its title.
/**
 * @param {OfficerCounter} page
 * @param {CounterAction} act
 */
function reasonOn(page, act) {
  const why = page.objections[act];
  const waits = page.state.ticket?.state === "called" && (act === "recall" || act === "no_show");
  return waits && why ? page.t(...why) : "";
}

/**
 * @param {OfficerCounter} page
 * @param {CounterAction} act
 */
function secondary(page, act) {
  const { ticket } = page.state;
  const main = act === "start" && ticket?.state === "called";
  return actButton(page, act, { kind: main ? "main" : "", small: reasonOn(page, act) });
}

/**
 * The lower part of the stage.
 * @param {OfficerCounter} page
 */
export function actsView(page) {
  return html`<div class="acts">
    ${nextButton(page)}
    <div class="act-grid">
      ${actsInHand(page.boot.life).map((act) => secondary(page, act))}
    </div>
  </div>`;
}
