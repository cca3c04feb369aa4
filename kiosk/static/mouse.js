// Many touch screens are a mouse too, and its arrow would stay in the middle of the kiosk.

/** Show the arrow only after a mouse was moved, until the next touch. The style sheet hides it otherwise. */
export function showArrowForMouse() {
  const mark = (/** @type {boolean} */ shown) => document.documentElement.classList.toggle("mouse", shown);
  document.addEventListener("pointermove", ({ pointerType, movementX, movementY }) => {
    // A page that changes under a resting arrow gets no event for it.
    if (pointerType === "mouse" && (movementX || movementY)) mark(true);
  });
  document.addEventListener("pointerdown", ({ pointerType }) => {
    if (pointerType === "touch") mark(false);
  });
}
