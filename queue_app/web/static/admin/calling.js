// How numbers are called: the policy of the hall, and who is next in each service group.
import { pick } from "../kit/i18n.js";
import { html, nothing } from "../kit/vendor/lit.js";
import { SettingsPage } from "./settings-page.js";

/**
 * @import { Weights } from "../kit/api-types.d.ts"
 * @import { CallingBoot, Group, Policy } from "./admin-types.d.ts"
 */

/** @type {Group["discipline"][]} */
const DISCIPLINES = ["accumulating", "fifo", "strict", "ratio"];
const NUMBERS = [
  "recall_interval_s",
  "calls_before_no_show",
  "return_minutes",
  "return_calls",
  "auto_start_s",
  "undo_s",
];
/** @type {(keyof Weights)[]} */
const CLASSES = ["regular", "priority", "appointment", "transferred"];
const ROLES = ["officer", "supervisor", "admin"];
/** @type {Group} */
const NEW = {
  code: "",
  name: { id: "" },
  discipline: "accumulating",
  ratio: 4,
  services: [],
  today: null,
  fresh: true,
  weights: { regular: 1, priority: 4, appointment: 3, transferred: 2 },
};

/** @extends {SettingsPage<CallingBoot>} */
export class AdminCalling extends SettingsPage {
  static properties = { policy: { state: true }, groups: { state: true } };

  constructor() {
    super();
    /** @type {Policy | null} */
    this.policy = null;
    /** @type {Group[]} */
    this.groups = [];
  }

  connectedCallback() {
    super.connectedCallback();
    this.look();
  }

  async look() {
    const seen = await this.ask("GET", "/settings/calling");
    if (!seen) return;
    this.policy = /** @type {Policy} */ (seen.policy);
    this.groups = seen.groups;
  }

  /** @param {string} field */
  label(field) {
    const name = field.replace(/^weights\./, "");
    const known = [`calling.policy.${name}`, `class.${name}`, `calling.${name}`].find((key) => this.t(key) !== key);
    return known ? this.t(known) : field;
  }

  /** @param {Event} event */
  async savePolicy(event) {
    event.preventDefault();
    if (!this.policy) return;
    const saved = await this.ask("PUT", "/settings/policy", { policy: this.policy }, this.t("rules.saved"));
    if (saved) this.policy = /** @type {Policy} */ (saved.policy);
  }

  /**
   * @param {Event} event
   * @param {Group} group
   */
  async saveGroup(event, group) {
    event.preventDefault();
    const { code, name, discipline, weights, ratio, services } = group;
    const body = { name: { ...name, id: name.id ?? "" }, discipline, weights, ratio, services };
    const path = `/settings/groups/${encodeURIComponent(code)}`;
    const saved = await this.ask(
      "PUT",
      /** @type {`/settings/groups/${string}`} */ (path),
      body,
      this.t("rules.saved"),
    );
    if (saved) this.groups = saved.groups;
  }

  /**
   * @param {Group} group
   * @param {Partial<Group>} values
   */
  set(group, values) {
    this.groups = this.groups.map((one) => (one === group ? { ...group, ...values } : one));
  }

  /** @param {Policy} policy */
  policyCard(policy) {
    const {
      t,
      boot: { limits },
    } = this;
    const set = (/** @type {string} */ name) => (/** @type {number | string | boolean} */ value) => {
      this.policy = /** @type {Policy} */ ({ ...policy, [name]: value });
    };
    return html`<form class="card" @submit=${(event) => this.savePolicy(event)}><h2>${t("calling.policy")}</h2>
      <div class="fields">
      ${NUMBERS.map((name) => this.number(t(`calling.policy.${name}`), name, policy[name], limits[name], set(name)))}
      ${this.choice(
        t("calling.policy.call_any"),
        policy.call_any,
        ROLES.map((role) => [role, t(`calling.role.${role}`)]),
        set("call_any"),
      )}
      ${this.check(t("calling.policy.notes"), policy.notes, set("notes"))}</div>
      <div class="acts"><button class="button primary" ?disabled=${this.busy}>${t("admin.save")}</button></div></form>`;
  }

  /**
   * What is wrong with a ratio today, before it is saved.
   * @param {Group} group
   */
  warning({ discipline, ratio, today }) {
    if (discipline !== "ratio" || !today?.share || today.share <= 1 / (ratio + 1)) return nothing;
    const facts = { share: Math.round(100 * today.share), limit: Math.round(100 / (ratio + 1)), k: ratio };
    return html`<p class="banner" role="status">${this.t("settings.ratio_inverts", facts)}</p>`;
  }

  /** @param {Group} group */
  members(group) {
    const {
      t,
      boot: { services, language },
    } = this;
    // Services leave a group only by being taken into another.
    const kept = group.kept ?? group.services;
    const set = (/** @type {number} */ id, /** @type {boolean} */ taken) => {
      const services = taken ? [...group.services, id] : group.services.filter((one) => one !== id);
      this.set(group, { kept, services });
    };
    return html`<details><summary>${t("calling.members", { n: group.services.length })}</summary><div class="members">
      ${services.map(
        ({
          id,
          name,
          agency,
        }) => html`<label class="check"><input type="checkbox" .checked=${group.services.includes(id)}
        ?disabled=${kept.includes(id)} @change=${(event) => set(id, event.target.checked)}>
        <span>${pick(name, language)} <small>${agency}</small></span></label>`,
      )}</div></details>`;
  }

  /** @param {Group} group */
  groupCard(group) {
    const {
      t,
      boot: { most, language },
    } = this;
    const { code, name, discipline, weights, ratio, today, fresh } = group;
    const weighs = discipline !== "fifo";
    return html`<form class="card" @submit=${(event) => this.saveGroup(event, group)}>
      <h2>${fresh ? t("calling.new_group") : `${t("calling.group")}: ${pick(name, language)}`}</h2>
      ${this.warning(group)}
      <div class="fields">
        ${
          fresh
            ? html`<label>${t("calling.code")}<input maxlength="40" required .value=${code}
              aria-invalid=${this.invalid("code")}
          @input=${(event) => this.set(group, { code: event.target.value.trim() })}></label>`
            : nothing
        }
        <label>${t("calling.name")}<input maxlength="60" required .value=${name.id} aria-invalid=${this.invalid("name")}
          @change=${(event) => this.set(group, { name: { ...name, id: event.target.value } })}></label>
        ${this.choice(
          t("calling.discipline"),
          discipline,
          DISCIPLINES.map((one) => [one, t(`calling.discipline.${one}`)]),
          (value) => this.set(group, { discipline: value }),
        )}
        ${
          discipline === "ratio"
            ? this.number(t("calling.ratio"), "ratio", ratio, [1, most.ratio], (value) =>
                this.set(group, { ratio: value }),
              )
            : nothing
        }
      </div>
      <p class="hint">${t(`calling.discipline.${discipline}.text`)}</p>
      ${
        weighs
          ? html`<fieldset><legend>${t("calling.weights")}</legend><div class="fields narrow">
        ${CLASSES.map((kind) =>
          this.number(t(`class.${kind}`), `weights.${kind}`, weights[kind], [1, most.weight], (value) =>
            this.set(group, { weights: { ...weights, [kind]: value } }),
          ),
        )}</div></fieldset>`
          : nothing
      }
      ${
        today?.issued
          ? html`<p class="hint">${t("calling.today", {
              issued: today.issued,
              share: Math.round(100 * (today.share ?? 0)),
            })}</p>`
          : nothing
      }
      ${this.members(group)}
      <div class="acts"><button class="button primary" ?disabled=${this.busy || !code}>${t("admin.save")}</button>
        ${
          fresh
            ? html`<button class="button" type="button" @click=${() => {
                this.groups = this.groups.filter((one) => one !== group);
              }}>${t("admin.cancel")}</button>`
            : nothing
        }</div></form>`;
  }

  render() {
    const { t, policy, groups } = this;
    return html`<main class="admin rules"><h1>${t("calling.title")}</h1>${this.noteView()}
      ${
        policy
          ? html`${this.policyCard(policy)}${groups.map((group) => this.groupCard(group))}
        <div class="acts"><button class="button" ?disabled=${groups.some(({ fresh }) => fresh)}
          @click=${() => {
            this.groups = [...groups, structuredClone(NEW)];
          }}>${t("calling.new_group")}</button></div>`
          : nothing
      }</main>`;
  }
}

customElements.define("admin-calling", AdminCalling);
