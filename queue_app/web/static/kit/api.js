// One way to talk to /api/v1: JSON in, JSON out, and every failure is a Problem with a code to translate.

/** @import { AnswerOf, BodyOf, Method, ProblemFields, RequestOptions } from "./kit-types.d.ts" */

const TIMEOUT_MS = 10_000;

/** A refused or failed request. code: the server's word for it, or "unreachable" when no answer came. */
export class Problem extends Error {
  /** @param {ProblemFields} fields */
  constructor({ code = "internal", title = "", detail = "", status = 0, opening = null, field = null } = {}) {
    super(title || code);
    this.name = "Problem";
    this.code = code;
    this.title = title;
    this.detail = detail;
    this.status = status;
    this.opening = opening; // of a service that gives no number: why, until when
    this.field = field; // the setting that is wrong
  }
}

/**
 * What was caught, as a problem; a fault of the page's own is one inside.
 * @param {unknown} fault
 */
export function asProblem(fault) {
  return fault instanceof Problem ? fault : new Problem({ detail: String(fault) });
}

/**
 * @param {string} method
 * @param {unknown} body
 * @param {RequestOptions} options
 */
function headersOf(method, body, { key, csrf, language }) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json" };
  const lang = language ?? document.documentElement.lang;
  if (lang) headers["Accept-Language"] = lang;
  if (body instanceof Blob) headers["Content-Type"] = body.type;
  else if (body !== undefined && body !== null) headers["Content-Type"] = "application/json";
  if (key) headers["Idempotency-Key"] = key;
  const token = csrf ?? csrfToken();
  if (token && method !== "GET") headers["X-CSRFToken"] = token;
  return headers;
}

/** The page's token against forged requests: for requests of scripts and for forms; "" where there is none. */
export function csrfToken() {
  return document.querySelector('meta[name="csrf"]')?.getAttribute("content") ?? "";
}

/**
 * @param {Response} response
 * @returns {Promise<any>}
 */
async function read(response) {
  const text = await response.text();
  if (!text) return null;
  try {
    return JSON.parse(text);
  } catch {
    // A proxy's own error page is not JSON; the status still tells the story.
    return null;
  }
}

/**
 * Send a request and take its answer, both within the time. A file is sent as it is, anything else as JSON.
 * @template Answer
 * @param {string} method
 * @param {string} path
 * @param {unknown} body
 * @param {RequestOptions} options
 * @param {(response: Response) => Promise<Answer>} take
 * @returns {Promise<Answer>}
 */
async function request(method, path, body, options, take) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), options.timeout ?? TIMEOUT_MS);
  const none = body === undefined || body === null;
  try {
    const response = await fetch(path, {
      method,
      headers: headersOf(method, body, options),
      body: none ? undefined : body instanceof Blob ? body : JSON.stringify(body),
      credentials: "same-origin",
      cache: "no-store",
      signal: controller.signal,
    });
    if (response.ok) return await take(response);
    throw new Problem({ ...((await read(response)) ?? {}), status: response.status });
  } catch (fault) {
    if (fault instanceof Problem) throw fault;
    throw new Problem({ code: "unreachable", detail: fault instanceof Error ? fault.message : String(fault) });
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Send a request; returns the decoded answer (null when empty).
 *
 * key: idempotency key, so that a repeat gets the first answer. csrf: token, else the page's `<meta name="csrf">`.
 * timeout: milliseconds. language: of the problem's title, else the page's. Throws Problem.
 * @template {Method} M
 * @template {string} Path
 * @param {M} method
 * @param {Path} path
 * @param {BodyOf<M, Path> | Blob | null} [body]
 * @param {RequestOptions} [options]
 * @returns {Promise<AnswerOf<M, Path>>}
 */
export function api(method, path, body, options = {}) {
  return request(method, path, body, options, read);
}

/**
 * Send a request whose answer is a file, such as a picture. Throws Problem.
 * @template {Method} M
 * @template {string} Path
 * @param {M} method
 * @param {Path} path
 * @param {BodyOf<M, Path> | null} [body]
 * @param {RequestOptions} [options]
 */
export function apiFile(method, path, body, options = {}) {
  return request(method, path, body, options, (response) => response.blob());
}

/** Leave for the sign-in form, which leads back to this page: for when the session is over. */
export function signInAgain() {
  location.assign(`/counter/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
}

/** A new idempotency key: 32 hexadecimal digits of chance. Works without a secure context. */
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
