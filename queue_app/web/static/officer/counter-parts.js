// Parts that several areas of the officer's work page share: buttons of acts, chips.
import { html, nothing } from "../kit/vendor/lit.js";
import { icon } from "../site/parts.js";
import { ACTS } from "./actions.js";

/**
 * @import { OfficerCounter } from "./counter.js"
 * @import { CounterAction } from "./officer-types.d.ts"
 */

/** @type {Record<string, string>} */
const CLASS_ICONS = {
  regular: "user",
  priority: "heart-handshake",
  appointment: "calendar-event",
  transferred: "arrow-right",
};

/**
 * A ticket's class as a chip with words and a sign.
 * @param {OfficerCounter} page
 * @param {string} kind
 */
export function classChip(page, kind) {
  return chip(page, CLASS_ICONS[kind] ?? "user", page.t(`class.${kind}`), kind);
}

/**
 * A short fact with a sign.
 * @param {OfficerCounter} page
 * @param {string} sign
 * @param {string} words
 * @param {string} [kind]
 */
export function chip(page, sign, words, kind = "") {
  return html`<span class="chip ${kind}">${icon(page.boot.assets, sign)}${words}</span>`;
}

/**
 * The key of an act as it is written.
 * @param {CounterAction} act
 */
export function keyName(act) {
  return ACTS[act].key?.toUpperCase() ?? "";
}

/**
 * The key of an act as it stands on its button, while the keys are on.
 * @param {OfficerCounter} page
 * @param {CounterAction} act
 */
export function keyCap(page, act) {
  return page.shortcuts ? html`<kbd aria-hidden="true">${keyName(act)}</kbd>` : nothing;
}

/**
 * The button of an act. words: instead of its name; small: a second line, such as why it is not possible yet;
 * kind: classes; sign: whether its icon is shown.
 * @param {OfficerCounter} page
 * @param {CounterAction} act
 * @param {{ words?: string | null, small?: string, kind?: string, sign?: boolean }} [how]
 */
export function actButton(page, act, { words = null, small = "", kind = "", sign = true } = {}) {
  const { t, boot, pending, shortcuts } = page;
  const why = page.objections[act];
  const busy = pending === act;
  const shown = busy ? t(`officer.pending.${act}`) : (words ?? t(`officer.act.${act}`));
  return html`<button type="button" class="act ${kind} ${busy ? "busy" : ""}" data-act=${act}
    aria-disabled=${Boolean(why || pending)}
    title=${why ? t(...why) : nothing} aria-keyshortcuts=${shortcuts ? keyName(act) : nothing}
    @click=${(event) => page.press(act, event)}>
    ${sign ? icon(boot.assets, busy ? "hourglass" : ACTS[act].icon) : nothing}
    <span class="act-words"><span>${shown}</span>${small ? html`<small>${small}</small>` : nothing}</span>
    ${keyCap(page, act)}</button>`;
}
