// The dialog of the counter's page: whatever is being asked. What each asks stands in forms-*.js.
import { html, nothing } from "../kit/vendor/lit.js";
import { icon } from "../site/parts.js";
import { FORMS } from "./forms.js";
import { frame, sheetView } from "./sheet-frame.js";

/**
 * @import { Words } from "../kit/kit-types.d.ts"
 * @import { OfficerCounter } from "./counter.js"
 * @import { Form } from "./officer-types.d.ts"
 */

// Closing or a break would leave people waiting for nobody: the question, in the server's words.
/**
 * @param {OfficerCounter} page
 * @param {Form} form
 * @param {Words} problem
 */
function strandView(page, form, problem) {
  const {
    t,
    boot: { assets },
    pending,
  } = page;
  return html`<form @submit=${(event) => {
    event.preventDefault();
    page.answer(form.way);
  }}>
    <header>${icon(assets, "alert-triangle", "warn")}<h2 id="sheet-title">${problem.title}</h2></header>
    <div class="sheet-body" role="alert" tabindex="-1"><p class="sheet-text">${problem.detail}</p>
      <p class="sheet-text">${t("officer.strand.ask")}</p></div>
    <footer><p class="sheet-hint"></p>
      <button type="button" class="button" ?autofocus=${true} @click=${() => page.dismiss()}>
        ${t("officer.strand.no")}<kbd aria-hidden="true">Esc</kbd></button>
      <button type="submit" class="button danger ${pending ? "busy" : ""}">${t("officer.strand.yes")}</button></footer>
  </form>`;
}

/**
 * The one dialog of the page, with whatever is being asked.
 * @param {OfficerCounter} page
 */
export function dialogView(page) {
  const { form } = page;
  if (!form) return frame(page, "", nothing);
  const spec = FORMS[form.act];
  return frame(
    page,
    spec.kind ?? "",
    form.problem?.code === "would_strand" ? strandView(page, form, form.problem) : sheetView(page, form, spec),
  );
}
