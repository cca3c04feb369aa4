// How numbers are called: the policy of the hall, and who is next in each service group.
import { api } from "../kit/api.js";
import { pick } from "../kit/i18n.js";
import { html, nothing } from "../kit/vendor/lit.js";
import { SettingsPage } from "./settings-page.js";

/** @import { CallingBoot, Draft, Field, Group, Policy } from "./admin-types.d.ts" */

const DISCIPLINES = ["accumulating", "fifo", "strict", "ratio"];
const NUMBERS = [
  "recall_interval_s",
  "calls_before_no_show",
  "return_minutes",
  "return_calls",
  "auto_start_s",
  "undo_s",
];
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
    if (seen) Object.assign(this, { policy: seen.policy, groups: seen.groups });
  }

  /** @param {Draft} policy */
  async savePolicy(policy) {
    const saved = await api("PUT", "/api/v1/settings/policy", { policy });
    this.policy = /** @type {Policy} */ (saved.policy);
    return saved;
  }

  /** @param {Draft} group */
  async saveGroup({ code, name, discipline, weights, ratio, services }) {
    const path = /** @type {`/api/v1/settings/groups/${string}`} */ (
      `/api/v1/settings/groups/${encodeURIComponent(code)}`
    );
    const saved = await api("PUT", path, { name, discipline, weights, ratio, services });
    this.groups = saved.groups;
    return saved;
  }

  /** @returns {Field[]} */
  policyFields() {
    const { t, boot } = this;
    /** @type {(name: string) => Field} */
    const number = (name) => {
      const [least, most, step] = boot.limits[name];
      return { name, kind: "number", label: `calling.policy.${name}`, least, most, step };
    };
    return [
      ...NUMBERS.map(number),
      {
        name: "call_any",
        kind: "choice",
        label: "calling.policy.call_any",
        options: ROLES.map((role) => [role, t(`calling.role.${role}`)]),
      },
      { name: "notes", kind: "check", label: "calling.policy.notes" },
    ];
  }

  /**
   * What is wrong with a ratio today, before it is saved.
   * @param {Draft} group
   */
  warning({ discipline, ratio, today }) {
    if (discipline !== "ratio" || !today?.share || today.share <= 1 / (ratio + 1)) return nothing;
    const facts = { share: Math.round(100 * today.share), limit: Math.round(100 / (ratio + 1)), k: ratio };
    return html`<p class="banner" role="status">${this.t("settings.ratio_inverts", facts)}</p>`;
  }

  /** @param {Draft} group */
  hints({ discipline, today }) {
    const facts = { issued: today?.issued, share: Math.round(100 * (today?.share ?? 0)) };
    return [
      html`<p class="hint">${this.t(`calling.discipline.${discipline}.text`)}</p>`,
      today?.issued ? html`<p class="hint">${this.t("calling.today", facts)}</p>` : nothing,
    ];
  }

  /**
   * @param {Group} stored
   * @param {Draft} group
   * @returns {(Field | false | undefined)[]}
   */
  groupFields(stored, group) {
    const { t, boot } = this;
    const { discipline, fresh, services } = group;
    const [what, today] = this.hints(group);
    /** @type {(kind: string) => Field} */
    const weight = (kind) => ({
      name: `weights.${kind}`,
      kind: "number",
      label: `class.${kind}`,
      least: 1,
      most: boot.most.weight,
    });
    return [
      { kind: "view", view: () => this.warning(group) },
      fresh && { name: "code", label: "calling.code", longest: 40, pattern: "[A-Za-z0-9\\-]+" },
      { name: "name.id", label: "calling.name", longest: 60 },
      {
        name: "discipline",
        kind: "choice",
        label: "calling.discipline",
        options: DISCIPLINES.map((one) => [one, t(`calling.discipline.${one}`)]),
      },
      discipline === "ratio" && {
        name: "ratio",
        kind: "number",
        label: "calling.ratio",
        least: 1,
        most: boot.most.ratio,
      },
      { kind: "view", view: () => what },
      discipline !== "fifo" && {
        kind: "group",
        look: "fields narrow",
        label: "calling.weights",
        fields: CLASSES.map(weight),
      },
      { kind: "view", view: () => today },
      {
        name: "services",
        kind: "many",
        look: "folded",
        label: t("calling.members", { n: services.length }),
        fixed: stored.services, // Services leave a group only by being taken into another.
        options: boot.services.map(({ id, name, agency }) => [id, pick(name, boot.language), agency]),
      },
    ];
  }

  /** @param {Group} group */
  groupCard(group) {
    const { t, boot } = this;
    const leave = () => {
      this.groups = this.groups.filter((one) => one !== group);
    };
    return this.form({
      id: `group-${group.code}`,
      heading: group.fresh ? t("calling.new_group") : `${t("calling.group")}: ${pick(group.name, boot.language)}`,
      value: group,
      fields: (draft) => this.groupFields(group, draft),
      send: (draft) => this.saveGroup(draft),
      said: t("rules.saved"),
      cancel: group.fresh ? leave : null,
    });
  }

  cards() {
    const { t, policy, groups } = this;
    const add = () => {
      this.groups = [...this.groups, structuredClone(NEW)];
    };
    const policyCard = this.form({
      id: "policy",
      heading: t("calling.policy"),
      value: policy ?? {},
      fields: () => this.policyFields(),
      send: (draft) => this.savePolicy(draft),
      said: t("rules.saved"),
    });
    return html`${policyCard}${groups.map((group) => this.groupCard(group))}
      <div class="acts"><button class="button" ?disabled=${groups.some(({ fresh }) => fresh)} @click=${add}>
        ${t("calling.new_group")}</button></div>`;
  }

  render() {
    return html`<main class="admin rules"><h1>${this.t("calling.title")}</h1>${this.noteView()}
      ${this.policy ? this.cards() : nothing}</main>`;
  }
}

customElements.define("admin-calling", AdminCalling);
