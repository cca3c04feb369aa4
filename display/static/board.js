// The board of a zone: draws the zone's state, announces its calls and heals by itself after any break.

import { boot } from "../kit/boot.js";
import { clock, translator } from "../kit/i18n.js";
import { Live } from "../kit/live.js";
import { html, LitElement, nothing } from "../kit/vendor/lit.js";
import { Announcer } from "./announcer.js";
import {
  heroOf,
  isLost,
  mergeAnnouncers,
  merged,
  newAnnouncerState,
  rowsOf,
  shiftOf,
  signOf,
  tickerOf,
} from "./board-rules.js";
import { Clips } from "./clips.js";
import "./media.js";
import * as parts from "./board-parts.js";
import { plan } from "./sizes.js";
import { Sound } from "./sound.js";
import { Speaker } from "./speaker.js";
import { SpeechQueue } from "./speech-queue.js";

/**
 * @import { BoardStateOut } from "../kit/api-types.d.ts"
 * @import { Facts, Language, LiveStatus, RoomUpdate } from "../kit/kit-types.d.ts"
 * @import { Board, BoardBoot, AnnouncerState, Plan, Played, Running, Sounded, Zone } from "./board-types.d.ts"
 */

/** @type {Record<Language, Language>} */
const SECOND = { id: "en", en: "id", ban: "id" };
const RELOADED = "board.reloaded_for";
const KEY = "screen.key";
/** How often the page says how it is (ms), and how many sounds it remembers. */
const REPORT = 5_000;
const REMEMBERED_SOUNDS = 1_000;
/** How long the warning about too small numbers stands after the page was loaded (ms). */
const WARN = 120_000;

const chance = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(6)), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** What this page calls itself towards the staff: it outlives a reload, and no two windows share it. */
function keyOfPage() {
  const key = sessionStorage.getItem(KEY) ?? `s-${chance()}`;
  sessionStorage.setItem(KEY, key);
  return key;
}

export class QueueBoard extends LitElement {
  static properties = {
    board: { state: true },
    announcing: { state: true },
    blocked: { state: true },
    time: { state: true },
    lost: { state: true },
    portrait: { state: true },
    plan: { state: true },
    running: { state: true },
  };

  constructor() {
    super();
    /** @type {BoardBoot} */
    this.start = boot();
    const { text, language, second } = this.start;
    this.language = language;
    this.second = second ?? SECOND[language] ?? "en";
    this.t = translator(text, language);
    this.t2 = translator(text, this.second);
    /** @type {Zone[]} the display's own first */
    this.zones = [this.start, ...this.start.others].map(({ zone, seq, state }) => ({
      ...zone,
      seq,
      state,
      announcing: newAnnouncerState(),
    }));
    /** @type {Board} */
    this.board = merged(this.zones.map(({ state }) => state));
    this.announcing = newAnnouncerState();
    this.blocked = false;
    this.lost = false;
    /** @type {Running[]} */
    this.running = [];
    /** @type {Plan} */
    this.plan = { rows: 6, size: null, agency: true, legible: true };
    /** @type {Set<string>} */
    this.tried = new Set();
    this.begun = performance.now(); // and not the clock, which may be set while the page runs
    this.liveUntil = this.begun;
    /** @type {Live | undefined} */
    this.live = undefined;
    /** @type {SpeechQueue | undefined} */
    this.speechQueue = undefined;
    /** @type {LiveStatus | undefined} */
    this.status = undefined;
    this.shape = matchMedia("(orientation: portrait)");
    this.portrait = this.shape.matches;
  }

  createRenderRoot() {
    this.replaceChildren();
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    const { screen, test, silence } = this.start;
    this.dataset.layout = screen.layout;
    document.documentElement.dataset.theme = screen.theme;
    this.shape.addEventListener("change", () => {
      this.portrait = this.shape.matches;
    });
    new ResizeObserver(() => this.fit()).observe(this);
    this.key = this.start.key ?? keyOfPage();
    this.prepareVoice();
    /** @type {Played[] | null} */
    const log = test ? [] : null;
    if (log) window.__played = log;
    this.live = new Live({ silence, auth: this.start.auth ?? null, onStatus: (status) => this.follow(status) });
    for (const zone of this.zones) this.announce(zone, log);
    setInterval(() => this.tick(), Math.min(1_000, silence / 5));
    setInterval(() => this.report(), REPORT);
    this.tick();
  }

  /**
   * Follow a zone: its state, and its calls one after another.
   * @param {Zone} zone
   * @param {Played[] | null} log
   */
  announce(zone, log) {
    const { turn, late } = this.start;
    zone.announcer = new Announcer({
      play: async (call, waiting) => (await zone.speaker?.announce(call, waiting)) ?? "unheard",
      onChange: (announcing) => {
        zone.announcing = announcing;
        this.merge();
      },
      turn,
      late,
      log,
    });
    this.live?.join(`board:${zone.code}`, (message) => this.hear(zone, message), { last: zone.seq });
  }

  merge() {
    this.board = merged(this.zones.map(({ state }) => state));
    this.announcing = mergeAnnouncers(
      this.zones.map(({ announcing }) => announcing),
      this.speechQueue?.speaking,
    );
  }

  /** Whether nothing is being announced. */
  get idle() {
    return this.zones.every(({ announcer }) => announcer?.idle ?? true);
  }

  /**
   * Sound, clips and the ones who speak, one for each zone; `window.__sounds` keeps what was played and when, for
   * whoever wonders.
   */
  prepareVoice() {
    const { voice, late } = this.start;
    /** @type {Sounded[]} */
    const sounds = [];
    window.__sounds = sounds;
    if (voice.on) {
      this.sound = new Sound({ volume: voice.volume, onChange: () => this.followSound() });
      this.clips = new Clips(voice.bank);
      this.clips.keep();
    }
    this.speechQueue = new SpeechQueue(() => this.merge());
    const common = {
      ask: (/** @type {string} */ event, /** @type {object} */ message, /** @type {number} */ ms) =>
        this.live ? this.live.ask(event, message, ms) : Promise.reject(new Error("not connected")),
      sound: this.sound,
      clips: this.clips,
      speechQueue: this.speechQueue,
      now: () => this.now(),
      voice,
      late,
      me: `${this.key}-${chance()}`,
      log: (/** @type {Sounded} */ record) => {
        sounds.push(record);
        if (sounds.length > REMEMBERED_SOUNDS) sounds.shift();
      },
    };
    for (const zone of this.zones) zone.speaker = new Speaker({ ...common, zone: zone.code });
    this.followSound();
  }

  followSound() {
    const before = this.soundState;
    this.soundState = this.sound?.state ?? "off";
    this.blocked = this.soundState === "blocked";
    if (this.live && before !== this.soundState) this.report();
  }

  /** Tell the staff that this display lives, whether it can be heard, and what it showed last. */
  report() {
    const { zone, screen, build } = this.start;
    const said = {
      zone: zone.code,
      screen: this.key,
      layout: screen.layout,
      sound: this.soundState,
      shown: (this.announcing.current ?? this.board.calls[0])?.label ?? null,
      width: Math.round(innerWidth * devicePixelRatio),
      height: Math.round(innerHeight * devicePixelRatio),
      legible: this.plan.legible,
      build,
    };
    // Nobody waits for the answer: the next report says the same again.
    this.live?.ask("report", said).then(
      (answer) => this.obey(/** @type {{ ok?: boolean, setup?: string } | null} */ (answer)),
      () => {},
    );
  }

  /**
   * Staff gave this display other settings, or revoked it: load anew, once nothing is being announced.
   * @param {{ ok?: boolean, setup?: string } | null} answer
   */
  obey(answer) {
    const { setup } = this.start;
    this.stale = setup !== null && answer?.ok === true && answer.setup !== setup;
    if (this.stale && this.idle) location.reload();
  }

  /**
   * @param {Zone} zone
   * @param {RoomUpdate<BoardStateOut>} update
   */
  hear(zone, { state, news }) {
    zone.state = state;
    this.merge();
    zone.announcer?.hear(this.zones.length > 1 ? news.map((call) => ({ ...call, zone: zone.name })) : news, this.now());
    this.tick();
  }

  /** @param {LiveStatus} status */
  follow(status) {
    const came = status.status === "live" && this.status?.status !== "live";
    this.status = status;
    if (came) this.report();
    this.tick();
  }

  now() {
    // Before the first beat the server's clock is known from the page itself.
    return this.live && this.status?.build ? this.live.now() : this.start.now + performance.now() - this.begun;
  }

  tick() {
    this.time = clock(this.now(), this.start.time_zone);
    const status = this.live?.status.status ?? "connecting";
    if (status === "live") this.liveUntil = performance.now();
    this.lost = isLost(status, this.liveUntil, performance.now(), this.start.silence / 3);
    const running = tickerOf(this.board, this.now());
    // A new list would start the running text again.
    if (JSON.stringify(running) !== JSON.stringify(this.running)) this.running = running;
    this.shift();
    this.renew();
  }

  /** Against burnt-in letters: everything stands a few pixels elsewhere every few minutes. */
  shift() {
    const { x, y } = shiftOf(performance.now() - this.begun);
    this.style.setProperty("--shift-x", x);
    this.style.setProperty("--shift-y", y);
  }

  /** How many rows fit, at a size that can be read from where people sit. */
  fit() {
    const room = this.querySelector(".rows")?.getBoundingClientRect();
    if (!room?.height) return;
    const { inches, distance_m: distance } = this.start.screen;
    const next = plan(room, { width: innerWidth, height: innerHeight, inches, distance });
    const name = JSON.stringify(next);
    if (name === JSON.stringify(this.plan)) return;
    // Two sizes that each bring about the other would follow one another for ever, and nothing else would happen.
    if (this.tried.has(name)) return;
    if (!this.tried.size) setTimeout(() => this.tried.clear());
    this.tried.add(name);
    this.plan = next;
  }

  updated() {
    this.fit();
  }

  async renew() {
    const build = this.status?.build;
    if (!build || build === this.start.build || !this.idle || this.renewing) return;
    // Once for each build: a server that names one build and serves another must not keep us reloading.
    if (sessionStorage.getItem(RELOADED) === build) return;
    this.renewing = true;
    const ready = await fetch(location.href, { cache: "no-store" }).then(
      (answer) => answer.ok,
      () => false,
    );
    this.renewing = false;
    if (!ready || !this.idle) return;
    sessionStorage.setItem(RELOADED, build);
    location.reload();
  }

  /**
   * A text in the main language and, smaller, in the second; params2 where the second needs others.
   * @param {string} key
   * @param {Facts} [params]
   * @param {Facts} [params2]
   */
  both(key, params, params2 = params) {
    const [first, second] = [this.t(key, params), this.t2(key, params2)];
    return html`<span class="first">${first}</span>
      ${second === first ? nothing : html`<span class="second" lang=${this.second}>${second}</span>`}`;
  }

  /** @param {string} name */
  icon(name) {
    return html`<svg class="icon" aria-hidden="true"><use
      href=${`${this.start.assets}/kit/icons.svg#${name}`}></use></svg>`;
  }

  render() {
    return html`
      ${parts.header(this)}
      <div class="poleng" aria-hidden="true"></div>
      <div class="notice" role="status">${this.bars()}</div>
      ${this.start.screen.layout === "sign" ? this.sign() : this.stage()}
      ${this.running.length ? parts.ticker(this, this.running) : nothing}
      ${parts.footer(this)}
      <p class="visually-hidden" aria-live="assertive">${this.spoken()}</p>`;
  }

  bars() {
    const { opening } = this.board;
    const small = !this.plan.legible && performance.now() - this.begun < WARN;
    return [
      this.lost ? parts.lostBar(this, this.live?.status.lastGood ?? null) : nothing,
      this.blocked ? parts.soundBar(this) : nothing,
      small ? parts.smallBar(this) : nothing,
      opening && !opening.open && this.hasCalls() ? parts.closedBar(this, opening) : nothing,
    ];
  }

  /** @returns {boolean} */
  hasCalls() {
    return (
      this.board.calls.some(({ state }) => state === "called" || state === "serving") ||
      this.announcing.current !== null
    );
  }

  stage() {
    const { opening } = this.board;
    const hero = heroOf(this.board, this.announcing);
    const shut = opening && !opening.open && !this.hasCalls();
    const { layout } = this.start.screen;
    const media = layout === "split" || layout === "totem";
    const calm = shut || !hero;
    return html`
      <main class=${calm ? "stage empty" : "stage"} data-calm=${calm} data-media=${media}
        .style=${`--rows:${this.plan.rows};--row-size:${this.plan.size ?? 0}px`}>
        ${shut ? parts.closed(this, opening) : nothing}
        ${!shut && !hero ? parts.empty(this) : nothing}
        ${
          shut || !hero
            ? nothing
            : [parts.hero(this, hero), parts.list(this, rowsOf(this.board, this.announcing, this.plan.rows), this.plan)]
        }
        ${media ? html`<aside class="media"><board-media url=${this.start.media}></board-media></aside>` : nothing}
      </main>`;
  }

  sign() {
    const { call, calling } = signOf(this.board, this.announcing, this.start.screen.counter);
    return html`<main class="stage">${parts.sign(this, call, calling)}</main>`;
  }

  spoken() {
    const call = this.announcing.current;
    return call ? this.t("board.spoken", { label: call.label, counter: call.counter.name }) : nothing;
  }
}

customElements.define("queue-board", QueueBoard);
