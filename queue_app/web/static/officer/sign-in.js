// Comforts of the sign-in form; it works without them.
const password = document.getElementById("password");
const reveal = document.getElementById("reveal");
const form = password.form;

function setShown(shown) {
  password.type = shown ? "text" : "password";
  reveal.textContent = shown ? reveal.dataset.hide : reveal.dataset.show;
  reveal.setAttribute("aria-label", shown ? reveal.dataset.hideLabel : reveal.dataset.showLabel);
}

reveal.hidden = false;
reveal.addEventListener("click", () => {
  setShown(password.type === "password");
  password.focus();
});

form.addEventListener("submit", (event) => {
  const button = form.querySelector(".submit");
  if (button.getAttribute("aria-disabled") === "true") {
    event.preventDefault();
    return;
  }
  // Browsers offer to store the password only if it is one at the time of sending.
  setShown(false);
  button.setAttribute("aria-disabled", "true");
  button.lastElementChild.textContent = form.dataset.working;
});

// The page may come back from the browser's memory with the button still waiting.
addEventListener("pageshow", (event) => event.persisted && location.reload());
