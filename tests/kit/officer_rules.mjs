import { ACT_NAMES, ACTS, actOf, actsInHand, objections, secondsToRecall } from "/officer/actions.js";
import { isUrgent, keyOf, openOf, stillAway } from "/officer/alarm-rules.js";
import {
  isPast,
  labelOf,
  lossOf,
  matching,
  mayAskWhy,
  mayReturn,
  minutesOver,
  moment,
  newer,
  spoken,
  standardOf,
  stopwatch,
} from "/officer/counter-rules.js";
import { firstAgency, firstPrinter, paperOf, servicesOf, stoppable } from "/officer/issue-rules.js";
import { equal, test } from "/tests/kit/check.mjs";

const NOW = 1_000_000;
const POLICY = { recall_interval_s: 5, calls_before_no_show: 2, call_any: "officer", notes: false, undo_s: 10 };
const ticket = (state, more = {}) => ({
  id: 1,
  label: "A-001",
  state,
  times: 1,
  service_id: 1,
  class: "regular",
  files: 1,
  minutes: 10,
  issued_at: NOW - 600_000,
  called_at: NOW - 60_000,
  last_called_at: NOW - 60_000,
  serving_at: null,
  ...more,
});
const state = (more = {}) => ({
  ticket: null,
  pause: null,
  undo: null,
  waiting_count: 3,
  held: [],
  missed: [],
  policy: POLICY,
  status: "open",
  ...more,
});
const LIFE = await (await fetch("/life.json")).json(); // the server's own table of moves
const asks = { life: LIFE, informed: true, now: NOW, role: "officer" };
const possible = (more, at = asks) => {
  const found = objections(state(more), at);
  return ACT_NAMES.filter((act) => found[act] === null).sort();
};

test("no two acts have one key", () => {
  const keys = Object.values(ACTS)
    .map(({ key }) => key)
    .filter(Boolean);
  equal(new Set(keys).size, keys.length);
});

test("the page has an act for whatever the table of moves lets officers do", () => {
  equal(
    Object.keys(LIFE.moves).filter((verb) => !ACT_NAMES.includes(verb)),
    [],
  );
});

test("what a ticket in hand allows is what the table of moves says", () => {
  const lenient = { ...POLICY, recall_interval_s: 0, calls_before_no_show: 0 };
  for (const at of LIFE.in_hand) {
    const found = objections(state({ ticket: ticket(at), policy: lenient }), asks);
    const allowed = Object.keys(LIFE.moves).filter((verb) => LIFE.moves[verb].includes(at));
    equal(
      actsInHand(LIFE).filter((act) => found[act] === null),
      actsInHand(LIFE).filter((act) => allowed.includes(act)),
    );
    equal(
      allowed.filter((verb) => !actsInHand(LIFE).includes(verb)),
      [],
    );
  }
});

test("another table brings other acts", () => {
  const life = { moves: { recall: ["serving"], no_show: ["called", "serving"] }, in_hand: ["called", "serving"] };
  const found = objections(state({ ticket: ticket("serving", { times: 2 }) }), { ...asks, life });
  equal(actsInHand(life), ["recall", "no_show"]);
  equal([found.recall, found.no_show, found.next], [null, null, ["officer.why.not_started", { label: "A-001" }]]);
});

test("with a free hand: call, take a break, serve somebody without a number", () => {
  equal(
    possible({}),
    [
      "next",
      "call",
      "serve_direct",
      "pause",
      "resume",
      "return",
      "issue",
      "reprint",
      "stops",
      "hand_over",
      "close",
      "help",
    ].sort(),
  );
});

test("a called number is called again, started or put aside before the next is called", () => {
  const acts = possible({ ticket: ticket("called", { times: 2 }) });
  equal(
    acts,
    [
      "recall",
      "start",
      "no_show",
      "hold",
      "transfer",
      "change",
      "cancel",
      "return",
      "issue",
      "reprint",
      "stops",
      "hand_over",
      "close",
      "help",
    ].sort(),
  );
});

test("a visit that began can end by the next call, and cannot be cancelled", () => {
  const acts = possible({ ticket: ticket("serving", { serving_at: NOW }) });
  equal(
    ["next", "call", "complete", "hold"].every((act) => acts.includes(act)),
    true,
  );
  equal(
    ["start", "recall", "cancel", "pause", "undo", "resume"].filter((act) => acts.includes(act)),
    [],
  );
});

test("a number is given up only after so many calls, and called again only after so many seconds", () => {
  const soon = state({ ticket: ticket("called", { last_called_at: NOW - 3_100 }) });
  equal(
    [objections(soon, asks).no_show, objections(soon, asks).recall],
    [
      ["officer.why.few_calls", { n: 1 }],
      ["officer.why.too_soon", { n: 2 }],
    ],
  );
  equal([secondsToRecall(soon, NOW), secondsToRecall(soon, NOW + 1_900), secondsToRecall(state(), NOW)], [2, 0, 0]);
});

test("whoever is not well informed may call though nobody seems to wait", () => {
  equal(objections(state({ waiting_count: 0 }), asks).next, ["officer.why.nobody", {}]);
  equal(objections(state({ waiting_count: 0 }), { ...asks, informed: false }).next, null);
});

test("a given number may need a higher role", () => {
  const strict = state({ policy: { ...POLICY, call_any: "supervisor" } });
  equal(
    ["officer", "supervisor", "admin"].map((role) => objections(strict, { ...asks, role }).call === null),
    [false, true, true],
  );
});

test("a pause ends by the key of next or of pause, and meanwhile nobody is called", () => {
  const pausing = state({ pause: { since: NOW, reason: "meal" } });
  equal(
    [" ", "n", "N", "p", "g"].map((key) => actOf(key, pausing)),
    ["back", "back", "back", "back", "call"],
  );
  equal(
    ["next", "call", "serve_direct", "resume"].filter((act) => objections(pausing, asks)[act] === null),
    [],
  );
  equal([objections(pausing, asks).back, actOf("9", pausing)], [null, undefined]);
});

test("undo lasts until its time, with a free hand", () => {
  const undo = { ticket: 1, label: "A-001", verb: "complete", until: NOW + 1 };
  equal(objections(state({ undo }), asks).undo, null);
  equal(objections(state({ undo }), { ...asks, now: NOW + 1 }).undo, ["officer.why.nothing_to_undo", {}]);
  equal(objections(state({ undo, ticket: ticket("serving") }), asks).undo, [
    "officer.why.counter_occupied",
    { label: "A-001" },
  ]);
});

test("an act without answer is past when its moment is", () => {
  const before = state({ ticket: ticket("called") });
  const unsent = { act: "start", body: { ticket: 1 }, moment: moment(before) };
  equal([isPast(unsent, before), isPast(unsent, state({ ticket: ticket("serving") }))], [false, true]);
  const change = { act: "change", body: { ticket: 1, files: 2 }, moment: moment(before) };
  equal(isPast(change, state({ ticket: ticket("called", { files: 2 }) })), true);
  const back = { act: "return", body: { ticket: 9 }, moment: moment(state()) };
  equal([isPast(back, state({ missed: [{ id: 9 }] })), isPast(back, state())], [false, true]);
  const copy = { act: "reprint", body: { label: "A-001", reason: "lost" }, moment: moment(before) };
  equal(isPast(copy, state()), false);
});

test("the newer state wins, and what changes in the hand is spoken", () => {
  equal([newer({ seq: 5 }, { seq: 4 }).seq, newer({ seq: 5 }, { seq: 5, late: true }).late], [5, true]);
  equal(spoken(ticket("called"), ticket("called", { times: 2 })), [
    "officer.say.recalled",
    { label: "A-001", times: 2 },
  ]);
  equal([spoken(ticket("called"), ticket("called", { files: 3 })), spoken(null, null)], [null, null]);
  equal(spoken(null, ticket("called"))[0], "officer.say.called");
});

test("a counter is lost to another officer, another screen, or by closing", () => {
  const mine = { ...state(), officer: { name: "Sari" }, session_id: 1 };
  equal(
    [lossOf(mine, "Sari", 1), lossOf(mine, "Sari", 2).kind, lossOf(mine, "Ayu", 1).kind],
    [null, "elsewhere", "taken"],
  );
  equal(lossOf({ ...mine, status: "closed" }, "Sari", 1).kind, "closed");
});

test("the standard counts each file, and is passed by whole minutes", () => {
  equal([standardOf({ minutes: 10, files: 3 }), standardOf({ minutes: null, files: 1 })], [30, null]);
  const visit = ticket("serving", { serving_at: NOW - 11.5 * 60_000 });
  equal(
    [minutesOver(visit, NOW), minutesOver({ ...visit, files: 2 }, NOW), minutesOver(ticket("called"), NOW)],
    [1, 0, 0],
  );
});

test("those who came before the number in hand may ask why", () => {
  const hand = ticket("called");
  equal(
    [
      mayAskWhy({ start_at: hand.issued_at - 1 }, hand),
      mayAskWhy({ start_at: hand.issued_at }, hand),
      mayAskWhy({ start_at: 0 }, null),
    ],
    [true, false, false],
  );
});

test("a no-show returns within its minutes or its calls", () => {
  equal(
    [
      [NOW, 0],
      [NOW - 1, 1],
      [NOW - 1, 0],
    ].map(([until, left]) => mayReturn({ until, calls_left: left }, NOW)),
    [true, true, false],
  );
});

test("labels are read as they are typed", () => {
  equal(["a12", " A 012 ", "ap-7", "A0012", "12", "a", "a12345", ""].map(labelOf), [
    "A-012",
    "A-012",
    "AP-007",
    "A-012",
    null,
    null,
    null,
    null,
  ]);
});

test("a search finds all words in any order", () => {
  const list = [
    ["KTP-el hilang", "Disdukcapil"],
    ["Balik nama", "Pertanahan"],
  ];
  equal(
    matching(list, "dis KTP", (one) => one),
    [list[0]],
  );
  equal([matching(list, "  ", (one) => one).length, matching(list, "ktp nama", (one) => one).length], [2, 0]);
});

test("running times grow an hour's place when they need it", () => {
  equal([0, 252_999, 3_600_000, -5].map(stopwatch), ["00:00", "04:12", "1:00:00", "00:00"]);
});

test("reception begins with one's own agency and the printer used last", () => {
  const service = (id, name) => ({ id, name: { id: name }, series: "A" });
  const catalogue = {
    agencies: [
      { id: 1, short: "Dukcapil", name: { id: "Dinas" }, services: [service(1, "KTP"), service(2, "KK")] },
      { id: 2, short: "BPN", name: { id: "Pertanahan" }, services: [] },
    ],
  };
  equal([firstAgency(catalogue, 1), firstAgency(catalogue, 2), firstAgency(catalogue, null)], [1, null, null]);
  const found = (agency, text) => servicesOf(catalogue, { agency, text, language: "ban" }).map(({ id }) => id);
  equal([found(null, ""), found(2, ""), found(null, "dinas kk")], [[1, 2], [], [2]]);
  const printers = [{ code: "utama" }, { code: "lobi" }];
  equal(
    [
      firstPrinter(printers, "lobi"),
      firstPrinter(printers, "gone"),
      firstPrinter(printers, ""),
      firstPrinter([], null),
    ],
    ["lobi", "utama", "", ""],
  );
  equal(["queued", "printed", "failed", "never heard of"].map(paperOf), ["waiting", "ready", "trouble", "trouble"]);
});

test("an officer stops services of the own agency, who leads the hall any", () => {
  const catalogue = {
    agencies: [
      { id: 1, services: [{ id: 1 }] },
      { id: 2, services: [{ id: 2 }, { id: 3 }] },
    ],
  };
  const ids = (officer) => stoppable(catalogue, officer).map(({ id }) => id);
  equal(
    [
      ids({ role: "officer", agency_id: 2 }),
      ids({ role: "supervisor", agency_id: null }),
      ids({ role: "officer", agency_id: null }),
    ],
    [[2, 3], [1, 2, 3], []],
  );
});

const alarm = (code, state, since = 1) => ({ kind: "printer", code, state, since });

test("what stops papers is said before what will stop them, else the older first", () => {
  const alarms = [alarm("a", "near_end"), alarm("b", "offline", 2), alarm("c", "paper_out", 3)];
  equal(
    openOf(alarms, []).map(({ code }) => code),
    ["b", "c", "a"],
  );
  equal(alarms.map(isUrgent), [false, true, true]);
  equal(isUrgent({ kind: "server", code: "server", state: "error", detail: "text_shaping" }), false);
});

test("an alarm that was put away stays away until there is another trouble, or the same again", () => {
  const out = alarm("a", "paper_out", 5);
  const away = [keyOf(out)];
  equal(
    openOf([out, alarm("b", "offline")], away).map(({ code }) => code),
    ["b"],
  );
  equal(openOf([alarm("a", "cover_open", 5)], away).length, 1);
  equal(openOf([alarm("a", "paper_out", 9)], away).length, 1);
  equal(stillAway([out], away), away);
  equal(stillAway([], away), []);
});
