// Administrators look after printers and print agents: how they are, tests, adding and removing; below, the ticket's
// look.
import { api } from "../kit/api.js";
import { clock, pick } from "../kit/i18n.js";
import { html, nothing } from "../kit/vendor/lit.js";
import { icon } from "../site/parts.js";
import { agentForm, finder, NEW_PRINTER, printerForm } from "./printer-forms.js";
import { SettingsPage } from "./settings-page.js";
import "./ticket-editor.js";

/**
 * @import { AgentOut, AgentTokenOut, DiscoveredPrinterOut, NewAgentIn } from "../kit/api-types.d.ts"
 * @import { PrintJobRefOut, PrinterOut, PrinterSettingsIn, PrinterSettingsOut } from "../kit/api-types.d.ts"
 * @import { Facts } from "../kit/kit-types.d.ts"
 * @import { Draft, Followed, PrinterForm, PrintersBoot } from "./admin-types.d.ts"
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
    opened: { state: true },
    agent: { state: true },
    token: { state: true },
    found: { state: true },
    papers: { state: true },
    doing: { state: true },
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
    this.opened = null;
    /** @type {NewAgentIn | null} */
    this.agent = null;
    /** @type {AgentTokenOut | null} */
    this.token = null;
    /** @type {DiscoveredPrinterOut[] | null} */
    this.found = null;
    /** @type {Partial<Record<string, Followed>>} by printer, the last paper that was asked for on this page */
    this.papers = {};
    this.doing = ""; // what is under way
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
   * Do something with the server, and look at all printers again, whatever comes of it.
   * @template Answer
   * @param {string} name
   * @param {() => Promise<Answer>} work
   */
  async run(name, work) {
    this.doing = name;
    this.note = null;
    const answer = await this.act(work);
    this.doing = "";
    this.look();
    return answer;
  }

  /**
   * @param {string} key
   * @param {Facts} facts
   * @param {boolean} [bad]
   */
  say(key, facts, bad = false) {
    this.note = { bad, text: this.t(`admin.printers.${key}`, facts) };
  }

  /** @param {Draft} draft */
  async save({ isNew, code, zone, fallback, place, ...draft }) {
    const rest = /** @type {Omit<PrinterSettingsIn, "zone" | "fallback" | "place">} */ (draft);
    const body = {
      ...rest,
      zone: zone || null,
      fallback: fallback || null,
      place: Object.keys(place ?? {}).length ? place : null,
    };
    const saved = isNew
      ? await api("POST", "/api/v1/settings/printers", { ...body, code })
      : await api("PUT", `/api/v1/settings/printers/${code}`, body);
    this.opened = null;
    this.look();
    return saved;
  }

  /** @param {PrinterForm} form */
  async open(form) {
    if (await this.mayLeave("#printer-form")) this.opened = form;
  }

  /** @param {PrinterSettingsOut} printer */
  edit(printer) {
    const { zone, fallback, place } = printer;
    this.open({ ...printer, zone: zone ?? "", fallback: fallback ?? "", place: { ...place }, isNew: false });
  }

  /** @param {PrinterSettingsOut} printer */
  async removePrinter({ code, kiosks }) {
    const facts = { kiosks: kiosks.join(", ") };
    const text = this.t(`admin.printers.remove_${kiosks.length ? "kiosks" : "text"}`, facts);
    if (await this.sure("admin.printers.remove", { code }, { text }))
      await this.run("remove", () => api("DELETE", `/api/v1/settings/printers/${code}`));
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
    const done = await this.run(`roll ${code}`, () => api("POST", `/api/v1/staff/printers/${code}/new-roll`, {}));
    if (done !== undefined) this.say("counter_reset", { code });
  }

  /** @param {Draft} draft */
  async discover({ hosts }) {
    const body = { hosts: hosts.split(/[\s,]+/).filter(Boolean) };
    const answer = await api("POST", "/api/v1/settings/printers/discover", body, { timeout: 90_000 });
    this.found = answer.printers;
    return answer;
  }

  /** @param {Draft} draft */
  async pair({ code, name }) {
    const token = await api("POST", "/api/v1/devices/agents", { code, name });
    Object.assign(this, { token, agent: null });
    this.look();
    return token;
  }

  /** @param {AgentOut} agent */
  async revoke({ code, name }) {
    if (await this.sure("admin.printers.revoke_agent", { name }))
      await this.run("agent", () => api("DELETE", `/api/v1/devices/agents/${code}`));
  }

  /**
   * What can be done with a printer; a button shows that it is under way.
   * @param {PrinterSettingsOut} printer
   */
  acts(printer) {
    const { t } = this;
    const { code } = printer;
    const test = () => api("POST", `/api/v1/staff/printers/${code}/test`, {});
    const summary = () => api("POST", "/api/v1/staff/summary", { printer: code });
    const words = (/** @type {string} */ name, /** @type {string} */ key) =>
      this.doing === `${name} ${code}` ? "…" : t(`admin.printers.${key}`);
    return html`<span class="acts">${this.button(words("print", "test"), () => this.print(printer, test))}
      ${this.button(words("probe", "probe"), () => this.probe(printer))}
      ${this.button(t("admin.printers.summary"), () => this.print(printer, summary))}
      ${this.button(words("roll", "new_roll"), () => this.newRoll(printer))}
      ${this.button(t("admin.displays.change"), () => this.edit(printer))}
      ${this.button(t("admin.printers.remove"), () => this.removePrinter(printer), "danger")}</span>`;
  }

  /** @param {PrinterSettingsOut} printer */
  row(printer) {
    const { t, boot } = this;
    const { code, paper_mm: mm, url } = printer;
    const seen = this.seen[code] ?? { state: "unknown", tickets_left: null, checked_at: null, place: {}, used: true };
    const { state, tickets_left: left, checked_at: at } = seen;
    const advice = this.seen[code]?.advice;
    const kind = TROUBLE.has(state) ? "bad" : state === "ok" ? "good" : "";
    const where = pick(seen.place, boot.language);
    const paper = this.papers[code];
    const few = left === null || state === "paper_out" ? nothing : t("admin.printers.left", { count: left });
    return html`<li class="screen printer" data-printer=${code}>
      <strong>${code}${where === code ? nothing : html`<small>${where}</small>`}</strong>
      <span class="chip ${kind}">${t(`admin.printers.state.${state}`)}</span>
      <span>${mm} mm</span>${few === nothing ? nothing : html`<span class="chip">${few}</span>`}
      <span class="grow"><code>${url}</code>
        <small>${at ? t("admin.displays.seen", { time: clock(at, boot.time_zone) }) : nothing}</small></span>
      ${this.acts(printer)}
      ${advice ? html`<p class="advice ${TROUBLE.has(state) ? "bad" : ""}">${advice.sentence}</p>` : nothing}
      <p class="advice paper" role="status">${paper ? this.fate(code, paper) : nothing}</p>
      ${seen.used ? nothing : html`<p class="advice">${t("admin.printers.unused")}</p>`}
    </li>`;
  }

  /** @param {AgentOut} agent */
  agentRow(agent) {
    const { t, boot } = this;
    const { code, name, trouble, last_seen_at: at } = agent;
    const seen = at ? t("admin.displays.seen", { time: clock(at, boot.time_zone) }) : t("admin.displays.never");
    return html`<li class="screen">
      <strong>${code}<small>${name}</small></strong><span class=${at ? nothing : "chip bad"}>${seen}</span>
      <span class="grow">${trouble === "text_shaping" ? t("admin.printers.unshaped") : trouble}</span>
      ${this.button(t("admin.printers.revoke_agent"), () => this.revoke(agent), "danger")}</li>`;
  }

  tokenCard() {
    const { t, token } = this;
    if (!token) return nothing;
    const noted = () => {
      this.token = null;
    };
    return html`<div class="card token"><p>${t("admin.printers.token", { code: token.code })}</p>
      <code>${token.token}</code>${this.button(t("admin.printers.noted"), noted)}</div>`;
  }

  agentsPart() {
    const { t, agent, boot } = this;
    const agents = this.agents.filter(({ revoked_at: at }) => at === null);
    const pair = html`${icon(boot.assets, "plus")}${t("admin.printers.pair_agent")}`;
    const open = () => {
      this.agent = { code: "", name: "" };
    };
    return html`<section aria-labelledby="agents-title">
      <h2 id="agents-title">${t("admin.printers.agents")}</h2><p>${t("admin.printers.agents_text")}</p>
      ${this.tokenCard()}
      ${agent ? agentForm(this, agent) : html`<div class="acts">${this.button(pair, open)}</div>`}
      <ul class="screens">${agents.map((one) => this.agentRow(one))}</ul></section>`;
  }

  /** @param {PrinterSettingsOut[]} set */
  parts(set) {
    const { t, opened, boot } = this;
    const add = html`${icon(boot.assets, "plus")}${t("admin.printers.add")}`;
    const open = () => this.open(NEW_PRINTER);
    return html`<ul class="screens">${set.map((printer) => this.row(printer))}</ul>
      ${set.length ? nothing : html`<p>${t("admin.printers.none")}</p>`}
      ${opened ? printerForm(this, opened) : html`<div class="acts">${this.button(add, open, "primary")}</div>`}
      ${finder(this)}${this.agentsPart()}<ticket-editor></ticket-editor>`;
  }

  render() {
    return html`<main class="admin"><h1>${this.t("admin.printers.title")}</h1>${this.noteView()}
      ${this.set ? this.parts(this.set) : nothing}</main>`;
  }
}

customElements.define("admin-printers", AdminPrinters);
