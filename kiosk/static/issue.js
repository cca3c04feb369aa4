// Asking for a number, and for proof of its paper. Network and waiting are handed in; the rules are here.

import { asProblem } from "../kit/api.js";

/**
 * @import { Problem } from "../kit/api.js"
 * @import { Job } from "./kiosk-types.d.ts"
 */

/**
 * @typedef {{
 *   ask: () => Promise<Job | null | undefined>, wanted: () => boolean, onJob: (job: Job) => void,
 *   wait: (ms: number) => Promise<void>, every?: number, longest?: number,
 * }} Watched
 */

const POLL_EVERY = 700;
const POLL_FOR = 60_000;

/**
 * Whether the same request may succeed if it is simply sent again: no answer, overload, or the server's own fault.
 * @param {Problem} problem
 */
export function isPassing(problem) {
  return problem.code === "unreachable" || problem.status === 429 || problem.status >= 500;
}

/**
 * Send one request until it is answered: `{answer}`, `{problem}`, or null when the visitor has gone.
 *
 * send(): the request, always with the same idempotency key, so that however often it arrives one ticket is issued.
 * wanted(): whether somebody still waits for it. onUnreachable(): called after each attempt without an answer.
 * @template Answer
 * @param {{
 *   send: () => Promise<Answer>, wanted: () => boolean, onUnreachable: () => void, pause: () => Promise<void>,
 * }} how
 * @returns {Promise<{ answer: Answer, problem?: undefined } | { problem: Problem } | null>}
 */
export async function untilAnswered({ send, wanted, onUnreachable, pause }) {
  for (;;) {
    try {
      return { answer: await send() };
    } catch (fault) {
      const problem = asProblem(fault);
      if (!isPassing(problem)) return { problem };
    }
    if (!wanted()) return null;
    onUnreachable();
    await pause();
    if (!wanted()) return null;
  }
}

/**
 * Ask for a paper until it is settled, nobody looks any more, or a minute has passed.
 * @param {Watched} how
 */
export async function watchPaper({ ask, wanted, onJob, wait, every = POLL_EVERY, longest = POLL_FOR }) {
  for (let spent = 0; spent < longest && wanted(); spent += every) {
    await wait(every);
    if (!wanted()) return;
    try {
      const job = await ask();
      if (job) onJob(job);
    } catch {
      // The slip is a courtesy: an unanswered question only means that the visitor is told to take a photograph.
    }
  }
}
