import { html, render, repeat } from "/kit/vendor/lit.js";
import { equal, test } from "/tests/kit/check.mjs";

test("a row that goes leaves nothing behind, however often", () => {
  const place = document.createElement("div");
  const show = (from) =>
    render(
      html`<ol>${repeat(
        [from, from + 1, from + 2],
        (n) => n,
        (n) => html`<li>${n}</li>`,
      )}</ol>`,
      place,
    );
  show(0);
  const count = () => {
    const all = document.createNodeIterator(place);
    let n = 0;
    while (all.nextNode()) n += 1;
    return n;
  };
  const before = count();
  for (let n = 1; n <= 50; n += 1) show(n);
  equal(count(), before);
  equal(place.textContent, "505152");
});
