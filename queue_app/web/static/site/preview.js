// Keeps the preview of printed tickets fresh: asks every two seconds and lays new papers in front.
const EVERY = 2_000;
const papers = document.getElementById("papers");
const empty = document.getElementById("empty");
const offline = document.getElementById("offline");

const fill = (text, facts) => text.replace(/\{(\w+)\}/g, (whole, name) => facts[name] ?? whole);

function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function paper(picture) {
  const { url, label, at_text: time, job_id: id } = picture;
  const item = element(
    "li",
    { className: "fresh" },
    element(
      "a",
      { className: "paper", href: url },
      element("img", { src: url, alt: fill(papers.dataset.alt, { label, time }) }),
    ),
    element(
      "p",
      {},
      element("strong", { className: "number", textContent: label }),
      " ",
      element("span", { textContent: time }),
      " ",
      element("span", { textContent: fill(papers.dataset.job, { id }) }),
    ),
  );
  item.dataset.jobId = id;
  return item;
}

function show(pictures) {
  const known = new Map([...papers.children].map((item) => [item.dataset.jobId, item]));
  const same =
    pictures.length === known.size &&
    pictures.every((picture, at) => papers.children[at].dataset.jobId === String(picture.job_id));
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
