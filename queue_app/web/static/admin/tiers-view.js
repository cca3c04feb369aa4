// The services of a counter in tiers, to be arranged by touch or keyboard. Takes the page, and the form that holds the
// tiers.
import { pick } from "../kit/i18n.js";
import { html, nothing } from "../kit/vendor/lit.js";
import { focusOn, icon } from "../site/parts.js";
import { dropped, merged, normal, placed } from "./tier-rules.js";

/**
 * @import { TemplateEvent } from "../kit/vendor/lit.d.ts"
 * @import { Tiers } from "./admin-types.d.ts"
 * @import { AdminCounters } from "./counters.js"
 * @import { AdminForm } from "./form.js"
 */

/** @type {(form: AdminForm) => Tiers} */
const tiersOf = (form) => form.draft.tiers;

/**
 * Change the tiers, say what happened, and keep the focus near: on the first of these selectors that is there.
 * @param {AdminCounters} page
 * @param {AdminForm} form
 * @param {Tiers} tiers
 * @param {string} said
 * @param {...string} near
 */
async function change(page, form, tiers, said, ...near) {
  form.put("tiers", normal(tiers));
  page.said = said;
  await Promise.all([form.updateComplete, page.updateComplete]);
  const found = near.find((selector) => form.querySelector(selector));
  if (found) focusOn(form, found);
}

/**
 * @param {AdminCounters} page
 * @param {AdminForm} form
 * @param {number} id
 * @param {number} from
 * @param {number} to
 */
function move(page, form, id, from, to) {
  const direction = to < from ? "up" : "down";
  const row = `[data-service="${id}"]`;
  const said = page.t("counters.moved", {
    service: page.serviceName(id),
    tier: page.t("counters.tier", { n: to + 1 }),
  });
  change(page, form, placed(tiersOf(form), id, to), said, `${row} [data-move=${direction}]`, `${row} [data-move]`);
}

/**
 * @param {AdminCounters} page
 * @param {AdminForm} form
 * @param {number} id
 * @param {number} from
 * @param {number} to
 */
function moveButton(page, form, id, from, to) {
  if (to < 0 || to >= tiersOf(form).length) return nothing;
  const tier = page.t("counters.tier", { n: to + 1 });
  const up = to < from;
  return html`<button class="button small" type="button" data-move=${up ? "up" : "down"}
    aria-label=${page.t("counters.move", { service: page.serviceName(id), tier })}
      @click=${() => move(page, form, id, from, to)}>
    ${icon(page.boot.assets, "arrow-right", up ? "up" : "down")}${tier}</button>`;
}

/**
 * @param {AdminCounters} page
 * @param {AdminForm} form
 * @param {number} id
 * @param {number} at
 */
function serviceRow(page, form, id, at) {
  const { t, services, boot } = page;
  const name = page.serviceName(id);
  const remove = () =>
    change(page, form, dropped(tiersOf(form), id), t("counters.removed", { service: name }), `[data-add="${at}"]`);
  return html`<li data-service=${id}><span class="grow">${name} <small>${services.get(id)?.agency}</small></span>
    ${moveButton(page, form, id, at, at - 1)}${moveButton(page, form, id, at, at + 1)}
    <button class="button danger small" type="button" aria-label=${t("counters.remove", { service: name })}
      @click=${remove}>${icon(boot.assets, "x")}</button></li>`;
}

/**
 * What the counter does not serve yet, by agency, its own first.
 * @param {AdminCounters} page
 * @param {AdminForm} form
 */
function choices(page, form) {
  const { stored, boot } = page;
  const taken = new Set(tiersOf(form).flat());
  const free = boot.services.filter(({ id }) => !taken.has(id));
  const agencies = [...new Set(free.map(({ agency }) => agency))].toSorted(
    (a, b) => Number(b === stored?.agency) - Number(a === stored?.agency),
  );
  return agencies.map(
    (agency) =>
      html`<optgroup label=${agency}>${free
        .filter((one) => one.agency === agency)
        .map(({ id, name }) => html`<option value=${id}>${pick(name, boot.language)}</option>`)}</optgroup>`,
  );
}

/**
 * @param {AdminCounters} page
 * @param {AdminForm} form
 * @param {number} at
 */
function addRow(page, form, at) {
  const { t } = page;
  const add = (/** @type {TemplateEvent} */ event) => {
    const select = event.target.closest(".add-service")?.querySelector("select");
    const id = Number(select?.value);
    if (!select) return;
    if (!id) {
      select.focus();
      return;
    }
    select.value = "";
    const said = t("counters.added", { service: page.serviceName(id), tier: page.tierName(at, tiersOf(form)) });
    change(page, form, placed(tiersOf(form), id, at), said, `[data-add="${at}"]`);
  };
  return html`<div class="add-service"><label>${t("counters.add_service")}<select data-add=${at}
    aria-invalid=${form.invalid(`tiers[${at}]`)}>
    <option value="">…</option>${choices(page, form)}</select></label>
    <button class="button" type="button" @click=${add}>
      ${t("hours.add")}</button></div>`;
}

/**
 * @param {AdminCounters} page
 * @param {AdminForm} form
 * @param {number[]} tier
 * @param {number} at
 */
function tierView(page, form, tier, at) {
  const { t } = page;
  const tiers = tiersOf(form);
  const into = t("counters.tier", { n: at || 2 });
  const remove = () => change(page, form, merged(tiers, at), t("counters.tier_gone"), "[data-more]");
  return html`<fieldset class="tier"><legend>
    ${page.tierName(at, tiersOf(form))}${at === 0 && tiers.length > 1 ? ` · ${t("counters.first")}` : nothing}</legend>
    ${
      tier.length
        ? html`<ul class="tier-services">${tier.map((id) => serviceRow(page, form, id, at))}</ul>`
        : html`<p class="hint">${t("counters.tier_empty")}</p>`
    }
    ${addRow(page, form, at)}
    ${
      tiers.length > 1
        ? html`<div class="acts"><button class="button" type="button" @click=${remove}>
      ${tier.length ? t("counters.merge", { tier: into }) : t("counters.remove_tier")}</button></div>`
        : nothing
    }</fieldset>`;
}

/**
 * All tiers, and the way to one more.
 * @param {AdminCounters} page
 * @param {AdminForm} form
 */
export function tiersView(page, form) {
  const { t, boot } = page;
  const tiers = tiersOf(form);
  const more = () =>
    change(
      page,
      form,
      [...tiers, []],
      t("counters.tier_more", { n: tiers.length + 1 }),
      `[data-add="${tiers.length}"]`,
    );
  return html`${tiers.map((tier, at) => tierView(page, form, tier, at))}
    ${
      tiers.length < boot.most.tiers
        ? html`<div class="acts"><button class="button" type="button" data-more @click=${more}>
          ${t("counters.add_tier")}</button></div>`
        : nothing
    }`;
}
