// A banner for staff about a printer or a display (or what server and print agents lack) that needs somebody: what,
// where, since when, what to do.
// One at a time, the most urgent first, so that the work keeps its room. It goes by itself when the trouble is over.

import { GIVEN } from "../kit/boot.js";
import { clock, pick } from "../kit/i18n.js";
import { Part } from "../kit/page.js";
import { html, nothing } from "../kit/vendor/lit.js";
import { icon } from "../site/parts.js";
import { isUrgent, keyOf, openOf, stillAway } from "./alarm-rules.js";
import { keepInTab, keptInTab } from "./stored.js";

/**
 * @import { AlarmOut } from "../kit/api-types.d.ts"
 * @import { Boot, Language, Translate } from "../kit/kit-types.d.ts"
 * @import { Live } from "../kit/live.js"
 */

const AWAY = "officer.alarms_away";

/**
 * Why, for the technician whom staff then tell, where the state does not say it already.
 * @param {Translate} t
 * @param {AlarmOut} alarm
 */
function because(t, { state, reason }) {
  if (!reason || !["error", "offline"].includes(state)) return "";
  return ` (${t(`officer.alarm.why.${reason.code}`)}${reason.facts.why ? `: ${reason.facts.why}` : ""})`;
}

/** @extends {Part<Boot>} */
export class StaffAlarms extends Part {
  static properties = {
    rooms: { attribute: false },
    alarms: { state: true },
    away: { state: true },
  };

  constructor() {
    super();
    /** @type {Live} */
    this.rooms = GIVEN;
    /** @type {AlarmOut[] | null} null: nothing was heard yet */
    this.alarms = null;
    this.away = keptInTab(AWAY, /** @type {string[]} */ ([]));
  }

  connectedCallback() {
    super.connectedCallback();
    this.leave = this.rooms.join("alarms:hall", ({ state }) => this.#hear(state.alarms));
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.leave?.();
  }

  /** @param {AlarmOut[]} alarms */
  #hear(alarms) {
    this.alarms = alarms;
    this.#putAway(stillAway(alarms, this.away));
  }

  /** @param {string[]} keys */
  #putAway(keys) {
    this.away = keys;
    keepInTab(AWAY, keys);
  }

  /** @param {AlarmOut} alarm */
  #words(alarm) {
    const { t } = this;
    const { kind, code, state, detail, since, tickets_left: left } = alarm;
    if (kind === "voice") {
      return {
        title: t("officer.alarm.voice", { place: pick(alarm.place, this.language) }),
        todo: t("officer.alarm.voice.do"),
      };
    }
    const facts = { what: t(`officer.alarm.${state}`), code, place: pick(alarm.place, this.language) };
    if (detail === "text_shaping")
      return { title: t("officer.alarm.unshaped"), todo: t(`officer.alarm.unshaped.${kind}`, facts) };
    if (kind === "agent")
      return { title: t("officer.alarm.agent", facts), todo: t("officer.alarm.agent.do", { detail }) };
    const time = since ? ` ${t("officer.alarm.since", { time: clock(since, this.boot.time_zone) })}` : "";
    // A printer to which no kiosk and no zone belongs has no other place than its name.
    const title = `${t(facts.place === code ? "officer.alarm.title_only" : "officer.alarm.title", facts)}${time}.`;
    const todo = t(`officer.alarm.${state}.do`) + because(t, alarm);
    return {
      title,
      todo: state === "near_end" && left !== null ? `${t("officer.alarm.left", { count: left })} ${todo}` : todo,
    };
  }

  render() {
    const open = openOf(this.alarms ?? [], this.away);
    const [alarm] = open;
    // Nothing between the marks, so that the style sheet finds it empty and gives it no room.
    return html`<div class="alarms" role="status">${alarm ? this.#banner(alarm, open.length - 1) : nothing}</div>`;
  }

  /**
   * @param {AlarmOut} alarm
   * @param {number} more
   */
  #banner(alarm, more) {
    const { t } = this;
    const { title, todo } = this.#words(alarm);
    const sign = alarm.kind === "voice" ? "volume-off" : isUrgent(alarm) ? "printer-off" : "printer";
    return html`<div class="banner ${isUrgent(alarm) ? "bad" : ""}">${icon(this.boot.assets, sign)}
      <p><strong>${title}</strong> <span>${todo}</span>${
        more ? html` <em>${t("officer.alarm.more", { count: more })}</em>` : nothing
      }</p>
      <button type="button" class="button" @click=${() => this.#putAway([...this.away, keyOf(alarm)])}>
        ${icon(this.boot.assets, "check")}${t("officer.alarm.seen")}</button></div>`;
  }
}

customElements.define("staff-alarms", StaffAlarms);
