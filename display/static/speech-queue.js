// A display that shows several zones has one loudspeaker: their sentences come one after another.

export class SpeechQueue {
  #last = Promise.resolve();
  #onChange;

  /**
   * The number of the call that is being spoken, or null.
   * @type {number | null}
   */
  speaking = null;

  /**
   * onChange() is called whenever another call is being spoken.
   * @param {() => void} onChange
   */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  /**
   * Let `speak` say a call, once whoever came before is done; settles as it does.
   * @param {{ seq: number }} call
   * @param {() => Promise<void>} speak
   */
  say({ seq }, speak) {
    const turn = this.#last.then(async () => {
      this.#now(seq);
      try {
        await speak();
      } finally {
        this.#now(null);
      }
    });
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** @param {number | null} seq */
  #now(seq) {
    this.speaking = seq;
    this.#onChange();
  }
}
