// Administrators look after printers and print agents: how they are, tests, adding and removing; below, the ticket's look.
import { SettingsPage } from "../admin/settings-page.js";
import { api } from "../kit/api.js";
import { clock, pick } from "../kit/i18n.js";
import { html, nothing } from "../kit/vendor/lit.js";
import { ask, icon } from "../site/parts.js";
import { agentForm, finder, NEW_PRINTER, printerForm } from "./printer-forms.js";
import "./ticket-editor.js";

const REFRESH_MS = 5_000;
const TEST_TRIES = 60;
const TEST_MS = 500;
const TROUBLE = new Set(["paper_out", "cover_open", "offline", "error"]);
const GOOD_ENDS = new Set(["printed", "sent"]);

class LobbyPrinters extends SettingsPage {
  static properties = {
    set: { state: true }, seen: { state: true }, agents: { state: true }, form: { state: true }, agent: { state: true },
    token: { state: true }, hosts: { state: true }, found: { state: true },
  };

  constructor() {
    super();
    Object.assign(this, { set: null, seen: {}, agents: [], form: null, agent: null, token: null, hosts: "", found: null });
  }

  connectedCallback() {
    super.connectedCallback();
    this.look();
    setInterval(() => document.visibilityState === "visible" && !this.busy && this.look(), REFRESH_MS);
  }

  look() {
    return this.peek(async () => {
      const [set, seen, agents] = await Promise.all([
        api("GET", "/api/v1/settings/printers"), api("GET", "/api/v1/staff/printers"), api("GET", "/api/v1/settings/agents"),
      ]);
      this.seen = Object.fromEntries(seen.printers.map((one) => [one.code, one]));
      this.agents = agents.agents;
      this.set = set.printers;
    });
  }

  /** Do something with the server; while it runs the buttons wait. Resolves to its answer, or to undefined. */
  async run(name, work) {
    this.busy = name;
    this.note = null;
    try {
      return (await work()) ?? null;
    } catch (problem) {
      this.refused(problem);
      return undefined;
    } finally {
      this.busy = "";
      this.look();
    }
  }

  say(key, facts, bad = false) {
    this.note = { bad, text: this.t(`lobby.printers.${key}`, facts) };
  }

  async save(event) {
    event.preventDefault();
    const { isNew, code, ...wanted } = this.form;
    const place = Object.fromEntries(Object.entries(wanted.place).filter(([, words]) => words.trim()));
    const body = { ...wanted, zone: wanted.zone || null, fallback: wanted.fallback || null, place: Object.keys(place).length ? place : null };
    const path = "/api/v1/settings/printers";
    const done = await this.run("save", () => isNew ? api("POST", path, { ...body, code }) : api("PUT", `${path}/${code}`, body));
    if (done !== undefined) this.form = null;
  }

  /** Open the form and lead there: it may be far from the button. */
  async open(form) {
    this.form = form;
    await this.updateComplete;
    const shown = this.querySelector("#printer-form");
    shown.scrollIntoView({ block: "nearest" });
    shown.querySelector("input").focus({ preventScroll: true });
  }

  edit(printer) {
    this.open({ ...NEW_PRINTER, ...structuredClone(printer), place: { ...printer.place }, isNew: false });
  }

  add(url = "") {
    this.open({ ...structuredClone(NEW_PRINTER), url });
  }

  async remove({ code, kiosks }) {
    const { t } = this;
    const sure = await ask({
      title: t("lobby.printers.remove_title", { code }),
      text: kiosks.length ? t("lobby.printers.remove_kiosks", { kiosks: kiosks.join(", ") }) : t("lobby.printers.remove_text"),
      yes: t("lobby.printers.remove"), no: t("lobby.cancel"), danger: true,
    });
    if (sure) await this.run("remove", () => api("DELETE", `/api/v1/settings/printers/${code}`));
  }

  async probe({ code }) {
    const said = await this.run(`probe ${code}`, () => api("POST", `/api/v1/settings/printers/${code}/probe`, {}));
    if (said?.advice) this.note = { bad: !said.usable, text: `${code}: ${said.advice.sentence}` };
    else if (said) this.say("usable", { code });
  }

  /** Ask for a paper and follow it until something has become of it. */
  async print({ code }, path, body) {
    const job = await this.run(`print ${code}`, async () => {
      let paper = await api("POST", path, body);
      for (let tries = 0; tries < TEST_TRIES && ["queued", "sending"].includes(paper.state); tries += 1) {
        await new Promise((resolve) => { setTimeout(resolve, TEST_MS); });
        paper = await api("GET", `/api/v1/print-jobs/${paper.id}`);
      }
      return paper;
    });
    if (!job) return;
    this.say(`job.${job.state}`, { code }, !GOOD_ENDS.has(job.state));
    if (job.reason) this.note = { ...this.note, text: `${this.note.text} (${job.reason.sentence})` };
  }

  async newRoll({ code }) {
    if (await this.run(`roll ${code}`, () => api("POST", `/api/v1/staff/printers/${code}/new-roll`, {})) !== undefined) this.say("rolled", { code });
  }

  async discover(event) {
    event.preventDefault();
    const hosts = this.hosts.split(/[\s,]+/).filter(Boolean);
    const answer = await this.run("discover", () => api("POST", "/api/v1/settings/printers/discover", { hosts }, { timeout: 90_000 }));
    if (answer) this.found = answer.found;
  }

  async letIn(event) {
    event.preventDefault();
    const made = await this.run("agent", () => api("POST", "/api/v1/settings/agents", this.agent));
    if (made) Object.assign(this, { token: made, agent: null });
  }

  async lockOut({ code, name }) {
    const { t } = this;
    const sure = await ask({
      title: t("lobby.printers.lock_out_title", { name }), text: t("lobby.printers.lock_out_text"),
      yes: t("lobby.printers.lock_out"), no: t("lobby.cancel"), danger: true,
    });
    if (sure) await this.run("agent", () => api("DELETE", `/api/v1/settings/agents/${code}`));
  }

  button(words, act, kind = "", name = "") {
    return html`<button type="button" class="button ${kind}" ?disabled=${Boolean(this.busy)} @click=${act}>${this.busy && this.busy === name ? "…" : words}</button>`;
  }

  row(printer) {
    const { t, boot: { language, time_zone: tz } } = this;
    const { code, paper_mm: mm, url } = printer;
    const { state = "unknown", tickets_left: left = null, checked_at: at = null, place = {}, advice = null, used = true } = this.seen[code] ?? {};
    const kind = TROUBLE.has(state) ? "bad" : state === "ok" ? "good" : "";
    const where = pick(place, language);
    return html`<li class="screen printer" data-printer=${code}>
      <strong>${code}${where === code ? nothing : html`<small>${where}</small>`}</strong>
      <span class="chip ${kind}">${t(`lobby.printers.state.${state}`)}</span>
      <span>${mm} mm</span>
      ${left === null || state === "paper_out" ? nothing : html`<span class="chip">${t("lobby.printers.left", { count: left })}</span>`}
      <span class="grow"><code>${url}</code>${at ? html` <small>${t("lobby.displays.seen", { time: clock(at, tz) })}</small>` : nothing}</span>
      <span class="acts">
        ${this.button(t("lobby.printers.test"), () => this.print(printer, `/api/v1/staff/printers/${code}/test`, {}), "", `print ${code}`)}
        ${this.button(t("lobby.printers.probe"), () => this.probe(printer), "", `probe ${code}`)}
        ${this.button(t("lobby.printers.summary"), () => this.print(printer, "/api/v1/staff/summary", { printer: code }))}
        ${this.button(t("lobby.printers.new_roll"), () => this.newRoll(printer), "", `roll ${code}`)}
        ${this.button(t("lobby.displays.change"), () => this.edit(printer))}
        ${this.button(t("lobby.printers.remove"), () => this.remove(printer), "danger")}
      </span>
      ${advice ? html`<p class="advice ${TROUBLE.has(state) ? "bad" : ""}">${advice.sentence}</p>` : nothing}
      ${used ? nothing : html`<p class="advice">${t("lobby.printers.unused")}</p>`}
    </li>`;
  }

  agentRow(agent) {
    const { t, boot: { time_zone: tz } } = this;
    return html`<li class="screen">
      <strong>${agent.code}<small>${agent.name}</small></strong>
      ${agent.last_seen_at ? html`<span>${t("lobby.displays.seen", { time: clock(agent.last_seen_at, tz) })}</span>` : html`<span class="chip bad">${t("lobby.displays.never")}</span>`}
      <span class="grow">${agent.trouble === "text_shaping" ? t("lobby.printers.unshaped") : agent.trouble ?? nothing}</span>
      ${this.button(t("lobby.printers.lock_out"), () => this.lockOut(agent), "danger")}
    </li>`;
  }

  agentsPart() {
    const { t, token, boot: { assets } } = this;
    const agents = this.agents.filter(({ revoked_at: at }) => at === null);
    return html`<section aria-labelledby="agents-title">
      <h2 id="agents-title">${t("lobby.printers.agents")}</h2>
      <p>${t("lobby.printers.agents_text")}</p>
      ${token ? html`<div class="card token"><p>${t("lobby.printers.token", { code: token.code })}</p><code>${token.token}</code>
        ${this.button(t("lobby.printers.noted"), () => { this.token = null; })}</div>` : nothing}
      ${this.agent ? agentForm(this) : html`<div class="acts">${this.button(html`${icon(assets, "plus")}${t("lobby.printers.let_in")}`, () => { this.agent = { code: "", name: "" }; })}</div>`}
      <ul class="screens">${agents.map((agent) => this.agentRow(agent))}</ul>
    </section>`;
  }

  render() {
    const { t, set, form, boot: { assets } } = this;
    const head = html`<h1>${t("lobby.printers.title")}</h1>
      ${this.noteView()}`;
    if (!set) return html`<main class="lobby">${head}</main>`;
    return html`<main class="lobby">
      ${head}
      <ul class="screens">${set.map((printer) => this.row(printer))}</ul>
      ${set.length ? nothing : html`<p>${t("lobby.printers.none")}</p>`}
      ${form ? printerForm(this) : html`<div class="acts">${this.button(html`${icon(assets, "plus")}${t("lobby.printers.add")}`, () => this.add(), "primary")}</div>`}
      ${finder(this)}
      ${this.agentsPart()}
      <ticket-editor></ticket-editor>
    </main>`;
  }
}

customElements.define("lobby-printers", LobbyPrinters);
