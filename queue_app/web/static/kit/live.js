// Follows rooms of the server over one socket and heals by itself: the only reader of live data on every page.

import { backOff, clockOffset, emptyRoom, health, isTemporary, reduce } from "./live-rules.js";
import { io } from "./vendor/socket.io.js";

/**
 * @import { LiveStatus, ProblemFields, RoomListener, RoomMessage, RoomState, RoomUpdate, StateOf }
 *   from "./kit-types.d.ts"
 * @import { Socket, SocketOptions } from "./vendor/socket.io.d.ts"
 */

/**
 * A room as the page follows it. since: when the page first asked; heard: when the room last spoke; asked: when the
 * page last asked; attempt: how often in vain.
 * @typedef {{
 *   room: RoomState, listeners: Set<RoomListener>, since: number, heard: number | null, asked: number,
 *   joined: boolean, pending: boolean, attempt: number, retry: ReturnType<typeof setTimeout> | undefined,
 * }} Entry
 */

const ACK_TIMEOUT = 5_000;
const REFUSED_AGAIN = 30_000;

/**
 * @param {string} url
 * @param {object | null} auth
 */
function open(url, auth) {
  /** @type {SocketOptions} */
  const options = {
    transports: ["websocket"],
    forceNew: true,
    reconnectionDelay: 500,
    reconnectionDelayMax: 2_000,
    randomizationFactor: 0.5,
    timeout: 5_000,
    ...(auth ? { auth } : {}),
  };
  return url ? io(url, options) : io(options);
}

export class Live {
  #socket;
  /** @type {Map<string, Entry>} */
  #rooms = new Map();
  #onStatus;
  #silence;
  /** @type {number[]} */
  #samples = [];
  // Time passes by the page's own stopwatch, which nobody sets: only the server's word says what o'clock it is.
  #offset = Date.now() - performance.now();
  /** @type {string | null} */
  #build = null;
  #closed = false;
  #published = "";
  #spoke = performance.now();
  #started = performance.now();
  #timer;
  #check = () => this.#tick();

  /**
   * url: server origin, "" for the page's own. auth: object sent on connecting (`{token}` for staff).
   * onStatus({status, lastGood, build, offset}) is called at every change; lastGood is in server milliseconds, offset
   * is the server's clock minus the page's.
   * silence: ms without a word from a room before its data counts as stale.
   * @param {{
   *   url?: string, auth?: object | null, onStatus?: (status: LiveStatus) => void, silence?: number,
   *   connect?: (url: string, auth: object | null) => Socket,
   * }} [options]
   */
  constructor({ url = "", auth = null, onStatus = () => {}, silence = 15_000, connect = open } = {}) {
    this.#onStatus = onStatus;
    this.#silence = silence;
    this.#socket = connect(url, auth);
    this.#socket.on("connect", () => this.#connected());
    this.#socket.on("disconnect", (/** @type {string} */ reason) => this.#lost(reason === "io server disconnect"));
    this.#socket.on("connect_error", () => this.#lost(!this.#socket.active));
    this.#socket.on("state", (/** @type {RoomMessage} */ message) => this.#hear({ ...message, type: "state" }));
    this.#socket.on("beat", (/** @type {RoomMessage} */ message) => this.#hear({ ...message, type: "beat" }));
    this.#timer = setInterval(this.#check, Math.min(1_000, silence / 5));
    // A phone that wakes up or a cable put back must not wait for the next tick.
    globalThis.addEventListener?.("online", this.#check);
    globalThis.document?.addEventListener("visibilitychange", this.#check);
    // Later, so that the page already holds this object when it hears from it.
    queueMicrotask(() => this.#tell());
  }

  /**
   * Follow a room. onState({seq, state, news, fresh}); fresh says the state is a snapshot. Returns a function to leave.
   * last: number of the state the page already shows. onProblem(problem) hears lasting refusals.
   * @template {string} Name
   * @param {Name} name
   * @param {(update: RoomUpdate<StateOf<Name>>) => void} onState
   * @param {{ last?: number | null, onProblem?: (problem: ProblemFields) => void }} [options]
   */
  join(name, onState, { last = null, onProblem = () => {} } = {}) {
    const listener = /** @type {RoomListener} */ ({ onState, onProblem });
    const entry = this.#rooms.get(name) ?? this.#enter(name, last);
    const { seq, state } = entry.room;
    if (seq !== null && state !== null)
      queueMicrotask(() => entry.listeners.has(listener) && listener.onState({ seq, state, news: [], fresh: true }));
    entry.listeners.add(listener);
    return () => this.#leave(name, entry, listener);
  }

  /**
   * @param {string} name
   * @param {number | null} last
   */
  #enter(name, last) {
    /** @type {Entry} */
    const entry = {
      room: emptyRoom(last),
      listeners: new Set(),
      since: performance.now(),
      heard: null,
      asked: 0,
      joined: false,
      pending: false,
      attempt: 0,
      retry: undefined,
    };
    this.#rooms.set(name, entry);
    if (this.#socket.connected) this.#ask(name, entry, last);
    return entry;
  }

  /** The server's time now, in milliseconds since the epoch. */
  now() {
    return Math.round(performance.now() + this.#offset);
  }

  /**
   * The same object onStatus receives.
   * @returns {LiveStatus}
   */
  get status() {
    const entries = [...this.#rooms.values()];
    const unheard = entries.filter((entry) => entry.heard === null);
    const last = entries.flatMap(({ heard }) => (heard === null ? [] : [heard]));
    const lastGood = last.length ? Math.min(...last) : null;
    const status = health({
      connected: this.#socket.connected,
      joined: entries.every((entry) => entry.joined),
      heard: unheard.length || !entries.length ? null : lastGood,
      since: Math.min(...unheard.map((entry) => entry.since), entries.length ? Infinity : this.#started),
      now: performance.now(),
      silence: this.#silence,
    });
    return {
      status,
      lastGood: lastGood === null ? null : Math.round(lastGood + this.#offset),
      build: this.#build,
      offset: this.now() - Date.now(),
    };
  }

  /**
   * Say something to the server; a promise of its answer, rejected when there is none within `ms`.
   * @param {string} event
   * @param {object} message
   * @param {number} [ms]
   * @returns {Promise<unknown>}
   */
  ask(event, message, ms = ACK_TIMEOUT) {
    return new Promise((done, fail) => {
      if (!this.#socket.connected) {
        fail(new Error("not connected"));
        return;
      }
      this.#socket
        .timeout(ms)
        .emit(event, message, (/** @type {Error | null} */ late, /** @type {unknown} */ answer) =>
          late ? fail(late) : done(answer),
        );
    });
  }

  /** Leave everything and close the socket. */
  close() {
    this.#closed = true;
    clearInterval(this.#timer);
    globalThis.removeEventListener?.("online", this.#check);
    globalThis.document?.removeEventListener("visibilitychange", this.#check);
    for (const entry of this.#rooms.values()) clearTimeout(entry.retry);
    this.#rooms.clear();
    this.#socket.disconnect();
  }

  /**
   * @param {string} name
   * @param {Entry} entry
   * @param {RoomListener} listener
   */
  #leave(name, entry, listener) {
    entry.listeners.delete(listener);
    if (entry.listeners.size || this.#rooms.get(name) !== entry) return;
    clearTimeout(entry.retry);
    this.#rooms.delete(name);
    if (this.#socket.connected) this.#socket.emit("leave", { room: name });
  }

  #connected() {
    this.#spoke = performance.now();
    for (const [name, entry] of this.#rooms) {
      entry.attempt = 0;
      entry.pending = false;
      this.#ask(name, entry, entry.room.seq);
    }
    this.#tell();
  }

  /** @param {boolean} byServer */
  #lost(byServer) {
    for (const entry of this.#rooms.values()) {
      clearTimeout(entry.retry);
      entry.pending = false;
      entry.joined = false;
    }
    // The library does not come back by itself after the server has closed or refused the socket.
    if (byServer) setTimeout(() => this.#closed || this.#socket.connect(), 500 + Math.random() * 1_500);
    this.#tell();
  }

  /**
   * @param {string} name
   * @param {Entry} entry
   * @param {number | null} last
   */
  #ask(name, entry, last) {
    if (entry.pending) return;
    clearTimeout(entry.retry);
    entry.pending = true;
    entry.asked = performance.now();
    const session = this.#socket.id;
    this.#socket.timeout(ACK_TIMEOUT).emit("join", { room: name, last }, (late, answer) => {
      if (this.#rooms.get(name) !== entry || this.#socket.id !== session) return;
      entry.pending = false;
      if (!late) this.#spoke = performance.now();
      if (!late && answer?.ok) this.#hear({ ...answer, type: "snapshot", room: name, asked: last });
      else this.#refused(name, entry, last, late ? null : answer?.problem);
    });
  }

  /**
   * @param {string} name
   * @param {Entry} entry
   * @param {number | null} last
   * @param {ProblemFields | null} [problem] null where nobody answered
   */
  #refused(name, entry, last, problem) {
    const temporary = isTemporary(problem);
    if (problem && !temporary) for (const listener of entry.listeners) listener.onProblem(problem);
    const wait = temporary ? backOff(entry.attempt, Math.random()) : REFUSED_AGAIN;
    entry.attempt += 1;
    entry.retry = setTimeout(() => this.#socket.connected && this.#ask(name, entry, last), wait);
  }

  /** @param {RoomMessage} message */
  #hear(message) {
    const { room: name = "" } = message;
    const entry = this.#rooms.get(name);
    if (!entry) return;
    entry.heard = this.#spoke = performance.now();
    entry.joined = true;
    if (message.type === "snapshot") entry.attempt = 0;
    if (message.at != null) this.#setClock(message.at);
    if (message.build != null) this.#build = message.build;
    const { room, deliver, rejoin } = reduce(entry.room, message);
    entry.room = room;
    if (deliver) for (const listener of [...entry.listeners]) this.#hand(listener, deliver);
    if (rejoin) this.#ask(name, entry, rejoin.last);
    this.#tell();
  }

  /**
   * @param {RoomListener} listener
   * @param {RoomUpdate<unknown>} deliver
   */
  #hand(listener, deliver) {
    try {
      listener.onState(deliver);
    } catch (fault) {
      // One broken listener must not keep the others from the news.
      globalThis.reportError?.(fault);
    }
  }

  /** @param {number} at */
  #setClock(at) {
    const { samples, offset } = clockOffset(this.#samples, at - performance.now());
    this.#samples = samples;
    this.#offset = offset;
  }

  #tick() {
    const now = performance.now();
    if (this.#socket.connected) {
      for (const [name, entry] of this.#rooms) {
        // Two beats are missing: ask, before the page has to call its data old.
        const quiet = entry.heard !== null && now - Math.max(entry.heard, entry.asked) > this.#silence * 0.7;
        if (quiet && !entry.pending) this.#ask(name, entry, entry.room.seq);
      }
      // Connected on paper only: a half-open line is cut here, long before the system would notice.
      if (this.#rooms.size && now - this.#spoke > this.#silence * 2) {
        this.#spoke = now;
        this.#socket.io?.engine?.close();
      }
    }
    this.#tell();
  }

  #tell() {
    if (this.#closed) return;
    const status = this.status;
    const summary = `${status.status} ${status.build} ${Math.round(status.offset / 500)}`;
    if (summary === this.#published) return;
    this.#published = summary;
    this.#onStatus(status);
  }
}
