import {
  counterMark,
  emsOf,
  FRESH,
  HIGHLIGHT,
  hear,
  heroOf,
  isIdle,
  isLost,
  isNamed,
  merged,
  mergedDesk,
  newDesk,
  nextStep,
  rowsOf,
  soundOver,
  step,
  TURN,
} from "/assets/t/display/board-rules.js";
import { equal, test } from "/tests/kit/check.mjs";

const call = (seq, label, more = {}) => ({
  seq,
  label,
  counter: { code: "3", name: "Loket 3" },
  agency: "Disdukcapil",
  at: 0,
  state: "called",
  times: 1,
  ...more,
});
const state = (...calls) => ({ calls, missed: [], waiting: 0 });

/** Step and end the sound at once. */
function turn(desk, now) {
  const result = step(desk, now);
  return { ...result, desk: result.start ? soundOver(result.desk, result.start.seq) : result.desk };
}

test("calls are announced in their order, whatever order they come in", () => {
  let desk = hear(newDesk(), [call(2, "B"), call(1, "A")], 0, 0);
  const order = [];
  for (const now of [0, TURN, TURN * 2]) {
    const result = turn(desk, now);
    desk = result.desk;
    order.push(result.start?.label ?? null);
  }
  equal(order, ["A", "B", null]);
});

test("a waiting call gives each its turn, never less", () => {
  let { desk } = turn(hear(newDesk(), [call(1, "A"), call(2, "B")], 0, 0), 1000);
  equal(turn(desk, 1000 + TURN - 1).start, null);
  equal(nextStep(desk, 1000), TURN);
  desk = turn(desk, 1000 + TURN).desk;
  equal(desk.current.label, "B");
});

test("the last call stays highlighted, a new one takes over after its turn", () => {
  let { desk } = turn(hear(newDesk(), [call(1, "A")], 0, 0), 0);
  equal([turn(desk, HIGHLIGHT - 1).desk.current.label, turn(desk, HIGHLIGHT).desk.current], ["A", null]);
  desk = hear(desk, [call(2, "B")], 0, 0);
  equal(turn(desk, TURN).desk.current.label, "B");
});

test("two sounds never overlap: the next waits for the end of the first", () => {
  let { desk, start } = step(hear(newDesk(), [call(1, "A"), call(2, "B")], 0, 0), 0);
  equal(start.label, "A");
  ({ desk, start } = step(desk, 60_000));
  equal([desk.current.label, start], ["A", null]);
  equal(step(soundOver(desk, 99), 60_000).start, null);
  equal(step(soundOver(desk, 1), 60_000).start.label, "B");
});

test("while a sound plays only its end or the rows' lights ask for a step", () => {
  const { desk } = step(hear(newDesk(), [call(1, "A")], 0, 0), 0);
  equal(nextStep(desk, 0), HIGHLIGHT);
  equal(nextStep({ ...desk, lit: [] }, 0), null);
  equal(nextStep(newDesk(), 0), null);
});

test("an old call is shown, not announced; one that waited in the queue still is", () => {
  equal(hear(newDesk(), [call(1, "A", { at: 0 })], FRESH + 1, 0).queue, []);
  const desk = hear(newDesk(), [call(1, "A", { at: 0 })], FRESH, 0);
  equal(step(desk, 1e9).start.label, "A");
});

test("every one of a hundred calls is announced once", () => {
  let desk = newDesk();
  const order = [];
  for (let seq = 1; seq <= 100; seq += 1) desk = hear(desk, [call(seq, `A-${seq}`)], 0, 0);
  for (let now = 0; order.length < 100 && now < 1e6; now += 500) {
    const result = turn(desk, now);
    desk = result.desk;
    if (result.start) order.push(result.start.seq);
  }
  equal(
    order,
    Array.from({ length: 100 }, (_, n) => n + 1),
  );
});

test("rows stay lit for the whole highlight, though the next call has the large field", () => {
  let { desk } = turn(hear(newDesk(), [call(1, "A"), call(2, "B")], 0, 0), 0);
  desk = turn(desk, TURN).desk;
  const lit = (now) =>
    rowsOf(state(call(2, "B"), call(1, "A")), turn(desk, now).desk, 6)
      .filter((row) => row.lit)
      .map((row) => row.label);
  equal([lit(HIGHLIGHT - 1), lit(HIGHLIGHT), lit(TURN + HIGHLIGHT)], [["B", "A"], ["B"], []]);
});

test("idle only when nothing is shown as new", () => {
  let desk = hear(newDesk(), [call(1, "A")], 0, 0);
  equal([isIdle(newDesk()), isIdle(desk)], [true, false]);
  desk = turn(desk, 0).desk;
  equal([isIdle(desk), isIdle(turn(desk, HIGHLIGHT).desk)], [false, true]);
});

test("the large field: the announcement, else the newest call still on, else the newest", () => {
  const { desk } = turn(hear(newDesk(), [call(1, "A")], 0, 0), 0);
  equal(heroOf(state(call(2, "B")), desk), { call: call(1, "A"), calling: true });
  const ended = call(3, "C", { state: "no_show" });
  equal(heroOf(state(ended, call(2, "B")), newDesk()).call.label, "B");
  equal(heroOf(state(ended), newDesk()).call.label, "C");
  equal(heroOf(state(), newDesk()), null);
});

test("rows: newest first, each ticket once, no more than fit", () => {
  const calls = [call(9, "A", { state: "serving" }), call(8, "B", { state: "served" }), call(7, "A"), call(6, "C")];
  equal(
    rowsOf(state(...calls), newDesk(), 6).map(({ label, active }) => [label, active]),
    [
      ["A", true],
      ["B", false],
      ["C", true],
    ],
  );
  equal(rowsOf(state(...calls), newDesk(), 2).length, 2);
});

test("several zones: calls by their order, each with its zone; what is said of both is said once", () => {
  const zone = (code, calls, more = {}) => ({
    zone: { code, name: { id: code } },
    calls,
    missed: [],
    waiting: 1,
    ...more,
  });
  const one = zone("u", [call(5, "B"), call(2, "A")], {
    missed: ["A-1"],
    stops: [{ agency: "X" }],
    notices: [{ id: 1 }],
    hall: "H",
  });
  const two = zone("t", [call(4, "C")], {
    missed: ["C-1"],
    stops: [{ agency: "X" }, { agency: "Y" }],
    notices: [{ id: 1 }, { id: 2 }],
  });
  const all = merged([one, two]);
  equal(
    all.calls.map(({ label, zone: { id } }) => [label, id]),
    [
      ["B", "u"],
      ["C", "t"],
      ["A", "u"],
    ],
  );
  equal([all.waiting, all.missed, all.hall, all.zones.length], [2, ["A-1", "C-1"], "H", 2]);
  equal(
    [all.stops.map(({ agency }) => agency), all.notices.map(({ id }) => id)],
    [
      ["X", "Y"],
      [1, 2],
    ],
  );
  equal(merged([one]).calls, one.calls);
});

test("several zones: what is being spoken stands in the large field, else the newest", () => {
  const older = turn(hear(newDesk(), [call(1, "A"), call(3, "D")], 0, 0), 0).desk;
  const newer = turn(hear(newDesk(), [call(2, "B")], 0, 500), 500).desk;
  equal(
    [1, 2, null].map((seq) => mergedDesk([older, newer], seq).current.label),
    ["A", "B", "B"],
  );
  const both = mergedDesk([older, newer], null);
  equal([both.queue.map(({ label }) => label), both.lit.map(({ label }) => label).sort()], [["D"], ["A", "B", "D"]]);
  equal(
    [mergedDesk([newDesk(), newDesk()], null).current, mergedDesk([older, newDesk()], null).current.label],
    [null, "A"],
  );
});

test("counters: the word of the column is not repeated, names stay whole", () => {
  const marks = ["Loket 3", "loket  12", "Counter 4", "Loket Bantuan Lansia", "Kasir", "Loket"].map((name) =>
    counterMark({ code: "x", name }),
  );
  equal(marks, ["3", "12", "4", "Bantuan Lansia", "Kasir", "Loket"]);
  equal([counterMark({ code: "7", name: "" }), counterMark(null)], ["7", ""]);
  equal(["3", "12", "K-12", "Kasir"].map(isNamed), [false, false, false, true]);
  equal(
    ["", "A-012", "W-012", "é"].map((text) => emsOf(text).toFixed(2)),
    ["1.00", "3.10", "3.24", "1.00"],
  );
});

test("the bar: at once when silent, after a moment when cut off", () => {
  equal([isLost("live", 0, 9e9, 5), isLost("connecting", 0, 9e9, 5), isLost("stale", 0, 0, 5)], [false, false, true]);
  equal([isLost("offline", 100, 104, 5), isLost("offline", 100, 105, 5)], [false, true]);
});
