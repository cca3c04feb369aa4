/** What the server gave the page to start with: the JSON in its `<script type="application/json" id="boot">`. */
export function boot() {
  return JSON.parse(document.getElementById("boot").textContent);
}
