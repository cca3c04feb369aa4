// What holds for all displays of the hall: how calls are spoken, and whether screens must be paired.
import { api } from "../kit/api.js";
import { nothing } from "../kit/vendor/lit.js";

/**
 * @import { DisplaySettingsBody } from "../kit/api-types.d.ts"
 * @import { Draft, Field } from "./admin-types.d.ts"
 * @import { SettingsPage } from "./settings-page.js"
 */

/** @typedef {SettingsPage<any> & { hall: DisplaySettingsBody | null }} HallPage */

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
 * @param {string} heading
 * @param {Field[]} fields
 * @param {(draft: Draft) => Promise<boolean>} [sure]
 */
function card(page, heading, fields, sure) {
  if (!page.hall) return nothing;
  const send = async (/** @type {Draft} */ draft) => {
    page.hall = await api("PUT", "/api/v1/settings/displays", draft);
    return page.hall;
  };
  const said = page.t("admin.hall.saved");
  return page.form({ id: "hall", heading: page.t(heading), value: page.hall, fields: () => fields, sure, send, said });
}

/**
 * How calls are spoken.
 * @param {HallPage} page
 */
export function speakingCard(page) {
  const [least, most] = page.boot.limits.times;
  return card(page, "admin.hall.speaking", [
    { name: "times", kind: "number", label: "admin.hall.times", least, most },
    ...["both", "gong", "agency"].map((name) => ({ name, kind: "check", label: `admin.hall.${name}` })),
    { kind: "hint", label: "admin.hall.soon" },
  ]);
}

/**
 * Whether screens must be paired; asked again before `unpaired` screens that are on show nothing any more.
 * @param {HallPage} page
 * @param {number} unpaired
 */
export function pairingCard(page, unpaired) {
  const words = {
    text: page.t("admin.hall.pairing_sure_text", { count: unpaired }),
    yes: page.t("admin.hall.pairing_yes"),
  };
  const sure = async (/** @type {Draft} */ { pairing }) => !pairing || page.sure("admin.hall.pairing_sure", {}, words);
  /** @type {Field} */
  const field = { name: "pairing", kind: "check", label: "admin.hall.pairing", help: "admin.hall.pairing_text" };
  return card(page, "admin.hall.pairing_title", [{ ...field, roles: ["admin"] }], sure);
}
