// Comforts of the sign-in form; it works without them.
const password = /** @type {HTMLInputElement} */ (document.getElementById("password"));
const reveal = /** @type {HTMLButtonElement} */ (document.getElementById("reveal"));
const form = /** @type {HTMLFormElement} */ (password.form);

/** @param {boolean} shown */
function setShown(shown) {
  password.type = shown ? "text" : "password";
  const { show = "", hide = "", showLabel = "", hideLabel = "" } = reveal.dataset;
  reveal.textContent = shown ? hide : show;
  reveal.setAttribute("aria-label", shown ? hideLabel : showLabel);
}

reveal.hidden = false;
reveal.addEventListener("click", () => {
  setShown(password.type === "password");
  password.focus();
});

form.addEventListener("submit", (event) => {
  const button = /** @type {HTMLButtonElement} */ (form.querySelector(".submit"));
  if (button.getAttribute("aria-disabled") === "true") {
    event.preventDefault();
    return;
  }
  // Browsers offer to store the password only if it is one at the time of sending.
  setShown(false);
  button.setAttribute("aria-disabled", "true");
  if (button.lastElementChild) button.lastElementChild.textContent = form.dataset.working ?? "";
});

// The page may come back from the browser's memory with the button still waiting.
addEventListener("pageshow", (event) => event.persisted && location.reload());
