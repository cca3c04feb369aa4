// Small parts that several pages share: an icon, the language choice, a question with two answers.
import { pick } from "../kit/i18n.js";
import { html, nothing, render } from "../kit/vendor/lit.js";

/** @import { Names, Translate } from "../kit/kit-types.d.ts" */

/**
 * A symbol of the kit's sprite; decoration only, so it is hidden from screen readers.
 * @param {string} assets
 * @param {string} name
 * @param {string} [kind]
 */
export function icon(assets, name, kind = "") {
  return html`<svg class="icon ${kind}" aria-hidden="true"><use href="${assets}/kit/icons.svg#${name}"></use></svg>`;
}

/**
 * Give the focus to the first element of a kind, where there is one.
 * @param {ParentNode | null} parent
 * @param {string} selector
 */
export function focusOn(parent, selector) {
  const found = parent?.querySelector(selector);
  if (found instanceof HTMLElement) found.focus();
}

/**
 * A list that opens, to choose one from. options: [value, words]; groups: the same under headings; about: ids of what
 * is said of it.
 * @template {string | number | null} Value
 * @param {{
 *   value: Value, options?: [Value, string][], groups?: [string, [Value, string][]][],
 *   onPick: (value: Value) => void, id?: string, required?: boolean, invalid?: boolean, about?: string,
 * }} list
 */
export function select({ value, options = [], groups = [], onPick, id, required, invalid, about }) {
  const all = [...options, ...groups.flatMap(([, some]) => some)];
  const one = (/** @type {[Value, string]} */ [code, words]) =>
    html`<option value=${code ?? ""} .selected=${code === value}>${words}</option>`;
  // By its place: in the document a value is a text, whatever it was.
  const pickIt = (/** @type {Event} */ { target }) =>
    onPick(all[/** @type {HTMLSelectElement} */ (target).selectedIndex][0]);
  return html`<select id=${id ?? nothing} ?required=${required ?? false} aria-invalid=${invalid ? "true" : nothing}
    aria-describedby=${about || nothing} @change=${pickIt}>${options.map(one)}
    ${groups.map(([heading, some]) => html`<optgroup label=${heading}>${some.map(one)}</optgroup>`)}</select>`;
}

/**
 * What has a code and a name, to choose from.
 * @param {{ code: string, name: Names | string }[]} all
 * @param {string} language
 * @returns {[string, string][]}
 */
export function namedOptions(all, language) {
  return all.map(({ code, name }) => [code, pick(name, language)]);
}

/**
 * Make a language the page's own, and the server's from the next request on.
 * @param {string} language
 */
export function rememberLanguage(language) {
  document.documentElement.lang = language;
  const here = new URL(location.href);
  here.searchParams.set("language", language);
  history.replaceState(history.state, "", here);
  // The server keeps the choice in a cookie that scripts cannot write; without an answer the address still holds it.
  fetch(here, { method: "HEAD", credentials: "same-origin", cache: "no-store" }).catch(() => {});
}

/**
 * Links for the languages; onPick(language) switches in place. short: show the codes, for narrow bars.
 * @template {string} Code
 * @param {{
 *   t: Translate, languages: Code[], current: Code, onPick: (language: Code) => void, short?: boolean,
 * }} options
 */
export function languageLinks({ t, languages, current, onPick, short = false }) {
  const pickIt = (/** @type {Event} */ event, /** @type {Code} */ language) => {
    event.preventDefault();
    rememberLanguage(language);
    onPick(language);
  };
  return html`<nav class="languages" aria-label=${t("language.label")}>
    ${languages.map((code) => {
      const name = t(`language.${code}`);
      const shown = short ? code.toUpperCase() : name;
      return html`<a href="?language=${code}" lang=${code} hreflang=${code}
        aria-label=${short ? `${shown}, ${name}` : nothing}
        aria-current=${code === current ? "true" : nothing} @click=${(event) => pickIt(event, code)}>${shown}</a>`;
    })}
  </nav>`;
}

/**
 * Ask a question in a modal dialog; resolves to true for yes, false for anything else (no, Escape, abort).
 * signal: an AbortSignal that takes the question back.
 * @param {{
 *   title: string, text: string, yes: string, no: string, danger?: boolean, signal?: AbortSignal | null
 * }} question
 * @returns {Promise<boolean>}
 */
export function ask({ title, text, yes, no, danger = false, signal = null }) {
  const host = document.body.appendChild(document.createElement("div"));
  render(
    html`<dialog class="ask" aria-labelledby="ask-title" aria-describedby="ask-text">
    <form method="dialog">
      <h2 id="ask-title">${title}</h2>
      <p id="ask-text">${text}</p>
      <div class="choices">
        <button class="button" value="no" autofocus>${no}</button>
        <button class="button ${danger ? "danger" : "primary"}" value="yes">${yes}</button>
      </div>
    </form>
  </dialog>`,
    host,
  );
  const dialog = /** @type {HTMLDialogElement} */ (host.querySelector("dialog"));
  return new Promise((resolve) => {
    dialog.addEventListener(
      "close",
      () => {
        host.remove();
        resolve(dialog.returnValue === "yes");
      },
      { once: true },
    );
    signal?.addEventListener("abort", () => dialog.open && dialog.close("no"), { once: true });
    dialog.showModal();
  });
}
