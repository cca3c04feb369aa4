// Speaks the calls of a zone, if this display is the one that holds the zone's voice: the server lends it for a few
// seconds at a time. Each display of the zone keeps the same queue; a call that another has spoken is only shown.

/**
 * @import { Call, Clip, How, Lease, Said, Sounded, Voice } from "./board-types.d.ts"
 * @import { Clips } from "./clips.js"
 * @import { SpeechQueue } from "./speech-queue.js"
 * @import { Sound } from "./sound.js"
 */

/** What grew old while nobody could speak for longer than this is shown only (ms). */
const LATE = 20_000;
/** The one that speaks renews a lease of this age, and looks so often; the others ask so often (ms). */
const RENEW = 800;
const LOOK = 200;
const ASK = 500;
const ANSWER = 1_500;
/** We count the lease as shorter than it is: silent before another may begin (ms). */
const MARGIN = 600;
/** With so many calls waiting each is spoken once only, so that none waits long. */
const CROWD = 2;
const GUESS = 7_000;
const REMEMBERED = 64;

const sleep = (/** @type {number} */ ms) => new Promise((done) => setTimeout(done, ms));

export class Speaker {
  #ask;
  #sound;
  #clips;
  #speechQueue;
  #now;
  #voice;
  #log;
  #me;
  #zone;
  #until = 0;
  #askedAt = -RENEW;
  #lent = 0;
  /** @type {boolean | null} whether the voice was ours last */
  #mine = null;
  /** @type {number[]} */
  #spoken = [];
  /** @type {Set<number>} */
  #elsewhere = new Set();
  #late;
  /** @type {number | null} */
  #cutAt = null;
  #freshFrom = 0;
  #seen = performance.now();
  #woke = 0;
  #slept = false;
  /** @type {number | null} */
  #drift = null;
  #pace = GUESS;

  /**
   * ask(event, message, ms): a promise of the server's answer. now(): server time. voice: `{on, times, both, gong,
   * agency, language}`. speechQueue: lets the zones of this display speak in turn. me: a name that no other page has.
   * late: in place of LATE. log(record) hears of each sound: `{what, seq, from, to, heard}`.
   * @param {{
   *   ask: (event: string, message: object, ms: number) => Promise<unknown>, sound?: Sound, clips?: Clips,
   *   speechQueue: SpeechQueue, now: () => number, voice: Voice, zone: string, me: string, late?: number,
   *   log?: (record: Sounded) => void,
   * }} how
   */
  constructor({ ask, sound, clips, speechQueue, now, voice, zone, me, late = LATE, log = () => {} }) {
    this.#ask = ask;
    this.#sound = sound;
    this.#clips = clips;
    this.#speechQueue = speechQueue;
    this.#now = now;
    this.#voice = voice;
    this.#me = me;
    this.#zone = zone;
    this.#late = late;
    this.#log = log;
    setInterval(() => this.#watch(), 1_000);
  }

  /**
   * Announce a call. Resolves to spoken, elsewhere (another display speaks), late or silent (voice off); rejects when
   * it could not be heard. waiting: the calls behind it.
   * @param {Call} call
   * @param {() => Call[]} waiting
   * @returns {Promise<How>}
   */
  async announce(call, waiting) {
    if (!this.#voice.on) return "silent";
    if (this.#sound?.state !== "on") throw new Error("blocked");
    for (;;) {
      const turn = await this.#turn(call, waiting);
      if (turn !== "mine") return turn;
      const began = performance.now();
      const renew = setInterval(() => this.#isDue() && this.#renew(call, waiting()), LOOK);
      try {
        await this.#speechQueue.say(call, () => this.#say(call, waiting));
        this.#pace = this.#pace * 0.7 + (performance.now() - began) * 0.3;
        this.#done(call, waiting());
        return "spoken";
      } catch (fault) {
        if (this.#holds()) {
          // Our loudspeaker is broken: let another display of the zone try.
          this.#giveBack();
          this.#mine = false;
          throw fault;
        }
        // The voice went to another in mid-sentence: see whether it says this call.
      } finally {
        clearInterval(renew);
      }
    }
  }

  #holds() {
    this.#watch();
    return performance.now() < this.#until;
  }

  /** A page that slept was away as if it had been cut off. */
  #watch() {
    const now = performance.now();
    if (now - this.#seen > this.#late) {
      this.#woke = now;
      this.#slept = true;
      this.#until = 0;
    }
    this.#seen = now;
  }

  /**
   * Where the computer slept, the page's stopwatch stood still with it: the server's clock has gone on without us.
   * @param {number} at
   */
  #overslept(at) {
    const before = this.#drift;
    this.#drift = at - performance.now();
    return before !== null && this.#drift - before > this.#late;
  }

  #isDue() {
    return performance.now() - this.#askedAt > RENEW;
  }

  /**
   * Wait until this call is ours to speak ("mine"), or needs no word of ours.
   * @param {Call} call
   * @param {() => Call[]} waiting
   * @returns {Promise<"mine" | "elsewhere" | "late">}
   */
  async #turn(call, waiting) {
    // The one that spoke last goes first, so that the voice does not wander between loudspeakers.
    if (this.#mine === false) await sleep(ASK);
    for (;;) {
      if (this.#elsewhere.has(call.seq)) return "elsewhere";
      if (!this.#holds() || this.#isDue()) await this.#renew(call, waiting());
      if (this.#elsewhere.has(call.seq)) return "elsewhere";
      if (this.#isLate(call)) return "late";
      if (this.#holds()) return "mine";
      await sleep(ASK);
    }
  }

  /** @param {Call} call */
  #isLate(call) {
    const cut = this.#cutAt !== null && performance.now() - this.#cutAt > this.#late;
    return call.at < this.#freshFrom || (cut && this.#now() - call.at > this.#late);
  }

  /**
   * Ask for the voice, or keep it; null when the server does not answer.
   * @param {Call} call
   * @param {Call[]} rest
   */
  async #renew(call, rest) {
    const asked = performance.now();
    this.#askedAt = asked;
    const lent = this.#lent;
    const waits = [call, ...rest].map(({ seq }, n) => [seq, Math.round(n * this.#pace)]);
    const said = await this.#tell({ call: call.seq, queue: waits.slice(0, 20) });
    this.#watch();
    const answer = asked < this.#woke ? null : said;
    this.#mend(asked, answer);
    if (!answer) return null;
    for (const seq of answer.spoken) if (!this.#spoken.includes(seq)) this.#elsewhere.add(seq);
    if (this.#elsewhere.size > 4 * REMEMBERED) this.#elsewhere = new Set([...this.#elsewhere].slice(-REMEMBERED));
    // An answer to what we asked before we gave the voice back says nothing any more.
    if (lent !== this.#lent) return answer;
    this.#mine = answer.granted;
    this.#until = answer.granted ? Math.max(this.#until, asked + answer.ms - MARGIN) : 0;
    return answer;
  }

  /**
   * @param {number} asked
   * @param {Lease | null} answer
   */
  #mend(asked, answer) {
    if (!answer) {
      this.#cutAt ??= asked;
      return;
    }
    // Whatever grew old in a real break stays unspoken, however long the queue was.
    const cut = this.#cutAt !== null && performance.now() - this.#cutAt > this.#late;
    const slept = this.#overslept(answer.at) || this.#slept;
    if (cut || slept) this.#freshFrom = answer.at - this.#late;
    this.#cutAt = null;
    this.#slept = false;
  }

  /**
   * @param {object} more
   * @returns {Promise<Lease | null>}
   */
  async #tell(more) {
    try {
      const said = { zone: this.#zone, screen: this.#me, spoken: this.#spoken.slice(-8), ...more };
      const answer = /** @type {Lease | null} */ (await this.#ask("speak", said, ANSWER));
      return answer?.ok ? answer : null;
    } catch {
      return null;
    }
  }

  /**
   * @param {Call} call
   * @param {Call[]} rest
   */
  #done(call, rest) {
    this.#spoken = [...this.#spoken, call.seq].slice(-REMEMBERED);
    if (!rest.length) this.#giveBack();
  }

  #giveBack() {
    this.#until = 0;
    this.#lent += 1;
    this.#tell({ queue: [], release: true });
  }

  /**
   * @param {Call} call
   * @param {() => Call[]} waiting
   */
  async #say(call, waiting) {
    // Behind another zone's sentence it may have waited too long.
    if (!this.#holds()) throw new Error("the voice went to another");
    const languages = [call.language, ...(this.#voice.both ? [this.#voice.language] : [])];
    const said = [...new Set(languages)].flatMap((language) => {
      const clips = this.#clips?.of(language, this.#words(call));
      return clips ? [clips] : [];
    });
    if (this.#voice.gong || !said.length) await this.#piece("gong", call, async () => this.#sound?.gong());
    for (let time = 0; time < this.#voice.times; time += 1) {
      if (time && waiting().length > CROWD) break;
      for (const clips of said) {
        const text = clips.map(({ text: word }) => word).join(" ");
        await this.#piece(text, call, async () => this.#sound?.play(clips, () => this.#holds()));
      }
    }
  }

  /**
   * @param {Call} call
   * @returns {Said}
   */
  #words({ label, counter, agency }) {
    return { label, counter: counter.name || counter.code, agency: this.#voice.agency ? agency : "" };
  }

  /**
   * @param {string} what
   * @param {Call} call
   * @param {() => Promise<void>} play
   */
  async #piece(what, { seq, label }, play) {
    const from = performance.now();
    let heard = true;
    try {
      await play();
    } catch (fault) {
      heard = false;
      throw fault;
    } finally {
      this.#log({ what, seq, label, from, to: performance.now(), heard });
    }
  }
}
