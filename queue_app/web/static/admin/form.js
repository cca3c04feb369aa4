// The form of the administration pages. A page describes its fields as data; <admin-form> shows them, checks them in
// its own words, marks the ones that are wrong, warns of changes that are not saved, and saves.
import { GIVEN } from "../kit/boot.js";
import { html, LitElement, nothing } from "../kit/vendor/lit.js";
import { focusOn, select } from "../site/parts.js";
import { BLOCKS, faultOf, inRows, partOf, same, TYPES, withPart } from "./form-rules.js";

/**
 * @import { Changed, PropertyDeclaration, TemplateEvent, TemplateValue } from "../kit/vendor/lit.d.ts"
 * @import { ProblemFields } from "../kit/kit-types.d.ts"
 * @import { Draft, Field, FormSpec } from "./admin-types.d.ts"
 * @import { SettingsPage } from "./settings-page.js"
 */

/** Shows a form of its page, as the page gives it. */
export class AdminForm extends LitElement {
  /** @type {Record<string, PropertyDeclaration>} */
  static properties = { given: { attribute: false }, draft: { state: true }, faults: { state: true } };

  constructor() {
    super();
    /** @type {SettingsPage<any>} */
    this.page = GIVEN;
    /** @type {FormSpec} */
    this.given = GIVEN;
    /** @type {Draft} */
    this.draft = {};
    /** @type {Record<string, string>} what is wrong, by field */
    this.faults = {};
    this.onLeave = (/** @type {Event} */ event) => this.changed && event.preventDefault();
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    addEventListener("beforeunload", this.onLeave);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener("beforeunload", this.onLeave);
  }

  /** @param {Changed} changed */
  willUpdate(changed) {
    if (changed.has("given") && this.other(changed)) this.reset();
  }

  /** @param {Changed} changed */
  updated(changed) {
    if (!changed.has("given") || !this.given.cancel || !this.other(changed)) return;
    // A form that was opened may be far from its button.
    this.querySelector("form")?.scrollIntoView({ block: "nearest" });
    focusOn(this, ":is(input, select, textarea)");
  }

  /**
   * Whether the form is about something else than before.
   * @param {Changed} changed
   */
  other(changed) {
    const before = /** @type {FormSpec | undefined} */ (changed.get("given"));
    return !same(before?.value, this.given.value);
  }

  /** Whether there is something to lose. */
  get changed() {
    return !this.given.once && !same(this.draft, this.given.value);
  }

  /** Take back what is not saved. */
  reset() {
    this.draft = structuredClone(this.given.value);
    this.faults = {};
  }

  /**
   * Change the draft; what was said of its last state holds no more.
   * @param {Draft} draft
   */
  edit(draft) {
    this.draft = draft;
    if (!this.page.note?.bad) this.page.note = null;
    this.given.edited?.(draft);
  }

  /**
   * @param {string} name
   * @param {unknown} value
   */
  put(name, value) {
    this.edit(withPart(this.draft, name, value));
  }

  /** The fields that this person may see. */
  get shown() {
    return this.allowed(this.given.fields(this.draft));
  }

  /**
   * @param {(Field | false | null | undefined | "")[]} fields
   * @returns {Field[]}
   */
  allowed(fields) {
    return fields.flatMap((field) => {
      if (!field || (field.roles && !field.roles.includes(this.page.boot.role))) return [];
      return field.kind === "names" ? [this.namesOf(field)] : [field];
    });
  }

  /**
   * A text in each language of the hall, as a group of fields.
   * @param {Field} field
   * @returns {Field}
   */
  namesOf({ name, optional, kind, ...field }) {
    const one = (/** @type {string} */ code) => ({
      ...field,
      kind: field.area ? "area" : "text",
      help: undefined,
      lang: code,
      label: `language.${code}`,
      name: `${name}.${code}`,
      optional: optional || code !== "id",
      drops: true,
    });
    return { kind: "group", name, label: field.label, help: field.help, fields: this.page.boot.languages.map(one) };
  }

  /**
   * All fields with a value of their own, by name.
   * @param {Field[]} [fields]
   * @param {string} [at]
   * @returns {[string, Field][]}
   */
  all(fields = this.shown, at = "") {
    return fields.flatMap((field) => {
      const name = at + (field.name ?? "");
      if (field.kind === "group") return this.all(this.allowed(field.fields ?? []), at);
      const entries = field.kind === "list" ? (partOf(this.draft, name) ?? []) : [];
      const inner = entries.flatMap((/** @type {Draft} */ one, /** @type {number} */ place) =>
        this.all(this.allowed(field.entry?.(one) ?? []), `${name}[${place}].`),
      );
      return [[name, field], ...inner];
    });
  }

  /**
   * The name of a field for people, by what the server calls it.
   * @param {string} wrong
   */
  label(wrong) {
    const found = this.all().filter(([name]) => wrong === name || wrong.startsWith(`${name}.`));
    const [name, field] = this.all().find(([one]) => one && wrong.startsWith(`${one}[`)) ?? found[0] ?? [];
    if (!field) return wrong;
    const [, place] = /^\[(\d+)\]/.exec(wrong.slice(name?.length)) ?? [];
    if (place === undefined) return this.page.t(field.label ?? wrong);
    return field.entryName?.(Number(place)) ?? `${this.page.t(field.label ?? "")} ${Number(place) + 1}`;
  }

  /**
   * What is wrong with a field, if anything: itself, a part of it, or all of the entry that it belongs to.
   * @param {string} name
   */
  fault(name) {
    const wrong = Object.keys(this.faults).find(
      (one) => one === name || one.startsWith(`${name}.`) || (one.endsWith("]") && name.startsWith(`${one}.`)),
    );
    return wrong === undefined ? null : this.faults[wrong];
  }

  /** @param {string} name */
  invalid(name) {
    return this.fault(name) === null ? nothing : "true";
  }

  /**
   * Mark the field that the server refused; its name for people.
   * @param {ProblemFields} problem
   */
  refused({ field, detail = "" }) {
    if (!field) return "";
    const label = this.label(field);
    const lead = this.page.t("refusal.bad_setting.detail", { detail: "" }).trim();
    this.faults = { [field]: detail.replace(lead, "").replace(`“${field}”`, `“${label}”`).trim() };
    return label;
  }

  /** Check what can be checked here; whether all is well. */
  check() {
    const found = this.all().flatMap(([name, field]) => {
      const fault = faultOf(this.held(field, name), field);
      return fault ? [[name, this.page.t(...fault)]] : [];
    });
    this.faults = Object.fromEntries(found);
    if (!found.length) return true;
    const fields = found.map(([name]) => `“${this.label(name)}”`).join(", ");
    this.page.note = { bad: true, text: this.page.t("admin.form.check", { fields }) };
    return false;
  }

  /** @param {TemplateEvent} event */
  async submit(event) {
    event.preventDefault();
    if (!this.check()) {
      await this.updateComplete;
      focusOn(this, "[aria-invalid=true]");
      return;
    }
    const { draft } = this;
    const { sure, send, said, once } = this.given;
    if (sure && !(await sure(draft))) return;
    const done = await this.page.act(() => send(draft), said, this);
    if (done === undefined || once) return;
    await this.page.updateComplete;
    if (this.isConnected) this.reset();
  }

  /**
   * @param {Field} field
   * @param {string} name
   */
  held(field, name) {
    return field.get ? field.get(this.draft, name) : partOf(this.draft, name);
  }

  /**
   * @param {Field} field
   * @param {string} name
   * @param {unknown} value
   */
  take(field, name, value) {
    if (field.put) this.edit(field.put(this.draft, value, name) ?? {});
    else this.put(name, value === "" && field.drops ? undefined : value);
  }

  /**
   * Fields in their order: those that fit stand beside one another. more: what stands after the first of them.
   * @param {Field[]} fields
   * @param {string} [at]
   * @param {{ look?: string, more?: TemplateValue }} [layout]
   */
  rows(fields, at = "", { look = "fields", more = nothing } = {}) {
    return inRows(fields).map((row, place) => {
      if (BLOCKS.has(row[0].kind ?? "")) return this.block(row[0], at);
      const shown = row.map((field) => this.field(field, at + field.name));
      return html`<div class=${look}>${shown}${place ? nothing : more}</div>`;
    });
  }

  /**
   * @param {Field} field
   * @param {string} at
   * @returns {TemplateValue}
   */
  block(field, at) {
    if (field.kind === "view") return field.view?.(this) ?? nothing;
    if (field.kind === "hint") return html`<p class="hint">${this.page.t(field.label ?? "")}</p>`;
    if (field.kind === "list") return this.list(field, at + field.name);
    if (field.kind === "many") return this.many(field, at + field.name);
    const inner = this.rows(this.allowed(field.fields ?? []), at, field);
    if (!field.label) return inner;
    return html`<fieldset><legend>${this.page.t(field.label)}</legend>${inner}${this.help(field, "")}</fieldset>`;
  }

  /**
   * @param {Field} field
   * @param {string} name
   */
  list(field, name) {
    const { t } = this.page;
    const entries = partOf(this.draft, name) ?? [];
    const remove = (/** @type {number} */ at) =>
      html`<button class="button danger" type="button" @click=${() => this.put(name, entries.toSpliced(at, 1))}>
        ${t("admin.form.remove")}</button>`;
    const entry = (/** @type {Draft} */ one, /** @type {number} */ at) =>
      html`<li>${this.rows(this.allowed(field.entry?.(one) ?? []), `${name}[${at}].`, { more: remove(at) })}</li>`;
    const adds = (field.adds ?? []).map(
      ([words, one]) =>
        html`<button class="button" type="button" @click=${() => this.put(name, [...entries, structuredClone(one)])}>
          ${words}</button>`,
    );
    return html`<h3>${t(field.label ?? "")}</h3><ul class="entries">${entries.map(entry)}</ul>
      <div class="acts">${adds}</div>`;
  }

  /**
   * Boxes to tick, one of each option.
   * @param {Field} field
   * @param {string} name
   */
  many(field, name) {
    const { options = [], fixed = [], look = "", label = "" } = field;
    /** @type {unknown[]} */
    const chosen = this.held(field, name) ?? [];
    const turn = (/** @type {unknown} */ code) => {
      const kept = options.filter(([one]) => (one === code) !== chosen.includes(one)).map(([one]) => one);
      this.take(field, name, kept);
    };
    const boxes = options.map(
      ([code, words, small]) => html`<label class="check"><input type="checkbox" value=${code}
        .checked=${chosen.includes(code)} ?disabled=${fixed.includes(code)} aria-invalid=${this.invalid(name)}
        @change=${() => turn(code)}><span>${words}${small ? html` <small>${small}</small>` : nothing}</span></label>`,
    );
    if (!options.length) return nothing;
    if (look === "folded")
      return html`<details><summary>${this.page.t(label)}</summary><div class="members">${boxes}</div></details>`;
    return html`<fieldset class=${look === "days" ? look : nothing}><legend>${this.page.t(label)}</legend>
      ${look === "members" ? html`<div class=${look}>${boxes}</div>` : boxes}${this.help(field, name)}</fieldset>`;
  }

  /**
   * @param {Field} field
   * @param {string} name
   */
  field(field, name) {
    const words = field.unit
      ? `${this.page.t(field.label ?? "")} (${this.page.t(field.unit)})`
      : this.page.t(field.label ?? "");
    const wide = field.wide ? "field wide" : "field";
    if (field.kind === "check")
      return html`<div class=${wide}><label class="check">${this.tick(field, name)}${words}</label>
        ${this.help(field, name)}</div>`;
    return html`<div class=${wide}><label>${words}${this.control(field, name)}</label>${this.help(field, name)}</div>`;
  }

  /**
   * What helps to fill a field in, and what is wrong with it.
   * @param {Field} field
   * @param {string} name
   */
  help({ help, left, longest = 0 }, name) {
    const fault = name ? this.fault(name) : null;
    const words = left ? this.page.t(left, { n: longest - String(partOf(this.draft, name) ?? "").length }) : help;
    return html`${words ? html`<small id=${this.idOf(name, "help")}>${this.page.t(words)}</small>` : nothing}${
      fault ? html`<small class="fault" id=${this.idOf(name, "fault")}>${fault}</small>` : nothing
    }`;
  }

  /**
   * @param {string} name
   * @param {string} part
   */
  idOf(name, part) {
    return `${this.id || "form"}-${name}-${part}`;
  }

  /**
   * The ids of what is said about a field.
   * @param {Field} field
   * @param {string} name
   */
  about({ help, left }, name) {
    return [(help || left) && this.idOf(name, "help"), this.fault(name) && this.idOf(name, "fault")]
      .filter(Boolean)
      .join(" ");
  }

  /**
   * @param {Field} field
   * @param {string} name
   */
  tick(field, name) {
    return html`<input type="checkbox" name=${name} .checked=${Boolean(this.held(field, name))}
      aria-invalid=${this.invalid(name)} aria-describedby=${this.about(field, name) || nothing}
      @change=${(event) => this.take(field, name, event.target.checked)}>`;
  }

  /**
   * @param {Field} field
   * @param {string} name
   */
  control(field, name) {
    if (field.kind === "area") return this.area(field, name);
    if (field.kind !== "choice") return this.input(field, name);
    const { options = [], optional = true } = field;
    const value = this.held(field, name) ?? "";
    // A choice that must be made begins with none; one that is known no more is none.
    const known = optional || options.some(([one]) => one === value) ? value : "";
    return select({
      value: known,
      options: /** @type {[any, string][]} */ (optional ? options : [["", "…"], ...options]),
      onPick: (picked) => this.take(field, name, picked),
      required: !optional,
      invalid: this.fault(name) !== null,
      about: this.about(field, name),
    });
  }

  /**
   * @param {Field} field
   * @param {string} name
   */
  area(field, name) {
    return html`<textarea name=${name} rows=${field.rows ?? 2} maxlength=${field.longest ?? nothing}
      lang=${field.lang ?? nothing} ?required=${!field.optional} aria-invalid=${this.invalid(name)}
      aria-describedby=${this.about(field, name) || nothing} .value=${this.held(field, name) ?? ""}
      @input=${(event) => this.take(field, name, event.target.value)}></textarea>`;
  }

  /**
   * @param {Field} field
   * @param {string} name
   */
  input(field, name) {
    const { kind = "text", read, write = String } = field;
    const value = this.held(field, name);
    const taken = (/** @type {HTMLInputElement} */ { value: text, valueAsNumber: number }) => {
      if (kind === "number") return this.take(field, name, text === "" && field.optional ? null : number);
      return this.take(field, name, read ? read(text) : text);
    };
    const shown = Number.isNaN(value) || value === null || value === undefined ? "" : write(value);
    // What is read, and a number, are taken when they are whole.
    const half = (/** @type {HTMLInputElement} */ { validity }) => Boolean(read) || validity.badInput;
    return html`<input name=${name} type=${TYPES[kind] ?? "text"} .value=${shown} ?required=${!field.optional}
      min=${field.least ?? nothing} max=${field.most ?? nothing} step=${kind === "number" ? (field.step ?? 1) : nothing}
      maxlength=${field.longest ?? nothing} placeholder=${field.placeholder ? this.page.t(field.placeholder) : nothing}
      lang=${field.lang ?? nothing} inputmode=${field.inputmode ?? nothing} autocomplete="off"
      spellcheck=${field.pattern ? "false" : nothing} aria-invalid=${this.invalid(name)}
      aria-describedby=${this.about(field, name) || nothing} @input=${({ target }) => half(target) || taken(target)}
      @change=${({ target }) => half(target) && taken(target)}>`;
  }

  /** The buttons, and whether there is something to save. */
  bar() {
    const { changed, given } = this;
    const { t } = this.page;
    const back = given.cancel ?? (changed ? () => this.reset() : null);
    const backWords = t(given.cancel ? "admin.cancel" : "admin.form.take_back");
    return html`<div class="acts"><button class="button primary" type="submit" ?disabled=${Boolean(this.page.busy)}>
      ${given.words || t("admin.save")}</button>
      ${back ? html`<button class="button" type="button" @click=${back}>${backWords}</button>` : nothing}
      ${changed ? html`<span class="chip unsaved">${t("admin.form.unsaved")}</span>` : nothing}</div>`;
  }

  render() {
    const { shown, given } = this;
    if (!shown.length) return nothing;
    return html`<form class=${given.look ?? "card"} novalidate @submit=${(event) => this.submit(event)}>
      ${given.heading ? html`<h2>${given.heading}</h2>` : nothing}${this.rows(shown)}${this.bar()}
      ${given.after ?? nothing}</form>`;
  }
}

customElements.define("admin-form", AdminForm);
