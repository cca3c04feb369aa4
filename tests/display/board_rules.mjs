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
  mergeAnnouncers,
  merged,
  newAnnouncerState,
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
function turn(announcing, now) {
  const result = step(announcing, now);
  return { ...result, announcing: result.start ? soundOver(result.announcing, result.start.seq) : result.announcing };
}

test("calls are announced in their order, whatever order they come in", () => {
  let announcing = hear(newAnnouncerState(), [call(2, "B"), call(1, "A")], 0, 0);
  const order = [];
  for (const now of [0, TURN, TURN * 2]) {
    const result = turn(announcing, now);
    announcing = result.announcing;
    order.push(result.start?.label ?? null);
  }
  equal(order, ["A", "B", null]);
});

test("a waiting call gives each its turn, never less", () => {
  let { announcing } = turn(hear(newAnnouncerState(), [call(1, "A"), call(2, "B")], 0, 0), 1000);
  equal(turn(announcing, 1000 + TURN - 1).start, null);
  equal(nextStep(announcing, 1000), TURN);
  announcing = turn(announcing, 1000 + TURN).announcing;
  equal(announcing.current.label, "B");
});

test("the last call stays highlighted, a new one takes over after its turn", () => {
  let { announcing } = turn(hear(newAnnouncerState(), [call(1, "A")], 0, 0), 0);
  equal(
    [turn(announcing, HIGHLIGHT - 1).announcing.current.label, turn(announcing, HIGHLIGHT).announcing.current],
    ["A", null],
  );
  announcing = hear(announcing, [call(2, "B")], 0, 0);
  equal(turn(announcing, TURN).announcing.current.label, "B");
});

test("two sounds never overlap: the next waits for the end of the first", () => {
  let { announcing, start } = step(hear(newAnnouncerState(), [call(1, "A"), call(2, "B")], 0, 0), 0);
  equal(start.label, "A");
  ({ announcing, start } = step(announcing, 60_000));
  equal([announcing.current.label, start], ["A", null]);
  equal(step(soundOver(announcing, 99), 60_000).start, null);
  equal(step(soundOver(announcing, 1), 60_000).start.label, "B");
});

test("while a sound plays only its end or the rows' lights ask for a step", () => {
  const { announcing } = step(hear(newAnnouncerState(), [call(1, "A")], 0, 0), 0);
  equal(nextStep(announcing, 0), HIGHLIGHT);
  equal(nextStep({ ...announcing, lit: [] }, 0), null);
  equal(nextStep(newAnnouncerState(), 0), null);
});

test("an old call is shown, not announced; one that waited in the queue still is", () => {
  equal(hear(newAnnouncerState(), [call(1, "A", { at: 0 })], FRESH + 1, 0).queue, []);
  const announcing = hear(newAnnouncerState(), [call(1, "A", { at: 0 })], FRESH, 0);
  equal(step(announcing, 1e9).start.label, "A");
});

test("every one of a hundred calls is announced once", () => {
  let announcing = newAnnouncerState();
  const order = [];
  for (let seq = 1; seq <= 100; seq += 1) announcing = hear(announcing, [call(seq, `A-${seq}`)], 0, 0);
  for (let now = 0; order.length < 100 && now < 1e6; now += 500) {
    const result = turn(announcing, now);
    announcing = result.announcing;
    if (result.start) order.push(result.start.seq);
  }
  equal(
    order,
    Array.from({ length: 100 }, (_, n) => n + 1),
  );
});

test("rows stay lit for the whole highlight, though the next call has the large field", () => {
  let { announcing } = turn(hear(newAnnouncerState(), [call(1, "A"), call(2, "B")], 0, 0), 0);
  announcing = turn(announcing, TURN).announcing;
  const lit = (now) =>
    rowsOf(state(call(2, "B"), call(1, "A")), turn(announcing, now).announcing, 6)
      .filter((row) => row.lit)
      .map((row) => row.label);
  equal([lit(HIGHLIGHT - 1), lit(HIGHLIGHT), lit(TURN + HIGHLIGHT)], [["B", "A"], ["B"], []]);
});

test("idle only when nothing is shown as new", () => {
  let announcing = hear(newAnnouncerState(), [call(1, "A")], 0, 0);
  equal([isIdle(newAnnouncerState()), isIdle(announcing)], [true, false]);
  announcing = turn(announcing, 0).announcing;
  equal([isIdle(announcing), isIdle(turn(announcing, HIGHLIGHT).announcing)], [false, true]);
});

test("the large field: the announcement, else the newest call still on, else the newest", () => {
  const { announcing } = turn(hear(newAnnouncerState(), [call(1, "A")], 0, 0), 0);
  equal(heroOf(state(call(2, "B")), announcing), { call: call(1, "A"), calling: true });
  const ended = call(3, "C", { state: "no_show" });
  equal(heroOf(state(ended, call(2, "B")), newAnnouncerState()).call.label, "B");
  equal(heroOf(state(ended), newAnnouncerState()).call.label, "C");
  equal(heroOf(state(), newAnnouncerState()), null);
});

test("rows: newest first, each ticket once, no more than fit", () => {
  const calls = [call(9, "A", { state: "serving" }), call(8, "B", { state: "served" }), call(7, "A"), call(6, "C")];
  equal(
    rowsOf(state(...calls), newAnnouncerState(), 6).map(({ label, active }) => [label, active]),
    [
      ["A", true],
      ["B", false],
      ["C", true],
    ],
  );
  equal(rowsOf(state(...calls), newAnnouncerState(), 2).length, 2);
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
  const older = turn(hear(newAnnouncerState(), [call(1, "A"), call(3, "D")], 0, 0), 0).announcing;
  const newer = turn(hear(newAnnouncerState(), [call(2, "B")], 0, 500), 500).announcing;
  equal(
    [1, 2, null].map((seq) => mergeAnnouncers([older, newer], seq).current.label),
    ["A", "B", "B"],
  );
  const both = mergeAnnouncers([older, newer], null);
  equal([both.queue.map(({ label }) => label), both.lit.map(({ label }) => label).sort()], [["D"], ["A", "B", "D"]]);
  equal(
    [
      mergeAnnouncers([newAnnouncerState(), newAnnouncerState()], null).current,
      mergeAnnouncers([older, newAnnouncerState()], null).current.label,
    ],
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
