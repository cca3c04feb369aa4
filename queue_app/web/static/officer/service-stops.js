// Staff stop the numbers of a service at once, and give them again: all that this officer may run.

import { api, asProblem, signInAgain } from "../kit/api.js";
import { pick } from "../kit/i18n.js";
import { inWords, Part } from "../kit/page.js";
import { html, nothing } from "../kit/vendor/lit.js";
import { focusOn, icon } from "../site/parts.js";
import { stoppable } from "./issue-rules.js";
import { choices } from "./sheet-parts.js";

/**
 * @import { Language, ProblemFields } from "../kit/kit-types.d.ts"
 * @import { Changed } from "../kit/vendor/lit.d.ts"
 * @import { AgencyService, OfficerBoot } from "./officer-types.d.ts"
 */

/** @extends {Part<OfficerBoot>} */
export class ServiceStops extends Part {
  static properties = {
    services: { state: true },
    chosen: { state: true },
    note: { state: true },
    busy: { state: true },
  };

  constructor() {
    super();
    /** @type {AgencyService[] | null} */
    this.services = null;
    /** @type {number | null} a service */
    this.chosen = null;
    /** @type {{ bad?: boolean, text: string } | null} */
    this.note = null;
    this.busy = false;
  }

  connectedCallback() {
    super.connectedCallback();
    this.look();
  }

  /** @param {Changed} changed */
  updated(changed) {
    // What there is to choose from has come.
    if (changed.has("services") && !changed.get("services")) focusOn(this, "[autofocus]");
  }

  get service() {
    return this.services?.find(({ id }) => id === this.chosen) ?? null;
  }

  /** Fetch the services, and how each of them is now. */
  async look() {
    try {
      this.services = stoppable(await api("GET", "/api/v1/catalogue"), this.boot.officer);
      if (!this.service)
        this.chosen = this.services.find(({ why }) => why === "stopped")?.id ?? this.services[0]?.id ?? null;
    } catch (fault) {
      this.#refused(asProblem(fault), this.t("officer.unreachable.list"));
    }
  }

  /**
   * Stop the chosen service, or let it give numbers again. Sent twice it does no harm.
   * @param {Event} event
   */
  async send(event) {
    event.preventDefault();
    const { service, busy, t, language } = this;
    if (busy || !service) return;
    const verb = service.why === "stopped" ? "resume" : "stop";
    const name = pick(service.name, language);
    this.busy = true;
    try {
      await api("POST", `/api/v1/services/${service.id}/${verb}`, {}, { timeout: 8_000 });
      this.note = { text: t(`officer.stops.done_${verb}`, { service: name }) };
      await this.look();
    } catch (fault) {
      this.#refused(asProblem(fault), t("officer.unreachable.detail", { act: t("officer.act.stops") }));
    } finally {
      this.busy = false;
    }
  }

  /**
   * @param {ProblemFields} problem
   * @param {string} lost
   */
  #refused(problem, lost) {
    const { t } = this;
    if (problem.code === "sign_in_needed") signInAgain();
    const { title, detail } = inWords(problem, t, { title: t("officer.unreachable.title"), detail: lost });
    this.note = { bad: true, text: [title, detail].filter(Boolean).join(". ") };
  }

  // Why a service gives no numbers, in a word; the kiosk says more.
  /** @param {AgencyService} service */
  #state({ open, why }) {
    const {
      t,
      boot: { assets },
    } = this;
    if (why === "stopped")
      return html`<span class="chip bad">${icon(assets, "ban")}${t("officer.stops.stopped")}</span>`;
    return t(open ? "officer.stops.gives" : "officer.stops.closed");
  }

  /** @param {AgencyService[]} services */
  #list(services) {
    const {
      t,
      language,
      chosen,
      service,
      busy,
      boot: { assets, officer },
    } = this;
    if (!services.length) return html`<p class="sheet-text">${t("officer.stops.none")}</p>`;
    const stopped = service?.why === "stopped";
    return html`<div class="sheet-list" tabindex="-1">${choices({
      name: "stop",
      label: t("officer.stops.service"),
      value: chosen,
      onPick: (id) => {
        this.chosen = id;
        this.note = null;
      },
      options: services.map((one) => ({
        value: one.id,
        beside: this.#state(one),
        main: html`${pick(one.name, language)}${
          officer.agency_id === one.agency.id ? nothing : html` <small>${one.agency.short}</small>`
        }`,
      })),
    })}</div>
      <p class="stops-act"><button class="button ${stopped ? "primary" : "danger"} ${busy ? "busy" : ""}"
        aria-disabled=${busy}>
        ${icon(assets, stopped ? "player-play" : "ban")}${t(`officer.stops.${stopped ? "resume" : "stop"}`, {
          service: pick(service?.name, language),
        })}</button></p>`;
  }

  render() {
    const { t, note, services } = this;
    return html`<form class="stops" novalidate @submit=${(event) => this.send(event)}>
      <p class="sheet-text">${t("officer.stops.text")}</p>
      <div role="alert">${note ? html`<p class="banner ${note.bad ? "bad" : "good"}">${note.text}</p>` : nothing}</div>
      ${
        services
          ? this.#list(services)
          : note
            ? html`<p class="sheet-wait"><button type="button" class="button" @click=${() => {
                this.note = null;
                this.look();
              }}>${t("officer.retry")}</button></p>`
            : html`<p class="sheet-wait" role="status">${t("officer.loading")}</p>`
      }</form>`;
  }
}

customElements.define("service-stops", ServiceStops);
