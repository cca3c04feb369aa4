// The forms of the printers' page. `page` is its element: its state, its words, and what its buttons do.
import { pick } from "../kit/i18n.js";
import { html, nothing } from "../kit/vendor/lit.js";
import { namedOptions, select } from "../site/parts.js";

/**
 * @import { DiscoveredPrinterOut, NewAgentIn } from "../kit/api-types.d.ts"
 * @import { Coded, PrinterForm } from "../admin/admin-types.d.ts"
 * @import { AdminPrinters } from "./printers.js"
 */

/** @type {PrinterForm} */
export const NEW_PRINTER = {
  isNew: true,
  code: "",
  url: "",
  paper_mm: 80,
  kiosks: [],
  zone: "",
  fallback: "",
  place: {},
  roll_m: null,
};

/**
 * @param {string} label
 * @param {string | null} value
 * @param {Coded[]} options
 * @param {(value: string) => void} set
 */
function choice(label, value, options, set) {
  const list = { value: value ?? "", options: namedOptions(options, ""), onPick: set };
  return html`<label>${label}${select(list)}</label>`;
}

/**
 * Adding a printer, or changing one.
 * @param {AdminPrinters} page
 * @param {PrinterForm} form
 */
export function printerForm(page, form) {
  const {
    t,
    busy,
    boot: { kiosks, zones, language, languages },
  } = page;
  /** @type {<Name extends keyof PrinterForm>(name: Name, value: PrinterForm[Name]) => void} */
  const put = (name, value) => {
    page.form = { ...form, ...page.form, [name]: value };
  };
  const none = { code: "", name: t("admin.printers.by_itself") };
  const others = (page.set ?? []).filter(({ code }) => code !== form.code).map(({ code }) => ({ code, name: code }));
  const turn = (/** @type {string} */ code, /** @type {boolean} */ on) =>
    put("kiosks", on ? [...form.kiosks, code] : form.kiosks.filter((one) => one !== code));
  return html`<form class="card" id="printer-form" @submit=${(event) => page.save(event)}>
    <h2>${form.isNew ? t("admin.printers.add") : t("admin.printers.change_title", { code: form.code })}</h2>
    <div class="fields">
      ${
        form.isNew
          ? html`<label>${t("admin.printers.code")}<input name="code" required maxlength="40"
            pattern="[A-Za-z0-9._\\-]+"
        .value=${form.code} @input=${(event) => put("code", event.target.value)}></label>`
          : nothing
      }
      <label class="wide">${t("admin.printers.address")}<input name="url" required maxlength="300" spellcheck="false"
        placeholder="tcp://10.0.0.5:9100"
        .value=${form.url} @input=${(event) => put("url", event.target.value.trim())}><small>${t(
          "admin.printers.address_help",
        )}</small></label>
      ${choice(
        t("admin.printers.paper"),
        String(form.paper_mm),
        [
          { code: "80", name: "80 mm" },
          { code: "58", name: "58 mm" },
        ],
        (value) => put("paper_mm", Number(value)),
      )}
      <label>${t("admin.printers.roll")}<input name="roll_m" type="number" min="1" max="1000"
        .value=${form.roll_m === null ? "" : String(form.roll_m)}
        @input=${(event) => put("roll_m", event.target.value === "" ? null : Number(event.target.value))}></label>
      ${choice(
        t("admin.printers.zone"),
        form.zone,
        [none, ...zones.map((zone) => ({ code: zone.code, name: pick(zone.name, language) }))],
        (value) => put("zone", value),
      )}
      ${choice(t("admin.printers.fallback"), form.fallback, [none, ...others], (value) => put("fallback", value))}
    </div>
    <fieldset><legend>${t("admin.printers.kiosks")}</legend>
      ${kiosks.map(
        ({
          code,
          name,
        }) => html`<label class="check"><input type="checkbox" value=${code} .checked=${form.kiosks.includes(code)}
        @change=${(event) => turn(code, event.target.checked)}>${name}</label>`,
      )}</fieldset>
    <fieldset><legend>${t("admin.printers.place")}</legend><div class="fields">
      ${languages.map(
        (
          code,
        ) => html`<label>${t(`language.${code}`)}<input maxlength="120" lang=${code} .value=${form.place[code] ?? ""}
        @input=${(event) => put("place", { ...form.place, [code]: event.target.value })}></label>`,
      )}</div></fieldset>
    <div class="acts"><button class="button primary" type="submit" ?disabled=${Boolean(busy)}>
      ${t(form.isNew ? "admin.printers.add" : "admin.save")}</button>
      <button class="button" type="button" @click=${() => {
        page.form = null;
      }}>${t("admin.cancel")}</button></div>
  </form>`;
}

/**
 * What was found, in the page's language; the names of USB printers are their makers'.
 * @param {AdminPrinters} page
 * @param {DiscoveredPrinterOut} one
 */
function whatIsThere({ t }, { address, description, advice }) {
  const scheme = address.split(":")[0];
  if (scheme === "tcp") return advice ? "" : t("admin.printers.answers");
  return scheme === "usb" ? description : t(`admin.printers.found.${scheme}`);
}

/**
 * Looking for printers that could be added.
 * @param {AdminPrinters} page
 */
export function finder(page) {
  const { t, busy, found } = page;
  return html`<form class="card" id="finder" @submit=${(event) => page.discover(event)}>
    <h2>${t("admin.printers.discover")}</h2>
    <div class="fields"><label class="wide">${t("admin.printers.hosts")}<input name="hosts" maxlength="1000"
      spellcheck="false" placeholder="10.0.0.5 10.0.0.6:9100"
      .value=${page.hosts} @input=${(event) => {
        page.hosts = event.target.value;
      }}><small>${t("admin.printers.hosts_help")}</small></label>
      <button class="button beside" type="submit" ?disabled=${Boolean(busy)}>
        ${busy === "discover" ? "…" : t("admin.printers.discover_start")}</button></div>
    ${
      found === null
        ? nothing
        : html`<ul class="screens" aria-live="polite">${found.map(
            (one) => html`<li class="screen printer">
      <strong><code>${one.address}</code></strong><span class="grow">${whatIsThere(page, one)}</span>
      <button type="button" class="button" @click=${() => page.add(one.address)}>${t("admin.printers.add")}</button>
      ${one.advice ? html`<p class="advice bad">${one.advice.sentence}</p>` : nothing}</li>`,
          )}</ul>
      ${found.length ? nothing : html`<p>${t("admin.printers.nothing_found")}</p>`}`
    }
  </form>`;
}

/**
 * Letting a print agent in.
 * @param {AdminPrinters} page
 * @param {NewAgentIn} agent
 */
export function agentForm(page, agent) {
  const { t, busy } = page;
  const put = (/** @type {keyof NewAgentIn} */ name, /** @type {string} */ value) => {
    page.agent = { ...agent, ...page.agent, [name]: value };
  };
  return html`<form class="card" @submit=${(event) => page.letIn(event)}>
    <div class="fields">
      <label>${t("admin.printers.code")}<input name="agent" required maxlength="60" pattern="[A-Za-z0-9._\\-]+"
        autofocus .value=${agent.code}
        @input=${(event) => put("code", event.target.value)}></label>
      <label>${t("admin.displays.name")}<input required maxlength="120" .value=${agent.name}
        @input=${(event) => put("name", event.target.value)}></label>
    </div>
    <div class="acts"><button class="button primary" type="submit" ?disabled=${Boolean(busy)}>
      ${t("admin.printers.pair_agent")}</button>
      <button class="button" type="button" @click=${() => {
        page.agent = null;
      }}>${t("admin.cancel")}</button></div>
  </form>`;
}
