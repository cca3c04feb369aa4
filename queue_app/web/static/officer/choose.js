// The officer chooses a counter: a card for each, by zone. A counter somebody holds is taken over only after a
// question.

import { api, asProblem, csrfToken, signInAgain } from "../kit/api.js";
import { Live } from "../kit/live.js";
import { inWords, Page } from "../kit/page.js";
import { SendOnce } from "../kit/send-once.js";
import { html, nothing } from "../kit/vendor/lit.js";
import { ask, icon, languageLinks } from "../site/parts.js";
import "./alarm-banner.js";
import { nameOf } from "./counter-rules.js";

/**
 * @import { CounterChoiceOut } from "../kit/api-types.d.ts"
 * @import { ProblemFields, Words } from "../kit/kit-types.d.ts"
 * @import { ChooseBoot } from "./officer-types.d.ts"
 */

const REFRESH_MS = 10_000;
const SEARCH_FROM = 10;

/**
 * How a counter stands to this officer: closed, mine (here), elsewhere (mine, on another screen) or held.
 * @param {CounterChoiceOut} counter
 * @param {string} me
 */
function standing({ status, mine, officer }, me) {
  if (status === "closed") return "closed";
  if (mine) return "mine";
  return officer === me ? "elsewhere" : "held";
}

const STANDINGS = {
  closed: { act: "open", icon: "moon-stars", words: "officer.choose.closed" },
  mine: { act: "continue", icon: "user-check", words: "officer.choose.mine" },
  elsewhere: { act: "bring", icon: "device-desktop", words: "officer.choose.elsewhere" },
  held: { act: "take_over", icon: "user", words: "officer.choose.open_by" },
};

/**
 * @param {CounterChoiceOut} counter
 * @param {string} text
 */
function matches({ code, name, agency, officer }, text) {
  const words = [code, name, agency?.short, officer].filter(Boolean).join(" ").toLowerCase();
  return words.includes(text.trim().toLowerCase());
}

/** @extends {Page<ChooseBoot>} */
export class OfficerChoose extends Page {
  static properties = {
    counters: { state: true },
    pending: { state: true },
    note: { state: true },
    reached: { state: true },
    text: { state: true },
  };

  constructor() {
    super();
    this.once = new SendOnce();
    this.counters = this.boot.counters;
    /** @type {number | null} the counter being opened */
    this.pending = null;
    /** @type {Words | null} */
    this.note = null;
    this.reached = true;
    this.text = "";
    this.onReturn = () => document.visibilityState === "visible" && this.#refresh();
  }

  connectedCallback() {
    super.connectedCallback();
    document.addEventListener("visibilitychange", this.onReturn);
    this.timer = setInterval(this.onReturn, REFRESH_MS);
    this.live = new Live();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener("visibilitychange", this.onReturn);
    clearInterval(this.timer);
    this.live?.close();
  }

  async #refresh() {
    if (this.pending) return;
    try {
      this.counters = (await api("GET", "/api/v1/counters")).counters;
      this.reached = true;
    } catch (fault) {
      if (asProblem(fault).code === "sign_in_needed") signInAgain();
      this.reached = false;
    }
  }

  /**
   * @param {CounterChoiceOut} counter
   * @returns {Promise<void>}
   */
  async #choose(counter) {
    if (this.pending) return;
    const stands = standing(counter, this.boot.officer.name);
    if (stands === "held" && !(await this.#sure(counter))) return;
    const body = stands === "held" || stands === "elsewhere" ? { take_over: true } : {};
    this.pending = counter.id;
    this.note = null;
    try {
      await this.once.send("POST", `/api/v1/counters/${counter.id}/open`, body);
      location.assign(`/counter/${counter.id}`);
    } catch (fault) {
      this.pending = null;
      await this.#refused(asProblem(fault), counter);
    }
  }

  /** @param {CounterChoiceOut} counter */
  #sure({ name, officer }) {
    const { t } = this;
    const facts = { counter: name, name: officer ?? t("officer.lost.other") };
    return ask({
      title: t("officer.choose.take_over_title", facts),
      text: t("officer.choose.take_over_text", facts),
      yes: t("officer.choose.take_over_yes"),
      no: t("officer.cancel"),
    });
  }

  /**
   * @param {ProblemFields} problem
   * @param {CounterChoiceOut} counter
   */
  async #refused(problem, counter) {
    const { t } = this;
    this.note = inWords(problem, t, {
      title: t("officer.unreachable.title"),
      detail: t("officer.unreachable.detail", { act: t("officer.choose.open") }),
    });
    if (problem.code === "unreachable") return;
    await this.#refresh();
    const now = this.counters.find(({ id }) => id === counter.id);
    // Somebody opened it in between: ask the question that was not asked.
    if (problem.code === "counter_taken" && counter.status === "closed" && now?.status === "open")
      await this.#choose(now);
  }

  /** @param {CounterChoiceOut} counter */
  #card(counter) {
    const {
      t,
      boot: { assets },
    } = this;
    const { id, code, name, agency, officer } = counter;
    const stands = standing(counter, this.boot.officer.name);
    const { act, icon: sign, words } = STANDINGS[stands];
    const busy = this.pending === id;
    return html`<li><button class="card pick ${stands}" aria-disabled=${this.pending !== null}
      @click=${() => this.#choose(counter)}>
      <span class="number pick-code" aria-hidden="true">${code}</span>
      <span class="pick-name"><strong>${name}</strong>${agency ? html`<span>${agency.short}</span>` : nothing}</span>
      <span class="pick-state">${icon(assets, sign)}<span>${t(words, {
        name: officer ?? t("officer.lost.other"),
      })}</span></span>
      <span class="pick-act">${t(`officer.choose.${busy ? "opening" : act}`)}${icon(
        assets,
        busy ? "hourglass" : "arrow-right",
      )}</span>
    </button></li>`;
  }

  #zones() {
    const shown = this.counters.filter((counter) => matches(counter, this.text));
    /** @type {Map<string, CounterChoiceOut[]>} */
    const zones = new Map();
    for (const counter of shown) {
      const key = counter.zone?.code ?? "";
      zones.set(key, [...(zones.get(key) ?? []), counter]);
    }
    return [...zones.values()];
  }

  #list() {
    const { t, language, text } = this;
    const zones = this.#zones();
    if (!zones.length) return html`<p class="no-match" role="status">${t("officer.choose.no_match", { text })}</p>`;
    return zones.map((counters) => {
      const [{ zone }] = counters;
      const heading = zone ? nameOf(zone, language) : t("officer.choose.no_zone");
      return html`<section><h2>${heading} <span>${t("officer.choose.count", { count: counters.length })}</span></h2>
        <ul class="picks">${counters.map((counter) => this.#card(counter))}</ul></section>`;
    });
  }

  #empty() {
    const {
      t,
      boot: { assets },
    } = this;
    return html`<div class="card no-counter">${icon(assets, "building-community", "no-counter-icon")}
      <h2>${t("officer.choose.empty_title")}</h2><p>${t("officer.choose.empty_text")}</p>
      <button class="button primary" @click=${() => location.reload()}>${icon(assets, "refresh")}${t("officer.reload")}
        </button></div>`;
  }

  #bar() {
    const {
      t,
      boot: { assets, officer, languages },
      language,
    } = this;
    return html`<header class="bar">
      <p class="bar-name who">${icon(assets, "user")}<span>${officer.name}</span></p>
      ${languageLinks({ t, languages, current: language, onPick: (code) => (this.language = code) })}
      ${
        ["supervisor", "admin"].includes(officer.role)
          ? html`<a class="bar-button" href="/admin">${icon(assets, "tool")}<span
            class="roomy">${t("officer.choose.manage")}</span></a>`
          : nothing
      }
      <a class="bar-button" href="/reception">${icon(assets, "ticket")}<span
        class="roomy">${t("officer.issue.page")}</span></a>
      <form method="post" action="/counter/sign-out">
        <input type="hidden" name="csrf_token" value=${csrfToken()}>
        <button class="bar-button" type="submit">${icon(assets, "logout")}${t("officer.sign_out")}</button>
      </form>
    </header>`;
  }

  render() {
    const {
      t,
      note,
      boot: { assets },
    } = this;
    document.title = t("officer.choose.title");
    return html`${this.#bar()}
      <main class="choice">
        <staff-alarms .boot=${this.boot} .language=${this.language} .rooms=${this.live}></staff-alarms>
        <div class="choice-head"><div><h1>${t("officer.choose.title")}</h1><p>${t("officer.choose.lead")}</p></div>
          ${
            this.counters.length >= SEARCH_FROM
              ? html`<label class="search">${icon(assets, "search")}<span
                class="visually-hidden">${t("officer.choose.search")}</span>
                <input type="search" placeholder=${t("officer.choose.search")} .value=${this.text}
                  @input=${(event) => (this.text = event.target.value)}></label>`
              : nothing
          }</div>
        <div role="alert">
          ${
            note
              ? html`<p class="banner bad">${icon(assets, "alert-triangle")}<span><strong>${note.title}.</strong>
                ${note.detail}</span></p>`
              : nothing
          }
          ${
            this.reached
              ? nothing
              : html`<p class="banner">${icon(assets, "wifi-off")}<span>${t("officer.choose.unreachable")}</span></p>`
          }</div>
        ${this.counters.length ? this.#list() : this.#empty()}
      </main>`;
  }
}

customElements.define("officer-choose", OfficerChoose);
