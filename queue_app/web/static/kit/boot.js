/**
 * What the server gave the page to start with: the JSON in its `<script type="application/json" id="boot">`. Each page
 * says what that is.
 */
export function boot() {
  return JSON.parse(document.getElementById("boot")?.textContent ?? "null");
}

/**
 * Stands for a property that an element's page gives it before it is drawn.
 * @type {any}
 */
export const GIVEN = undefined;
