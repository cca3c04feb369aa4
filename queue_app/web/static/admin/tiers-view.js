// The services of a counter in tiers, to be arranged by touch or keyboard. Takes the page, which holds the tiers.
import { pick } from "../kit/i18n.js";
import { html, nothing } from "../kit/vendor/lit.js";
import { focusOn, icon } from "../site/parts.js";
import { dropped, merged, placed } from "./tier-rules.js";

/**
 * @import { TemplateEvent } from "../kit/vendor/lit.d.ts"
 * @import { Tiers } from "./admin-types.d.ts"
 * @import { AdminCounters } from "./counters.js"
 */

/**
 * Change the tiers, say what happened, and keep the focus near: on the first of these selectors that is there.
 * @param {AdminCounters} page
 * @param {Tiers} tiers
 * @param {string} said
 * @param {...string} near
 */
async function change(page, tiers, said, ...near) {
  Object.assign(page, { tiers, said });
  await page.updateComplete;
  const found = near.find((selector) => page.querySelector(selector));
  if (found) focusOn(page, found);
}

/**
 * @param {AdminCounters} page
 * @param {number} id
 * @param {number} from
 * @param {number} to
 */
function move(page, id, from, to) {
  const direction = to < from ? "up" : "down";
  const row = `[data-service="${id}"]`;
  const said = page.t("counters.moved", {
    service: page.serviceName(id),
    tier: page.t("counters.tier", { n: to + 1 }),
  });
  change(page, placed(page.tiers, id, to), said, `${row} [data-move=${direction}]`, `${row} [data-move]`);
}

/**
 * @param {AdminCounters} page
 * @param {number} id
 * @param {number} from
 * @param {number} to
 */
function moveButton(page, id, from, to) {
  if (to < 0 || to >= page.tiers.length) return nothing;
  const tier = page.t("counters.tier", { n: to + 1 });
  const up = to < from;
  return html`<button class="button small" type="button" data-move=${up ? "up" : "down"}
    aria-label=${page.t("counters.move", { service: page.serviceName(id), tier })}
      @click=${() => move(page, id, from, to)}>
    ${icon(page.boot.assets, "arrow-right", up ? "up" : "down")}${tier}</button>`;
}

/**
 * @param {AdminCounters} page
 * @param {number} id
 * @param {number} at
 */
function serviceRow(page, id, at) {
  const {
    t,
    services,
    boot: { assets },
  } = page;
  const name = page.serviceName(id);
  const remove = () =>
    change(page, dropped(page.tiers, id), t("counters.removed", { service: name }), `[data-add="${at}"]`);
  return html`<li data-service=${id}><span class="grow">${name} <small>${services.get(id)?.agency}</small></span>
    ${moveButton(page, id, at, at - 1)}${moveButton(page, id, at, at + 1)}
    <button class="button danger small" type="button" aria-label=${t("counters.remove", { service: name })}
      @click=${remove}>${icon(assets, "x")}</button></li>`;
}

/**
 * What the counter does not serve yet, by agency, its own first.
 * @param {AdminCounters} page
 */
function choices(page) {
  const {
    stored,
    tiers,
    boot: { services, language },
  } = page;
  const taken = new Set(tiers.flat());
  const free = services.filter(({ id }) => !taken.has(id));
  const agencies = [...new Set(free.map(({ agency }) => agency))].toSorted(
    (a, b) => Number(b === stored?.agency) - Number(a === stored?.agency),
  );
  return agencies.map(
    (agency) =>
      html`<optgroup label=${agency}>${free
        .filter((one) => one.agency === agency)
        .map(({ id, name }) => html`<option value=${id}>${pick(name, language)}</option>`)}</optgroup>`,
  );
}

/**
 * @param {AdminCounters} page
 * @param {number} at
 */
function addRow(page, at) {
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
    const said = t("counters.added", { service: page.serviceName(id), tier: page.tierName(at) });
    change(page, placed(page.tiers, id, at), said, `[data-add="${at}"]`);
  };
  return html`<div class="add-service"><label>${t("counters.add_service")}<select data-add=${at}
    aria-invalid=${page.invalid(`tiers[${at}]`)}>
    <option value="">…</option>${choices(page)}</select></label><button class="button" type="button" @click=${add}>
      ${t("hours.add")}</button></div>`;
}

/**
 * @param {AdminCounters} page
 * @param {number[]} tier
 * @param {number} at
 */
function tierView(page, tier, at) {
  const { t, tiers } = page;
  const into = t("counters.tier", { n: at || 2 });
  const remove = () => change(page, merged(tiers, at), t("counters.tier_gone"), "[data-more]");
  return html`<fieldset class="tier"><legend>
    ${page.tierName(at)}${at === 0 && tiers.length > 1 ? ` · ${t("counters.first")}` : nothing}</legend>
    ${
      tier.length
        ? html`<ul class="tier-services">${tier.map((id) => serviceRow(page, id, at))}</ul>`
        : html`<p class="hint">${t("counters.tier_empty")}</p>`
    }
    ${addRow(page, at)}
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
 */
export function tiersView(page) {
  const {
    t,
    tiers,
    boot: { most },
  } = page;
  const more = () =>
    change(page, [...tiers, []], t("counters.tier_more", { n: tiers.length + 1 }), `[data-add="${tiers.length}"]`);
  return html`${tiers.map((tier, at) => tierView(page, tier, at))}
    ${
      tiers.length < most.tiers
        ? html`<div class="acts"><button class="button" type="button" data-more @click=${more}>
          ${t("counters.add_tier")}</button></div>`
        : nothing
    }`;
}
