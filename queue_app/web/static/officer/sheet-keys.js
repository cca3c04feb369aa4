// Keys in the dialogs of the officers, and on the reception page.

const TYPED = "input:not([type=radio], [type=checkbox]), textarea, select";

/**
 * Keys in a dialog: 1–9 choose, letters press the buttons that show them; not while somebody types.
 * @param {KeyboardEvent} event
 * @param {HTMLElement} [sheet]
 */
export function sheetKeys(event, sheet = /** @type {HTMLElement} */ (event.currentTarget)) {
  const { key } = event;
  const target = /** @type {HTMLInputElement} */ (event.target);
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing) return;
  const emptySearch = target.matches("input[type=search]") && target.value === "";
  if (target.matches(TYPED) && !(emptySearch && /^[1-9]$/.test(key))) return;
  /** @type {NodeListOf<HTMLElement>} */
  const choices = sheet.querySelectorAll("[data-choice]:not([disabled])");
  /** @type {NodeListOf<HTMLElement>} */
  const buttons = sheet.querySelectorAll("[data-key]");
  const chosen = /^[1-9]$/.test(key)
    ? [...choices].find((one) => one.dataset.choice === key)
    : [...buttons].find((one) => one.dataset.key === key.toLowerCase());
  if (!chosen) return;
  event.preventDefault();
  chosen.focus();
  chosen.click();
}
