// Keeps the preview of printed tickets fresh: asks every two seconds and lays new papers in front.
const EVERY = 2_000;
const papers = /** @type {HTMLElement} */ (document.getElementById("papers"));
const empty = /** @type {HTMLElement} */ (document.getElementById("empty"));
const offline = /** @type {HTMLElement} */ (document.getElementById("offline"));
const words = /** @type {{ alt: string, job: string }} */ ({ ...papers.dataset });

/** @typedef {{ url: string, label: string, at_text: string, job_id: number }} Picture */

/**
 * @param {string} text
 * @param {Record<string, string | number>} facts
 */
const fill = (text, facts) => text.replace(/\{(\w+)\}/g, (whole, name) => String(facts[name] ?? whole));

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Partial<HTMLElementTagNameMap[Tag]>} properties
 * @param {(Node | string)[]} children
 */
function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/** @param {Picture} picture */
function paper(picture) {
  const { url, label, at_text: time, job_id: id } = picture;
  const item = element(
    "li",
    { className: "fresh" },
    element(
      "a",
      { className: "paper", href: url },
      element("img", { src: url, alt: fill(words.alt, { label, time }) }),
    ),
    element(
      "p",
      {},
      element("strong", { className: "number", textContent: label }),
      " ",
      element("span", { textContent: time }),
      " ",
      element("span", { textContent: fill(words.job, { id }) }),
    ),
  );
  item.dataset.jobId = String(id);
  return item;
}

/** @param {Picture[]} pictures */
function show(pictures) {
  const shown = /** @type {HTMLElement[]} */ ([...papers.children]);
  const known = new Map(shown.map((item) => [item.dataset.jobId, item]));
  const same =
    pictures.length === known.size &&
    pictures.every((picture, at) => shown[at].dataset.jobId === String(picture.job_id));
  if (!same) papers.replaceChildren(...pictures.map((picture) => known.get(String(picture.job_id)) ?? paper(picture)));
  empty.hidden = pictures.length > 0;
}

async function look() {
  try {
    const response = await fetch("/preview.json", { cache: "no-store", credentials: "same-origin" });
    if (!response.ok) throw new Error(String(response.status));
    show((await response.json()).pictures);
    offline.hidden = true;
  } catch {
    offline.hidden = false;
  }
  setTimeout(look, EVERY);
}

setTimeout(look, EVERY);
