// The frame of the officer's dialogs. What each asks stands in forms-*.js.
import { html, nothing } from "../kit/vendor/lit.js";
import { icon } from "../site/parts.js";
import { FORMS } from "./forms.js";
import { ACTS } from "./rules.js";
import { sheetKeys } from "./sheet-keys.js";

function problemView(page, form) {
  const { t, boot: { assets }, unsent } = page;
  if (unsent) {
    return html`<p class="banner bad">${icon(assets, "wifi-off")}<span><strong>${t("officer.unreachable.title")}.</strong>
      ${t("officer.unreachable.detail", { act: t(`officer.act.${unsent.act}`) })}</span></p>`;
  }
  const { problem } = form;
  if (!problem) return nothing;
  return html`<p class="banner bad">${icon(assets, "alert-triangle")}<span><strong>${problem.title}.</strong> ${problem.detail}</span></p>`;
}

function loading(page, form) {
  const { t, boot: { assets } } = page;
  return form.problem
    ? html`<p class="sheet-wait"><button type="button" class="button" autofocus @click=${() => page.load()}>
        ${icon(assets, "refresh")}${t("officer.retry")}</button></p>`
    : html`<p class="sheet-wait" role="status">${icon(assets, "hourglass")}${t("officer.loading")}</p>`;
}

function buttons(page, form, spec) {
  const { t, pending } = page;
  const { ready = () => true, submit, danger = false, more = () => nothing } = spec;
  const words = typeof submit === "function" ? submit(page, form) : t(submit);
  const able = ready(page, form) && !pending;
  return html`<footer>
    <p class="sheet-hint">${spec.hint ? t(spec.hint) : nothing}</p>
    <button type="button" class="button" @click=${() => page.dismiss()}>${t("officer.cancel")}<kbd aria-hidden="true">Esc</kbd></button>
    ${more(page, form)}
    <button type="submit" class="button ${danger ? "danger" : "primary"} ${pending ? "busy" : ""}" aria-disabled=${!able} ?autofocus=${spec.focus}>
      ${pending ? t("officer.pending.sending") : words}</button>
  </footer>`;
}

function heading(page, form, spec) {
  const { t, boot: { assets } } = page;
  return html`<header>${icon(assets, spec.icon ?? ACTS[form.act].icon)}<h2 id="sheet-title">${spec.title(page, form)}</h2>
    <button type="button" class="sheet-close" aria-label=${t("officer.close_dialog")} @click=${() => page.dismiss()}>${icon(assets, "x")}</button></header>`;
}

// Closing or a break would leave people waiting for nobody: the question, in the server's words.
function strandView(page, form) {
  const { t, boot: { assets }, pending } = page;
  return html`<form @submit=${(event) => { event.preventDefault(); page.answer(form.way); }}>
    <header>${icon(assets, "alert-triangle", "warn")}<h2 id="sheet-title">${form.problem.title}</h2></header>
    <div class="sheet-body" role="alert" tabindex="-1"><p class="sheet-text">${form.problem.detail}</p><p class="sheet-text">${t("officer.strand.ask")}</p></div>
    <footer><p class="sheet-hint"></p>
      <button type="button" class="button" ?autofocus=${true} @click=${() => page.dismiss()}>${t("officer.strand.no")}<kbd aria-hidden="true">Esc</kbd></button>
      <button type="submit" class="button danger ${pending ? "busy" : ""}">${t("officer.strand.yes")}</button></footer>
  </form>`;
}

function sheet(page, form) {
  const spec = FORMS[form.act];
  if (form.problem?.code === "would_strand") return strandView(page, form);
  const body = spec.load && !form.data ? loading(page, form) : spec.body(page, form);
  const inner = html`${heading(page, form, spec)}
    <div class="sheet-problem" role="alert">${problemView(page, form)}</div>
    <div class="sheet-body" tabindex="-1">${body}</div>`;
  if (!spec.requests) return html`<div class="sheet-plain">${inner}</div>`;
  return html`<form novalidate @submit=${(event) => { event.preventDefault(); page.answer(); }}>${inner}${buttons(page, form, spec)}</form>`;
}

/** The one dialog of the page, with whatever is being asked. */
export function dialogView(page) {
  const { form } = page;
  const kind = form ? FORMS[form.act].kind ?? "" : "";
  // The browser tells of the closing late: by then the next dialog may be open.
  const closed = ({ target }) => target.open || page.dismiss();
  return html`<dialog class="sheet ${kind}" aria-labelledby="sheet-title" @keydown=${(event) => sheetKeys(event)}
    @cancel=${() => page.dismiss()} @close=${closed}>
    ${form ? sheet(page, form) : nothing}</dialog>`;
}
