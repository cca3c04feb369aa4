import { sentence } from "/assets/t/display/sentence.js";
import { equal, test } from "/tests/kit/check.mjs";

const get = async (url) => (await fetch(url)).json();
const cases = await get("/tests/display/sentences.json");
const { languages } = await get("/display/voice/bank.json");

for (const { language, words, ...call } of cases) {
  test(`${language} ${call.label} at ${call.counter}`, () => {
    equal(
      sentence(languages[language].book, call).map(({ text }) => text),
      words,
    );
  });
}

test("number and counter are needed, the words around them are not", () => {
  const said = sentence(languages.id.book, { label: "A-1", counter: "Loket 3", agency: "Disdukcapil" });
  equal(
    said.filter(({ needed }) => !needed).map(({ text }) => text),
    ["nomor antrean", "silakan menuju", "Disdukcapil"],
  );
});
