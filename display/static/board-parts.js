// The parts of the board, drawn from plain values; `view` is the board's element, which gives words, icons and
// settings.

import { clock, longDate, number, pick, zoneMark } from "../kit/i18n.js";
import { html, nothing, repeat, svg } from "../kit/vendor/lit.js";
import { counterMark, emsOf, isNamed, isSameDay } from "./board-rules.js";

/**
 * @import { QueueBoard } from "./board.js"
 * @import { Call, Hero, Opening, Plan, Row, Running } from "./board-types.d.ts"
 */

const MISSED = { landscape: 5, portrait: 3 };
/** From this many missed numbers on, the advice beside them gives way. */
const CROWD = 4;
const PETALS = [0, 45, 90, 135, 180, 225, 270, 315];

/** @param {QueueBoard} view */
export function header(view) {
  const { time_zone: tz, zone, hall } = view.start;
  return html`
    <header class="top">
      <div class="place">
        <p class="hall">${view.board.hall?.name ?? hall.name}</p>
        <h1 class="zone" data-many=${view.board.zones.length > 1}>
          ${view.board.zones.map((one) => pick(one?.name ?? zone.name, view.language)).join(" · ")}</h1>
      </div>
      <div class="when">
        <p class="date">${longDate(view.now(), tz, view.language)}</p>
        <p class="clock number">${view.time}<span class="tz">${zoneMark(tz)}</span></p>
      </div>
    </header>`;
}

/**
 * @param {QueueBoard} view
 * @param {Hero} hero
 */
export function hero(view, { call, calling }) {
  const mark = counterMark(call.counter);
  const title = calling ? (call.times > 1 ? "board.recalling" : "board.calling") : "board.last";
  return html`
    <section class="hero" data-calling=${calling}>
      <p class="title">${calling ? view.icon("bell") : nothing}<span class="words">${view.both(title)}</span></p>
      <p class="label number" .style=${`--ems:${emsOf(call.label)}`}>${call.label}</p>
      <p class="goal" data-named=${isNamed(mark)}>
        ${view.icon("arrow-right")}
        <span class="word">${view.both("board.counter")}</span>
        <span class="mark number" .style=${`--ems:${emsOf(mark)}`}>${mark}</span>
      </p>
      <p class="agency">${where(view, call)}</p>
    </section>`;
}

/**
 * Under a number: its agency, and its zone on a display that shows several.
 * @param {QueueBoard} view
 * @param {Pick<Row, "agency" | "zone">} call
 */
function where(view, { agency, zone }) {
  return zone ? html`<span class="zone-of">${pick(zone, view.language)}</span> ${agency}` : agency;
}

/**
 * @param {QueueBoard} view
 * @param {Row[]} rows
 * @param {Plan} plan
 */
export function list(view, rows, { agency, rows: places }) {
  const blanks = Array.from({ length: Math.max(0, places - rows.length) });
  return html`
    <section class="list" aria-label=${view.t("board.list")}>
      <div class="heads" aria-hidden="true">
        <p>${view.both("board.number")}</p><p>${view.both("board.counter")}</p>
      </div>
      <ol class="rows" data-agency=${agency}>
        ${repeat(
          rows,
          ({ label }) => label,
          (each) => row(view, each),
        )}
        ${blanks.map(() => html`<li class="blank" aria-hidden="true"></li>`)}
      </ol>
    </section>`;
}

/**
 * @param {QueueBoard} view
 * @param {Row} row
 */
function row(view, { label, mark, active, lit, ...call }) {
  return html`
    <li class="row" data-active=${active} data-lit=${lit}>
      <span class="label number" .style=${`--ems:${emsOf(label)}`}>${label}</span>
      ${view.icon("arrow-right")}
      <span class="where" data-named=${isNamed(mark)}>
        <span class="mark number" .style=${`--ems:${emsOf(mark)}`}>${mark}</span>
        <span class="agency">${where(view, call)}</span>
      </span>
    </li>`;
}

/**
 * The screen above one counter: its name, and the number that is there now.
 * @param {QueueBoard} view
 * @param {Call | null} call
 * @param {boolean} calling
 */
export function sign(view, call, calling) {
  const { counter } = view.start.screen;
  const mark = counterMark(call?.counter ?? { code: counter });
  const there = call && (calling || call.state === "called" || call.state === "serving") ? call : null;
  return html`
    <section class="sign" data-calling=${calling}>
      <p class="goal" data-named=${isNamed(mark)}>
        <span class="word">${view.both("board.counter")}</span>
        <span class="mark number" .style=${`--ems:${emsOf(mark)}`}>${mark}</span>
      </p>
      ${
        there
          ? html`<p class="label number" .style=${`--ems:${emsOf(there.label)}`}>${there.label}</p>
            <p class="words state">${view.both(
              there.state === "serving" && !calling ? "board.serving" : "board.calling_here",
            )}</p>`
          : html`<p class="words wait">${view.both("board.wait_here")}</p>`
      }
    </section>`;
}

/** @param {QueueBoard} view */
export function empty(view) {
  return html`
    <div class="calm">
      <svg class="padma" viewBox="-100 -100 200 200" aria-hidden="true">
        ${PETALS.map(
          (turn) => svg`
          <path class="outer" transform=${`rotate(${turn + 22.5})`}
            d="M0-22C-26-42-30-66 0-96C30-66 26-42 0-22Z"></path>
          <path class="inner" transform=${`rotate(${turn})`} d="M0-18C-18-32-21-48 0-70C21-48 18-32 0-18Z"></path>`,
        )}
        <circle class="heart" r="13"></circle>
      </svg>
      <p class="headline">${view.both("board.empty")}</p>
      <p class="advice">${view.both("board.empty_help")}</p>
    </div>`;
}

/**
 * Closed, why, and when it opens again.
 * @param {QueueBoard} view
 * @param {Opening} opening
 */
export function closed(view, opening) {
  return html`
    <div class="calm closed">
      ${view.icon("moon-stars")}
      <p class="headline">${view.both(opening.why === "break" ? "board.break" : "board.closed")}</p>
      ${opening.occasion ? html`<p class="advice">${pick(opening.occasion, view.language)}</p>` : nothing}
      ${opening.until ? html`<p class="advice">${opens(view, opening.until)}</p>` : nothing}
    </div>`;
}

/**
 * @param {QueueBoard} view
 * @param {number} at
 */
function opens(view, at) {
  const tz = view.start.time_zone;
  const when = (/** @type {string} */ language) => {
    const time = `${clock(at, tz)} ${zoneMark(tz)}`.trim();
    return isSameDay(at, view.now(), tz) ? time : `${longDate(at, tz, language)}, ${time}`;
  };
  return view.both("board.opens", { when: when(view.language) }, { when: when(view.second) });
}

/**
 * The line under a board on which calls still stand though the hall is closed.
 * @param {QueueBoard} view
 * @param {Opening} opening
 */
export function closedBar(view, opening) {
  return html`<div class="bar closed-bar">${view.icon("moon-stars")}
    <p>${view.both(opening.why === "break" ? "board.break" : "board.closed")}</p></div>`;
}

/**
 * @param {QueueBoard} view
 * @param {number | null} lastGood
 */
export function lostBar(view, lastGood) {
  const time = clock(lastGood ?? view.start.now, view.start.time_zone);
  return html`<div class="bar lost">${view.icon("wifi-off")}<p>${view.both("board.lost", { time })}</p></div>`;
}

/**
 * For whoever hangs the screen up: the numbers cannot be read from where people sit.
 * @param {QueueBoard} view
 */
export function smallBar(view) {
  return html`<div class="bar small">${view.icon("alert-triangle")}
    <p>${view.both("board.too_small", { metres: view.start.screen.distance_m })}</p></div>`;
}

/** @param {QueueBoard} view */
export function soundBar(view) {
  return html`
    <button class="hint" type="button">${view.icon("volume-off")}<span
      class="words">${view.both("board.touch_sound")}</span></button>`;
}

/**
 * Notices and what gives no more numbers, running along the foot; they stand still where motion is not wanted.
 * @param {QueueBoard} view
 * @param {Running[]} items
 */
export function ticker(view, items) {
  const text = items.map((item) => {
    if ("text" in item) return item.text;
    const { agency, why, left } = item;
    return view.t(left ? "board.stop_few" : `board.stop_${why}`, { agency, n: left });
  });
  const length = text.reduce((sum, each) => sum + each.length + 12, 0);
  return html`
    <div class="ticker" role="note">
      <p class="run" .style=${`--length:${length}`}>${text.map((each) => html`<span>${each}</span>`)}</p>
    </div>`;
}

/** @param {QueueBoard} view */
export function footer(view) {
  const { missed, waiting } = view.board;
  const idle = !missed.length;
  return html`
    <footer class="foot">
      ${idle ? html`<p class="words watch">${view.both("board.watch")}</p>` : missedStrip(view, missed)}
      <p class="waiting">
        ${view.icon("users")}
        <span class="words">${view.both("board.waiting")}</span>
        <span class="number count">${number(waiting, view.language)}</span>
      </p>
    </footer>`;
}

/**
 * @param {QueueBoard} view
 * @param {string[]} labels
 */
function missedStrip(view, labels) {
  const limit = view.portrait ? MISSED.portrait : MISSED.landscape;
  const more = labels.length - limit;
  return html`
    <section class="missed">
      <p class="words">${view.both("board.missed")}</p>
      <ul class="numbers">${labels.slice(0, limit).map((label) => html`<li class="number">${label}</li>`)}</ul>
      ${more > 0 ? html`<p class="number more">+${more}</p>` : nothing}
      ${
        labels.length < CROWD && !view.portrait
          ? html`<p class="words help">${view.both("board.missed_help")}</p>`
          : nothing
      }
    </section>`;
}
