// What is known of a print job, as plain data, and what to say of it:
// `say`: none (nothing is printed), waiting, ready, presenter (the slip is to be pulled out), taken, elsewhere (at
// another printer), unsure (ask), trouble.
// `proved`: nothing more is to be learnt. `answer`: what the visitor said to the question, "yes" or "again".

/**
 * @import { Names } from "../kit/kit-types.d.ts"
 * @import { Job, Paper, Timings } from "./kiosk-types.d.ts"
 */

/** Job states that prove the paper, and those that say that it will not come by itself. */
const PROVED = new Set(["printed", "sent"]);
const FAILED = new Set(["failed", "held", "uncertain", "cancelled", "expired"]);

/**
 * Of a ticket that has none.
 * @type {Paper}
 */
export const NO_PAPER = { say: "none", at: null, place: null, proved: false, askUntil: null, answer: null };

/** What to take for the job when the server cannot be asked. */
export const FAILED_JOB = { state: "failed", detail: "", copy: 1, place: null, taken: null };

/**
 * A paper was asked for; `known` is what the kiosk knew of its printer before: ready, elsewhere, trouble, none.
 * @param {Job | null} job
 * @param {string | undefined} known
 * @param {number} now
 * @returns {Paper}
 */
export function begun(job, known, now) {
  if (!job) return NO_PAPER;
  return { ...NO_PAPER, say: known === "trouble" ? "trouble" : "waiting", at: now };
}

/**
 * What to say of a paper that came out: whether it was taken, if the printer can tell.
 * @param {Job} job
 * @param {Names | null} place
 * @returns {Pick<Paper, "say" | "proved">}
 */
function came({ taken }, place) {
  if (place) return { say: "elsewhere", proved: true };
  if (taken === false) return { say: "presenter", proved: false };
  return { say: taken ? "taken" : "ready", proved: true };
}

/**
 * The server said something of the job `{state, detail, copy, place, taken}`.
 * @param {Paper} paper
 * @param {Job} job
 * @param {Pick<Timings, "answer">} timings
 * @param {number} now
 * @returns {Paper}
 */
export function heardPaper(paper, job, timings, now) {
  const place = job.place ?? null;
  if (PROVED.has(job.state)) return { ...paper, ...came(job, place), place, askUntil: null };
  // What was asked about is the visitor's to say now; the copy that follows is not asked about again.
  if (job.state === "uncertain" && job.copy === 1 && paper.at !== null) {
    if (paper.askUntil !== null || paper.answer !== null) return paper;
    return { ...paper, say: "unsure", place, askUntil: now + timings.answer };
  }
  if (FAILED.has(job.state)) return { ...paper, say: "trouble", place: null };
  if (place) return paper.say === "elsewhere" ? paper : { ...paper, say: "elsewhere", place, at: now };
  // Queued with a reason: a fault is known, and the paper may still come.
  return job.state === "queued" && job.detail && paper.say === "waiting" ? { ...paper, say: "trouble" } : paper;
}

/**
 * Time passes: 5 s without proof, or a question that nobody answers.
 * @param {Paper} paper
 * @param {Pick<Timings, "paper">} timings
 * @param {number} now
 * @returns {Paper}
 */
export function latePaper(paper, timings, now) {
  if (paper.say === "waiting" && now - (paper.at ?? now) >= timings.paper) return { ...paper, say: "trouble" };
  if (paper.say === "unsure" && now >= (paper.askUntil ?? now)) return { ...paper, say: "trouble" };
  return paper;
}

/**
 * The visitor says whether the paper came out; said once.
 * @param {Paper} paper
 * @param {boolean} came
 * @param {number} now
 * @returns {Paper}
 */
export function answeredPaper(paper, came, now) {
  if (paper.say !== "unsure") return paper;
  if (came) return { ...paper, say: "ready", proved: true, answer: "yes", place: null };
  return { ...paper, say: "waiting", at: now, answer: "again", place: null };
}
