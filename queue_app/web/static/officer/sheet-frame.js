// The frame of one of the officers' dialogs: its head, what went wrong, what it asks, its buttons.
import { html, nothing } from "../kit/vendor/lit.js";
import { focusOn, icon } from "../site/parts.js";
import { ACTS } from "./actions.js";
import { sheetKeys } from "./sheet-keys.js";

/**
 * @import { Changed, TemplateEvent, TemplateValue } from "../kit/vendor/lit.d.ts"
 * @import { AnyDialog, DialogPage, Form } from "./officer-types.d.ts"
 */

/**
 * @param {DialogPage} page
 * @param {Form} form
 */
function problemView(page, form) {
  const {
    t,
    boot: { assets },
    unsent,
  } = page;
  if (unsent) {
    return html`<p class="banner bad">${icon(assets, "wifi-off")}<span><strong>${t(
      "officer.unreachable.title",
    )}.</strong>
      ${t("officer.unreachable.detail", { act: t(`officer.act.${unsent.act}`) })}</span></p>`;
  }
  const { problem, said } = form;
  if (said) return html`<p class="banner good">${icon(assets, "circle-check")}<span>${said}</span></p>`;
  if (!problem) return nothing;
  return html`<p class="banner bad">${icon(assets, "alert-triangle")}<span><strong>${problem.title}.</strong>
    ${problem.detail}</span></p>`;
}

/**
 * @param {DialogPage} page
 * @param {Form} form
 */
function loading(page, form) {
  const {
    t,
    boot: { assets },
  } = page;
  return form.problem
    ? html`<p class="sheet-wait"><button type="button" class="button" autofocus @click=${() => page.load()}>
        ${icon(assets, "refresh")}${t("officer.retry")}</button></p>`
    : html`<p class="sheet-wait" role="status">${icon(assets, "hourglass")}${t("officer.loading")}</p>`;
}

/**
 * @param {DialogPage} page
 * @param {Form} form
 * @param {AnyDialog} spec
 */
function buttons(page, form, spec) {
  const { t, pending } = page;
  const { ready = () => true, submit, danger = false, more = () => nothing } = spec;
  const words = typeof submit === "function" ? submit(page, form) : t(submit ?? "");
  const able = ready(page, form) && !pending;
  return html`<footer>
    <p class="sheet-hint">${spec.hint ? t(spec.hint) : nothing}</p>
    <button type="button" class="button" @click=${() => page.dismiss()}>${t("officer.cancel")}<kbd
      aria-hidden="true">Esc</kbd></button>
    ${more(page, form)}
    <button type="submit" class="button ${danger ? "danger" : "primary"} ${pending ? "busy" : ""}"
      aria-disabled=${!able} ?autofocus=${spec.focus}>
      ${pending ? t("officer.pending.sending") : words}</button>
  </footer>`;
}

/**
 * @param {DialogPage} page
 * @param {Form} form
 * @param {AnyDialog} spec
 */
function heading(page, form, spec) {
  const {
    t,
    boot: { assets },
  } = page;
  return html`<header>${icon(assets, spec.icon ?? (form.act === "why" ? "" : ACTS[form.act].icon))}<h2 id="sheet-title">
    ${spec.title(page, form)}</h2>
    <button type="button" class="sheet-close" aria-label=${t("officer.close_dialog")} @click=${() => page.dismiss()}>
      ${icon(assets, "x")}</button></header>`;
}

/**
 * What a dialog holds. form: {act, values, data, problem, said}; spec: what it asks, as in forms-*.js.
 * @param {DialogPage} page
 * @param {Form} form
 * @param {AnyDialog} spec
 */
export function sheetView(page, form, spec) {
  const body = spec.load && !form.data ? loading(page, form) : spec.body(page, form);
  const inner = html`${heading(page, form, spec)}
    <div class="sheet-problem" role="alert">${problemView(page, form)}</div>
    <div class="sheet-body" tabindex="-1">${body}</div>`;
  if (!spec.requests) return html`<div class="sheet-plain">${inner}</div>`;
  return html`<form novalidate @submit=${(event) => {
    event.preventDefault();
    page.answer();
  }}>${inner}${buttons(page, form, spec)}</form>`;
}

/**
 * The one dialog of a page; what it holds is nothing while nothing is asked.
 * @param {DialogPage} page
 * @param {string} kind
 * @param {TemplateValue} content
 */
export function frame(page, kind, content) {
  // The browser tells of the closing late: by then the next dialog may be open.
  const closed = (/** @type {TemplateEvent} */ { target }) => target.open || page.dismiss();
  // Closed by the browser, the dialog would be opened again by news that come before the browser has told of it.
  const keys = (/** @type {TemplateEvent} */ event) => {
    if (event.key !== "Escape" || event.isComposing) return sheetKeys(event);
    event.preventDefault();
    return page.dismiss();
  };
  return html`<dialog class="sheet ${kind}" aria-labelledby="sheet-title" @keydown=${keys}
    @cancel=${() => page.dismiss()} @close=${closed}>
    ${content}</dialog>`;
}

/**
 * Open or close the dialog as the page's form is there or not, with the focus where it belongs.
 * @param {DialogPage & HTMLElement} page
 * @param {Changed} changed
 */
export function showForm(page, changed) {
  const dialog = /** @type {HTMLDialogElement | null} */ (page.querySelector("dialog.sheet"));
  const before = /** @type {Form | null | undefined} */ (changed.get("form"));
  if (page.form && dialog && !dialog.open) dialog.showModal();
  else if (!page.form && dialog?.open) dialog.close();
  // What the dialog chooses from has come: the focus goes where it would have gone at once.
  else if (changed.has("form") && page.form?.data && !before?.data) focusOn(dialog, ".sheet-body [autofocus]");
}
