// What holds for all displays of the hall: how calls are spoken, and whether screens must be let in.
import { api } from "../kit/api.js";
import { html } from "../kit/vendor/lit.js";
import { ask } from "../site/parts.js";

/**
 * @import { DisplaySettingsBody } from "../kit/api-types.d.ts"
 * @import { Boot } from "../kit/kit-types.d.ts"
 * @import { VoiceBoot } from "../admin/admin-types.d.ts"
 * @import { SettingsPage } from "../admin/settings-page.js"
 */

/** @typedef {SettingsPage<any> & { hall: DisplaySettingsBody | null }} HallPage */
/** @type {("both" | "gong" | "agency")[]} */
const SPOKEN = ["both", "gong", "agency"];

/**
 * Fetch the settings into page.hall, beside whatever else the page asks: its words are left alone.
 * @param {HallPage} page
 */
export function lookAtHall(page) {
  return page.peek(async () => {
    page.hall = await api("GET", "/api/v1/settings/displays");
  });
}

/**
 * @param {HallPage} page
 * @param {Event} event
 */
async function save(page, event) {
  event.preventDefault();
  if (!page.hall) return;
  const saved = await page.ask("PUT", "/settings/displays", page.hall, page.t("admin.hall.saved"));
  if (saved) page.hall = saved;
}

/**
 * @param {HallPage} page
 * @param {keyof DisplaySettingsBody} name
 */
function setter(page, name) {
  return (/** @type {number | boolean} */ value) => {
    page.hall = { ...page.hall, [name]: value };
  };
}

/** @param {Pick<HallPage, "t" | "busy">} page */
function saveButton({ t, busy }) {
  return html`<div class="acts"><button class="button primary" ?disabled=${busy}>${t("admin.save")}</button></div>`;
}

/**
 * How calls are spoken.
 * @param {HallPage & { boot: VoiceBoot }} page
 * @param {DisplaySettingsBody} hall
 */
export function speakingCard(page, hall) {
  const { t } = page;
  return html`<form class="card" @submit=${(event) => save(page, event)}><h2>${t("admin.hall.speaking")}</h2>
    <div class="fields">${page.number(
      t("admin.hall.times"),
      "times",
      hall.times ?? 1,
      page.boot.limits.times,
      setter(page, "times"),
    )}
      ${SPOKEN.map((name) => page.check(t(`admin.hall.${name}`), hall[name] ?? false, setter(page, name)))}</div>
    <p class="hint">${t("admin.hall.soon")}</p>${saveButton(page)}</form>`;
}

/**
 * Whether screens must be let in; asked again before `strangers` screens that are on show nothing any more.
 * @param {HallPage} page
 * @param {DisplaySettingsBody} hall
 * @param {number} strangers
 */
export function pairingCard(page, hall, strangers) {
  const { t } = page;
  const sure = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const pairing = page.hall?.pairing;
    const text = t("admin.hall.pairing_sure_text", { count: strangers });
    const words = {
      title: t("admin.hall.pairing_sure"),
      text,
      yes: t("admin.hall.pairing_yes"),
      no: t("admin.cancel"),
      danger: true,
    };
    if (!pairing || (await ask(words))) await save(page, event);
  };
  return html`<form class="card" @submit=${sure}><h2>${t("admin.hall.pairing_title")}</h2>
    ${page.check(t("admin.hall.pairing"), hall.pairing ?? false, setter(page, "pairing"))}
    <p class="hint">${t("admin.hall.pairing_text")}</p>${saveButton(page)}</form>`;
}
