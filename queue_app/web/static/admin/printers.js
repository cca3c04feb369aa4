// Administrators look after printers and print agents: how they are, tests, adding and removing; below, the ticket's
// look.
import { SettingsPage } from "../admin/settings-page.js";
import { api, asProblem } from "../kit/api.js";
import { clock, pick } from "../kit/i18n.js";
import { html, nothing } from "../kit/vendor/lit.js";
import { ask, icon } from "../site/parts.js";
import { agentForm, finder, NEW_PRINTER, printerForm } from "./printer-forms.js";
import "./ticket-editor.js";

/**
 * @import { AgentOut, AgentTokenOut, DiscoveredPrinterOut, NewAgentIn } from "../kit/api-types.d.ts"
 * @import { PrintJobRefOut, PrinterOut, PrinterSettingsOut } from "../kit/api-types.d.ts"
 * @import { Facts } from "../kit/kit-types.d.ts"
 * @import { TemplateValue } from "../kit/vendor/lit.d.ts"
 * @import { Followed, PrinterForm, PrintersBoot } from "../admin/admin-types.d.ts"
 */

const REFRESH_MS = 5_000;
const FOLLOW_MS = 500;
const FOLLOWED_MS = 300_000; // a paper is given up after two minutes; one that the printer holds may come later
const WAITING = new Set(["queued", "sending"]);
const OPEN = new Set([...WAITING, "held"]);
const TROUBLE = new Set(["paper_out", "cover_open", "offline", "error"]);
const GOOD_ENDS = new Set(["printed", "sent"]);

/** @extends {SettingsPage<PrintersBoot>} */
export class AdminPrinters extends SettingsPage {
  static properties = {
    set: { state: true },
    seen: { state: true },
    agents: { state: true },
    form: { state: true },
    agent: { state: true },
    token: { state: true },
    hosts: { state: true },
    found: { state: true },
    papers: { state: true },
  };

  constructor() {
    super();
    /** @type {PrinterSettingsOut[] | null} */
    this.set = null;
    /** @type {Partial<Record<string, PrinterOut>>} how they are, by code */
    this.seen = {};
    /** @type {AgentOut[]} */
    this.agents = [];
    /** @type {PrinterForm | null} */
    this.form = null;
    /** @type {NewAgentIn | null} */
    this.agent = null;
    /** @type {AgentTokenOut | null} */
    this.token = null;
    this.hosts = "";
    /** @type {DiscoveredPrinterOut[] | null} */
    this.found = null;
    /** @type {Partial<Record<string, Followed>>} by printer, the last paper that was asked for on this page */
    this.papers = {};
  }

  connectedCallback() {
    super.connectedCallback();
    this.look();
    setInterval(() => document.visibilityState === "visible" && !this.busy && this.look(), REFRESH_MS);
  }

  look() {
    return this.peek(async () => {
      const [set, agents] = await Promise.all([
        api("GET", "/api/v1/settings/printers"),
        api("GET", "/api/v1/devices/agents"),
        this.glance(),
      ]);
      this.agents = agents.agents;
      this.set = set.printers;
    });
  }

  /** How the printers are now. */
  async glance() {
    const { printers } = await api("GET", "/api/v1/staff/printers");
    this.seen = Object.fromEntries(printers.map((one) => [one.code, one]));
  }

  /**
   * Do something with the server; while it runs the buttons wait. Resolves to its answer, or to undefined.
   * @template Answer
   * @param {string} name
   * @param {() => Promise<Answer>} work
   * @returns {Promise<Answer | null | undefined>}
   */
  async run(name, work) {
    this.busy = name;
    this.note = null;
    try {
      return (await work()) ?? null;
    } catch (fault) {
      this.refused(asProblem(fault));
      return undefined;
    } finally {
      this.busy = "";
      this.look();
    }
  }

  /**
   * @param {string} key
   * @param {Facts} facts
   * @param {boolean} [bad]
   */
  say(key, facts, bad = false) {
    this.note = { bad, text: this.t(`admin.printers.${key}`, facts) };
  }

  /** @param {Event} event */
  async save(event) {
    event.preventDefault();
    if (!this.form) return;
    const { isNew, code, paper_mm: mm, ...wanted } = this.form;
    const place = Object.fromEntries(Object.entries(wanted.place).filter(([, words]) => words.trim()));
    const body = {
      ...wanted,
      paper_mm: mm === 58 ? /** @type {const} */ (58) : /** @type {const} */ (80),
      zone: wanted.zone || null,
      fallback: wanted.fallback || null,
      place: Object.keys(place).length ? place : null,
    };
    const done = await this.run("save", () =>
      isNew
        ? api("POST", "/api/v1/settings/printers", { ...body, code })
        : api("PUT", `/api/v1/settings/printers/${code}`, body),
    );
    if (done !== undefined) this.form = null;
  }

  /**
   * Open the form and lead there: it may be far from the button.
   * @param {PrinterForm} form
   */
  async open(form) {
    this.form = form;
    await this.updateComplete;
    const shown = this.querySelector("#printer-form");
    shown?.scrollIntoView({ block: "nearest" });
    shown?.querySelector("input")?.focus({ preventScroll: true });
  }

  /** @param {PrinterSettingsOut} printer */
  edit(printer) {
    this.open({ ...NEW_PRINTER, ...structuredClone(printer), place: { ...printer.place }, isNew: false });
  }

  /** @param {string} [url] */
  add(url = "") {
    this.open({ ...structuredClone(NEW_PRINTER), url });
  }

  /** @param {PrinterSettingsOut} printer */
  async removePrinter({ code, kiosks }) {
    const { t } = this;
    const sure = await ask({
      title: t("admin.printers.remove_title", { code }),
      text: kiosks.length
        ? t("admin.printers.remove_kiosks", { kiosks: kiosks.join(", ") })
        : t("admin.printers.remove_text"),
      yes: t("admin.printers.remove"),
      no: t("admin.cancel"),
      danger: true,
    });
    if (sure) await this.run("remove", () => api("DELETE", `/api/v1/settings/printers/${code}`));
  }

  /** @param {PrinterSettingsOut} printer */
  async probe({ code }) {
    const said = await this.run(`probe ${code}`, () => api("POST", `/api/v1/settings/printers/${code}/probe`, {}));
    if (said?.advice) this.note = { bad: !said.usable, text: `${code}: ${said.advice.sentence}` };
    else if (said) this.say("usable", { code });
  }

  /**
   * Ask for a paper, and show in the printer's row what becomes of it; the other rows can be used meanwhile.
   * @param {PrinterSettingsOut} printer
   * @param {() => Promise<PrintJobRefOut>} work
   */
  async print({ code }, work) {
    const paper = await this.run(`print ${code}`, work);
    if (paper) await this.follow(code, paper);
  }

  /**
   * @param {string} code
   * @param {PrintJobRefOut} paper
   */
  async follow(code, { id, state }) {
    const until = performance.now() + FOLLOWED_MS;
    /** @type {Followed} */
    let job = { id, state, reason: null };
    this.papers = { ...this.papers, [code]: job };
    while (OPEN.has(job.state) && performance.now() < until) {
      await new Promise((resolve) => {
        setTimeout(resolve, FOLLOW_MS);
      });
      if (this.papers[code]?.id !== id) return; // another one is followed now
      const before = job.state;
      await this.peek(async () => {
        [job] = await Promise.all([api("GET", `/api/v1/print-jobs/${id}`), this.glance()]);
      });
      this.papers = { ...this.papers, [code]: job };
      if (job.state !== before && !WAITING.has(job.state))
        this.note = { bad: !GOOD_ENDS.has(job.state), text: this.fate(code, job) };
    }
  }

  /**
   * What has become of a paper, and why.
   * @param {string} code
   * @param {Followed} job
   */
  fate(code, { state, reason }) {
    const words = this.t(`admin.printers.job.${state}`, { code });
    return reason ? `${words.replace(/\.$/, "")} (${reason.sentence}).` : words;
  }

  /** @param {PrinterSettingsOut} printer */
  async newRoll({ code }) {
    if (
      (await this.run(`roll ${code}`, () => api("POST", `/api/v1/staff/printers/${code}/new-roll`, {}))) !== undefined
    )
      this.say("rolled", { code });
  }

  /** @param {Event} event */
  async discover(event) {
    event.preventDefault();
    const hosts = this.hosts.split(/[\s,]+/).filter(Boolean);
    const answer = await this.run("discover", () =>
      api("POST", "/api/v1/settings/printers/discover", { hosts }, { timeout: 90_000 }),
    );
    if (answer) this.found = answer.printers;
  }

  /** @param {Event} event */
  async letIn(event) {
    event.preventDefault();
    const { agent } = this;
    if (!agent) return;
    const made = await this.run("agent", () => api("POST", "/api/v1/devices/agents", agent));
    if (made) Object.assign(this, { token: made, agent: null });
  }

  /** @param {AgentOut} agent */
  async lockOut({ code, name }) {
    const { t } = this;
    const sure = await ask({
      title: t("admin.printers.revoke_agent_title", { name }),
      text: t("admin.printers.revoke_agent_text"),
      yes: t("admin.printers.revoke_agent"),
      no: t("admin.cancel"),
      danger: true,
    });
    if (sure) await this.run("agent", () => api("DELETE", `/api/v1/devices/agents/${code}`));
  }

  /**
   * @param {TemplateValue} words
   * @param {() => unknown} act
   * @param {string} [kind]
   * @param {string} [name]
   */
  button(words, act, kind = "", name = "") {
    return html`<button type="button" class="button ${kind}" ?disabled=${Boolean(this.busy)} @click=${act}>
      ${this.busy && this.busy === name ? "…" : words}</button>`;
  }

  /** @param {PrinterSettingsOut} printer */
  row(printer) {
    const {
      t,
      boot: { language, time_zone: tz },
    } = this;
    const { code, paper_mm: mm, url } = printer;
    const {
      state = "unknown",
      tickets_left: left = null,
      checked_at: at = null,
      place = {},
      advice = null,
      used = true,
    } = this.seen[code] ?? {};
    const kind = TROUBLE.has(state) ? "bad" : state === "ok" ? "good" : "";
    const where = pick(place, language);
    const paper = this.papers[code];
    return html`<li class="screen printer" data-printer=${code}>
      <strong>${code}${where === code ? nothing : html`<small>${where}</small>`}</strong>
      <span class="chip ${kind}">${t(`admin.printers.state.${state}`)}</span>
      <span>${mm} mm</span>
      ${
        left === null || state === "paper_out"
          ? nothing
          : html`<span class="chip">${t("admin.printers.left", { count: left })}</span>`
      }
      <span class="grow"><code>${url}</code>${
        at ? html` <small>${t("admin.displays.seen", { time: clock(at, tz) })}</small>` : nothing
      }</span>
      <span class="acts">
        ${this.button(
          t("admin.printers.test"),
          () => this.print(printer, () => api("POST", `/api/v1/staff/printers/${code}/test`, {})),
          "",
          `print ${code}`,
        )}
        ${this.button(t("admin.printers.probe"), () => this.probe(printer), "", `probe ${code}`)}
        ${this.button(t("admin.printers.summary"), () =>
          this.print(printer, () => api("POST", "/api/v1/staff/summary", { printer: code })),
        )}
        ${this.button(t("admin.printers.new_roll"), () => this.newRoll(printer), "", `roll ${code}`)}
        ${this.button(t("admin.displays.change"), () => this.edit(printer))}
        ${this.button(t("admin.printers.remove"), () => this.removePrinter(printer), "danger")}
      </span>
      ${advice ? html`<p class="advice ${TROUBLE.has(state) ? "bad" : ""}">${advice.sentence}</p>` : nothing}
      <p class="advice paper" role="status">${paper ? this.fate(code, paper) : nothing}</p>
      ${used ? nothing : html`<p class="advice">${t("admin.printers.unused")}</p>`}
    </li>`;
  }

  /** @param {AgentOut} agent */
  agentRow(agent) {
    const {
      t,
      boot: { time_zone: tz },
    } = this;
    return html`<li class="screen">
      <strong>${agent.code}<small>${agent.name}</small></strong>
      ${
        agent.last_seen_at
          ? html`<span>${t("admin.displays.seen", { time: clock(agent.last_seen_at, tz) })}</span>`
          : html`<span class="chip bad">${t("admin.displays.never")}</span>`
      }
      <span class="grow">${
        agent.trouble === "text_shaping" ? t("admin.printers.unshaped") : (agent.trouble ?? nothing)
      }</span>
      ${this.button(t("admin.printers.revoke_agent"), () => this.lockOut(agent), "danger")}
    </li>`;
  }

  agentsPart() {
    const {
      t,
      token,
      boot: { assets },
    } = this;
    const agents = this.agents.filter(({ revoked_at: at }) => at === null);
    return html`<section aria-labelledby="agents-title">
      <h2 id="agents-title">${t("admin.printers.agents")}</h2>
      <p>${t("admin.printers.agents_text")}</p>
      ${
        token
          ? html`<div class="card token"><p>${t("admin.printers.token", { code: token.code })}</p><code>${
              token.token
            }</code>
        ${this.button(t("admin.printers.noted"), () => {
          this.token = null;
        })}</div>`
          : nothing
      }
      ${
        this.agent
          ? agentForm(this, this.agent)
          : html`<div class="acts">${this.button(html`${icon(assets, "plus")}${t("admin.printers.pair_agent")}`, () => {
              this.agent = { code: "", name: "" };
            })}</div>`
      }
      <ul class="screens">${agents.map((agent) => this.agentRow(agent))}</ul>
    </section>`;
  }

  render() {
    const {
      t,
      set,
      form,
      boot: { assets },
    } = this;
    const head = html`<h1>${t("admin.printers.title")}</h1>
      ${this.noteView()}`;
    if (!set) return html`<main class="admin">${head}</main>`;
    return html`<main class="admin">
      ${head}
      <ul class="screens">${set.map((printer) => this.row(printer))}</ul>
      ${set.length ? nothing : html`<p>${t("admin.printers.none")}</p>`}
      ${
        form
          ? printerForm(this, form)
          : html`<div class="acts">${this.button(
              html`${icon(assets, "plus")}${t("admin.printers.add")}`,
              () => this.add(),
              "primary",
            )}</div>`
      }
      ${finder(this)}
      ${this.agentsPart()}
      <ticket-editor></ticket-editor>
    </main>`;
  }
}

customElements.define("admin-printers", AdminPrinters);
