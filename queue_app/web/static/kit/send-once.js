// Requests that must not be carried out twice, however often somebody presses the button.
import { api, asProblem, newKey } from "./api.js";

/** @import { AnswerOf, BodyOf, Method } from "./kit-types.d.ts" */

const TIMEOUT_MS = 8_000;

/** Sends requests so that each is carried out once: sent again after no answer came, the same request keeps its key. */
export class SendOnce {
  /** @type {{ said: string, key: string } | null} the request that nobody answered */
  #unanswered = null;

  /**
   * Send a request; returns the decoded answer. Throws Problem.
   * @template {Method} M
   * @template {string} Path
   * @param {M} method
   * @param {Path} path
   * @param {BodyOf<M, Path>} body
   * @returns {Promise<AnswerOf<M, Path>>}
   */
  async send(method, path, body) {
    const said = JSON.stringify([method, path, body]);
    const { key } = this.#unanswered?.said === said ? this.#unanswered : { key: newKey() };
    this.#unanswered = { said, key };
    try {
      const answer = await api(method, path, body, { key, timeout: TIMEOUT_MS });
      this.#unanswered = null;
      return answer;
    } catch (fault) {
      // Only a request without an answer keeps its key: the server may have carried it out.
      if (asProblem(fault).code !== "unreachable") this.#unanswered = null;
      throw fault;
    }
  }

  /** The moment of what nobody answered has passed: sent again, it is another request. */
  forget() {
    this.#unanswered = null;
  }
}
