// What holds for all displays of the hall: how calls are spoken, and whether screens must be let in.
import { api } from "../kit/api.js";
import { html } from "../kit/vendor/lit.js";
import { ask } from "../site/parts.js";

/** Fetch the settings into page.hall, beside whatever else the page asks: its words are left alone. */
export function lookAtHall(page) {
  return page.peek(async () => {
    page.hall = await api("GET", "/api/v1/settings/displays");
  });
}

async function save(page, event) {
  event.preventDefault();
  const saved = await page.ask("PUT", "/settings/displays", page.hall, page.t("admin.hall.saved"));
  if (saved) page.hall = saved;
}

function setter(page, name) {
  return (value) => {
    page.hall = { ...page.hall, [name]: value };
  };
}

function saveButton({ t, busy }) {
  return html`<div class="acts"><button class="button primary" ?disabled=${busy}>${t("admin.save")}</button></div>`;
}

/** How calls are spoken. */
export function speakingCard(page) {
  const { t, hall } = page;
  return html`<form class="card" @submit=${(event) => save(page, event)}><h2>${t("admin.hall.speaking")}</h2>
    <div class="fields">${page.number(
      t("admin.hall.times"),
      "times",
      hall.times,
      page.boot.limits.times,
      setter(page, "times"),
    )}
      ${["both", "gong", "agency"].map((name) =>
        page.check(t(`admin.hall.${name}`), hall[name], setter(page, name)),
      )}</div>
    <p class="hint">${t("admin.hall.soon")}</p>${saveButton(page)}</form>`;
}

/** Whether screens must be let in; asked again before `strangers` screens that are on show nothing any more. */
export function pairingCard(page, strangers) {
  const { t, hall } = page;
  const sure = async (event) => {
    event.preventDefault();
    const { pairing } = page.hall;
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
    ${page.check(t("admin.hall.pairing"), hall.pairing, setter(page, "pairing"))}
    <p class="hint">${t("admin.hall.pairing_text")}</p>${saveButton(page)}</form>`;
}
