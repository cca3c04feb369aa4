// The lobby board: draws the zone's state, announces its calls and heals by itself after any break.
import { html, LitElement, nothing, repeat, svg } from "../kit/vendor/lit.js";
import { boot } from "../kit/boot.js";
import { clock, longDate, number, pick, translator, zoneMark } from "../kit/i18n.js";
import { Live } from "../kit/live.js";
import { Announcer } from "./announcer.js";
import { Clips } from "./clips.js";
import { counterMark, emsOf, heroOf, isLost, isNamed, newDesk, rowsOf } from "./board-rules.js";
import { Sound } from "./sound.js";
import { Speaker } from "./speaker.js";

const SECOND = { id: "en", en: "id", ban: "id" };
const ROWS = 6;
const MISSED = { landscape: 5, portrait: 3 };
/** How many stand beside the hint that sound is blocked. */
const MISSED_BESIDE_HINT = 2;
/** From this many missed numbers on, the advice beside them gives way. */
const CROWD = 4;
const RELOADED = "board.reloaded_for";
/** How often the page says how it is (ms), and how many sounds it remembers. */
const REPORT = 5_000;
const REMEMBERED_SOUNDS = 1_000;
const KEY = "screen.key";
const PETALS = [0, 45, 90, 135, 180, 225, 270, 315];

const chance = () => Array.from(crypto.getRandomValues(new Uint8Array(6)), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** What this page calls itself towards the staff: it outlives a reload, and no two windows share it. */
function keyOfPage() {
  const key = sessionStorage.getItem(KEY) ?? `s-${chance()}`;
  sessionStorage.setItem(KEY, key);
  return key;
}

class QueueBoard extends LitElement {
  static properties = {
    board: { state: true }, desk: { state: true }, blocked: { state: true },
    time: { state: true }, lost: { state: true }, portrait: { state: true },
  };

  constructor() {
    super();
    this.start = boot();
    const { text, language } = this.start;
    this.t = translator(text, language);
    this.second = SECOND[language] ?? "en";
    this.t2 = translator(text, this.second);
    this.board = this.start.state;
    this.desk = newDesk();
    this.blocked = false;
    this.lost = false;
    this.shape = matchMedia("(orientation: portrait)");
    this.portrait = this.shape.matches;
  }

  createRenderRoot() {
    this.replaceChildren();
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.shape.addEventListener("change", () => { this.portrait = this.shape.matches; });
    this.begun = Date.now();
    this.liveUntil = this.begun;
    this.key = keyOfPage();
    this.prepareVoice();
    const log = this.start.test ? (window.__played = []) : null;
    this.announcer = new Announcer({
      play: (call, waiting) => this.speaker.announce(call, waiting),
      onChange: (desk) => { this.desk = desk; },
      turn: this.start.turn,
      log,
    });
    this.live = new Live({ silence: this.start.silence, onStatus: (status) => this.follow(status) });
    this.live.join(`board:${this.start.zone.code}`, (message) => this.hear(message), { last: this.start.seq });
    setInterval(() => this.tick(), Math.min(1_000, this.start.silence / 5));
    setInterval(() => this.report(), REPORT);
    this.tick();
  }

  /** Sound, clips and the one who speaks; `window.__sounds` keeps what was played and when, for whoever wonders. */
  prepareVoice() {
    const { voice, zone } = this.start;
    const sounds = (window.__sounds = []);
    if (voice.on) {
      this.sound = new Sound({ volume: voice.volume, onChange: () => this.followSound() });
      this.clips = new Clips(voice.bank);
      this.clips.keep();
    }
    this.speaker = new Speaker({
      ask: (...said) => this.live.ask(...said),
      sound: this.sound,
      clips: this.clips,
      now: () => this.now(),
      voice,
      zone: zone.code,
      me: `${this.key}-${chance()}`,
      log: (record) => {
        sounds.push(record);
        if (sounds.length > REMEMBERED_SOUNDS) sounds.shift();
      },
    });
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
    const shown = (this.desk.current ?? this.board.calls[0])?.label ?? null;
    const said = {
      zone: this.start.zone.code, screen: this.key, layout: "board", sound: this.soundState, shown,
      width: Math.round(innerWidth * devicePixelRatio), height: Math.round(innerHeight * devicePixelRatio),
      build: this.start.build,
    };
    // Nobody waits for the answer: the next report says the same again.
    this.live.ask("report", said).catch(() => {});
  }

  hear({ state, news }) {
    this.board = state;
    this.announcer.hear(news, this.now());
  }

  follow(status) {
    const came = status.status === "live" && this.status?.status !== "live";
    this.status = status;
    if (came) this.report();
    this.tick();
  }

  now() {
    // Before the first beat the server's clock is known from the page itself.
    return this.status?.build ? this.live.now() : this.start.now + Date.now() - this.begun;
  }

  tick() {
    this.time = clock(this.now(), this.start.time_zone);
    const { status } = this.live.status;
    if (status === "live") this.liveUntil = Date.now();
    this.lost = isLost(status, this.liveUntil, Date.now(), this.start.silence / 3);
    this.renew();
  }

  async renew() {
    const build = this.status?.build;
    if (!build || build === this.start.build || !this.announcer.idle || this.renewing) return;
    // Once for each build: a server that names one build and serves another must not keep us reloading.
    if (sessionStorage.getItem(RELOADED) === build) return;
    this.renewing = true;
    const ready = await fetch(location.href, { cache: "no-store" }).then((answer) => answer.ok, () => false);
    this.renewing = false;
    if (!ready || !this.announcer.idle) return;
    sessionStorage.setItem(RELOADED, build);
    location.reload();
  }

  both(key, params) {
    const [first, second] = [this.t(key, params), this.t2(key, params)];
    return html`<span class="first">${first}</span>
      ${second === first ? nothing : html`<span class="second" lang=${this.second}>${second}</span>`}`;
  }

  icon(name) {
    return html`<svg class="icon" aria-hidden="true"><use href=${`${this.start.assets}/kit/icons.svg#${name}`}></use></svg>`;
  }

  render() {
    const hero = heroOf(this.board, this.desk);
    return html`
      ${this.header()}
      <div class="poleng" aria-hidden="true"></div>
      <div class="notice" role="status">${this.lost ? this.lostBar() : nothing}</div>
      <main class=${hero ? "stage" : "stage empty"}>
        ${hero ? [this.hero(hero), this.rows()] : this.empty()}
      </main>
      ${this.footer()}
      <p class="visually-hidden" aria-live="assertive">${this.spoken()}</p>`;
  }

  header() {
    const { language, time_zone: tz, zone, hall } = this.start;
    return html`
      <header class="top">
        <div class="place">
          <p class="hall">${this.board.hall?.name ?? hall.name}</p>
          <h1 class="zone">${pick(this.board.zone?.name ?? zone.name, language)}</h1>
        </div>
        <div class="when">
          <p class="date">${longDate(this.now(), tz, language)}</p>
          <p class="clock number">${this.time}<span class="tz">${zoneMark(tz)}</span></p>
        </div>
      </header>`;
  }

  hero({ call, calling }) {
    const mark = counterMark(call.counter);
    const title = calling ? (call.times > 1 ? "board.recalling" : "board.calling") : "board.last";
    return html`
      <section class="hero" data-calling=${calling}>
        <p class="title">${calling ? this.icon("bell") : nothing}<span class="words">${this.both(title)}</span></p>
        <p class="label number" .style=${`--ems:${emsOf(call.label)}`}>${call.label}</p>
        <p class="goal" data-named=${isNamed(mark)}>
          ${this.icon("arrow-right")}
          <span class="word">${this.both("board.counter")}</span>
          <span class="mark number" .style=${`--ems:${emsOf(mark)}`}>${mark}</span>
        </p>
        <p class="agency">${call.agency}</p>
      </section>`;
  }

  rows() {
    const rows = rowsOf(this.board, this.desk, ROWS);
    return html`
      <section class="list" aria-label=${this.t("board.list")}>
        <div class="heads" aria-hidden="true">
          <p>${this.both("board.number")}</p><p>${this.both("board.counter")}</p>
        </div>
        <ol class="rows">
          ${repeat(rows, ({ label }) => label, (row) => this.row(row))}
        </ol>
      </section>`;
  }

  row({ label, mark, agency, active, lit }) {
    return html`
      <li class="row" data-active=${active} data-lit=${lit}>
        <span class="label number" .style=${`--ems:${emsOf(label)}`}>${label}</span>
        ${this.icon("arrow-right")}
        <span class="where" data-named=${isNamed(mark)}>
          <span class="mark number" .style=${`--ems:${emsOf(mark)}`}>${mark}</span>
          <span class="agency">${agency}</span>
        </span>
      </li>`;
  }

  empty() {
    return html`
      <div class="calm">
        <svg class="padma" viewBox="-100 -100 200 200" aria-hidden="true">
          ${PETALS.map((turn) => svg`
            <path class="outer" transform=${`rotate(${turn + 22.5})`} d="M0-22C-26-42-30-66 0-96C30-66 26-42 0-22Z"></path>
            <path class="inner" transform=${`rotate(${turn})`} d="M0-18C-18-32-21-48 0-70C21-48 18-32 0-18Z"></path>`)}
          <circle class="heart" r="13"></circle>
        </svg>
        <p class="headline">${this.both("board.empty")}</p>
        <p class="advice">${this.both("board.empty_help")}</p>
      </div>`;
  }

  footer() {
    const { missed, waiting } = this.board;
    return html`
      <footer class="foot">
        ${missed.length ? this.missed(missed) : nothing}
        ${this.blocked ? this.hint() : nothing}
        ${missed.length || this.blocked ? nothing : html`<p class="words watch">${this.both("board.watch")}</p>`}
        <p class="waiting">
          ${this.icon("users")}
          <span class="words">${this.both("board.waiting")}</span>
          <span class="number count">${number(waiting, this.start.language)}</span>
        </p>
      </footer>`;
  }

  missed(labels) {
    const limit = this.portrait ? MISSED.portrait : this.blocked ? MISSED_BESIDE_HINT : MISSED.landscape;
    const more = labels.length - limit;
    return html`
      <section class="missed">
        <p class="words">${this.both("board.missed")}</p>
        <ul class="numbers">${labels.slice(0, limit).map((label) => html`<li class="number">${label}</li>`)}</ul>
        ${more > 0 ? html`<p class="number more">+${more}</p>` : nothing}
        ${labels.length < CROWD && !this.blocked && !this.portrait
          ? html`<p class="words help">${this.both("board.missed_help")}</p>`
          : nothing}
      </section>`;
  }

  lostBar() {
    const { lastGood } = this.live.status;
    const time = clock(lastGood ?? this.start.now, this.start.time_zone);
    return html`<div class="lost">${this.icon("wifi-off")}<p>${this.both("board.lost", { time })}</p></div>`;
  }

  hint() {
    return html`
      <button class="hint" type="button">${this.icon("volume-off")}<span class="words">${this.both("board.touch_sound")}</span></button>`;
  }

  spoken() {
    const call = this.desk.current;
    return call ? this.t("board.spoken", { label: call.label, counter: call.counter.name }) : nothing;
  }
}

customElements.define("queue-board", QueueBoard);
