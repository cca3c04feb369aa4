import { api, newKey, Problem } from "/kit/api.js";
import { clock, coming, longDate, number, pick, translator, zoneMark } from "/kit/i18n.js";
import { equal, test } from "/tests/kit/check.mjs";

const MORNING = Date.UTC(2026, 10, 23, 2, 42);

test("texts: language, Indonesian instead, key at worst", () => {
  const t = translator({ id: { a: "satu {x}", b: "dua" }, en: { a: "one {x} {y}" } }, "en");
  equal([t("a", { x: 5 }), t("b"), t("c")], ["one 5 {y}", "dua", "c"]);
  equal(translator({ id: { a: "satu" } }, "ban")("a"), "satu");
});

test("plurals", () => {
  const t = translator(
    { en: { "n.one": "{count} person", "n.other": "{count} people" }, id: { n: "{count} orang" } },
    "en",
  );
  equal([t("n", { count: 1 }), t("n", { count: 0 })], ["1 person", "0 people"]);
  equal(translator({ id: { n: "{count} orang" } }, "id")("n", { count: 1 }), "1 orang");
});

test("names", () => {
  equal(
    [pick({ id: "Zona", en: "Zone" }, "en"), pick({ id: "Zona" }, "ban"), pick("x", "id"), pick(null, "id")],
    ["Zone", "Zona", "x", ""],
  );
});

test("times and dates are the hall's, not the browser's", () => {
  equal([clock(MORNING, "Asia/Makassar"), clock(Date.UTC(2026, 0, 1, 16, 5), "Asia/Makassar")], ["10:42", "00:05"]);
  equal(
    ["id", "en", "ban"].map((language) => longDate(MORNING, "Asia/Makassar", language)),
    ["Senin, 23 November 2026", "Monday, 23 November 2026", "Soma, 23 November 2026"],
  );
  equal(longDate(Date.UTC(2026, 11, 31, 16), "Asia/Makassar", "id"), "Jumat, 1 Januari 2027");
  equal([zoneMark("Asia/Makassar"), zoneMark("Europe/Paris")], ["WITA", ""]);
});

test("what is coming, as people say it", () => {
  const zone = "Asia/Makassar";
  const said = (ms, language = "id") => Object.values(coming(ms, MORNING, zone, language)).join(" ");
  equal(
    [said(Date.UTC(2026, 10, 23, 5)), said(Date.UTC(2026, 10, 23, 16))],
    ["today Senin 23 November 13 00", "tomorrow Selasa 24 November 00 00"],
  );
  equal(
    [said(Date.UTC(2026, 10, 27, 0), "ban"), said(Date.UTC(2026, 10, 30, 0), "en"), said(Date.UTC(2027, 0, 4, 0))],
    ["week Sukra 27 November 08 00", "later Monday 30 November 08 00", "later Senin 4 Januari 08 00"],
  );
});

test("numbers", () => {
  equal(
    [number(999, "id"), number(1234, "id"), number(1234567, "en"), number(1000, "ban")],
    ["999", "1.234", "1,234,567", "1.000"],
  );
});

test("keys are long, plain and different", () => {
  const keys = new Set(Array.from({ length: 100 }, newKey));
  equal([keys.size, [...keys].every((key) => /^[0-9a-f]{32}$/.test(key))], [100, true]);
});

async function problemOf(promise) {
  try {
    await promise;
  } catch (fault) {
    equal(fault instanceof Problem, true);
    return fault;
  }
  throw new Error("no problem");
}

test("requests: JSON both ways, headers, an empty answer", async () => {
  document.documentElement.lang = "ban";
  const echo = await api("POST", "/echo", { a: 1 }, { key: "k".repeat(8), csrf: "t" });
  equal([echo.method, echo.body, echo.key, echo.csrf, echo.language], ["POST", { a: 1 }, "kkkkkkkk", "t", "ban"]);
  equal((await api("GET", "/echo", null, { csrf: "t" })).csrf, null);
  equal(await api("DELETE", "/empty"), null);
});

test("requests: refusals, faults, silence", async () => {
  const refused = await problemOf(api("POST", "/refused", {}));
  equal([refused.code, refused.title, refused.status], ["nobody_waiting", "Nobody", 409]);
  const fault = await problemOf(api("GET", "/broken"));
  equal([fault.code, fault.status], ["internal", 502]);
  equal((await problemOf(api("GET", "/slow", null, { timeout: 100 }))).code, "unreachable");
  equal((await problemOf(api("GET", "http://127.0.0.1:9/"))).code, "unreachable");
});
