// The acts on the ticket in hand: one large button for the commonest, and eight beside it.
import { html, nothing } from "../kit/vendor/lit.js";
import { icon } from "../site/parts.js";
import { actButton } from "./counter-parts.js";

function nextWords({ t, state, pending }) {
  if (pending === "next" || pending === "back") return t(`officer.pending.${pending}`);
  if (state.pause) return t("officer.act.back");
  return t(state.ticket?.state === "serving" ? "officer.act.finish_next" : "officer.act.next");
}

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
function reasonOn(page, act) {
  const why = page.objections[act];
  const waits = page.state.ticket?.state === "called" && (act === "recall" || act === "no_show");
  return waits && why ? page.t(...why) : "";
}

function secondary(page, act) {
  const { ticket } = page.state;
  const main = act === "start" && ticket?.state === "called";
  return actButton(page, act, { kind: main ? "main" : "", small: reasonOn(page, act) });
}

/** The lower part of the desk. */
export function actsView(page) {
  return html`<div class="acts">
    ${nextButton(page)}
    <div class="act-grid">
      ${["recall", "start", "complete", "no_show", "hold", "transfer", "change", "cancel"].map((act) =>
        secondary(page, act),
      )}
    </div>
  </div>`;
}
