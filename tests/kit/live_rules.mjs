import { backOff, clockOffset, emptyRoom, health, isTemporary, reduce } from "/kit/live-rules.js";
import { equal, test } from "/tests/kit/check.mjs";

const snapshot = (seq, news = [], asked = null) => ({ type: "snapshot", seq, state: `s${seq}`, news, asked });
const state = (seq, prev, news = []) => ({ type: "state", seq, prev, state: `s${seq}`, news });
const item = (seq) => ({ seq });

function play(start, ...messages) {
  const heard = [];
  let room = start;
  let rejoin = null;
  for (const message of messages) {
    const result = reduce(room, message);
    room = result.room;
    rejoin = result.rejoin;
    if (result.deliver) heard.push(result.deliver);
  }
  return { room, heard, rejoin };
}

test("the first snapshot is delivered as fresh", () => {
  equal(play(emptyRoom(), snapshot(7)).heard, [{ seq: 7, state: "s7", news: [], fresh: true }]);
});

test("a snapshot is taken although the page already shows its number", () => {
  equal(play(emptyRoom(7), snapshot(7, [], 7)).heard, [{ seq: 7, state: "s7", news: [], fresh: true }]);
});

test("a newer state replaces the older", () => {
  const { room, heard, rejoin } = play(emptyRoom(), snapshot(7), state(9, 7, [item(9)]));
  equal([room.seq, heard.at(-1), rejoin], [9, { seq: 9, state: "s9", news: [item(9)], fresh: false }, null]);
});

test("an older or equal state is ignored", () => {
  const { room, heard } = play(emptyRoom(), snapshot(9), state(8, 7), state(9, 7));
  equal([room.state, heard.length], ["s9", 1]);
});

test("the same number told later is taken, told earlier it is not", () => {
  const told = (at) => ({ ...state(7, 7), at, state: `at ${at}` });
  const { room, heard, rejoin } = play(emptyRoom(), { ...snapshot(7), at: 100 }, told(160), told(130));
  equal([room.state, heard.length, rejoin], ["at 160", 2, null]);
  equal(play(room, { ...state(6, 5), at: 900 }).heard, []);
  equal(play(room, { ...snapshot(7), at: 220 }).heard.length, 1);
});

test("a gap is shown at once and asked for from the old number", () => {
  const { room, heard, rejoin } = play(emptyRoom(), snapshot(5), state(9, 8, [item(9)]));
  equal([room.seq, heard.length, rejoin], [9, 2, { last: 5 }]);
});

test("the answer after a gap brings the missed news once and none twice", () => {
  const { heard } = play(emptyRoom(), snapshot(5), state(9, 8, [item(9)]), snapshot(9, [item(7), item(8), item(9)], 5));
  equal(heard.at(-1), { seq: 9, state: "s9", news: [item(7), item(8)], fresh: true });
});

test("a snapshot overtaken by a newer state does not go back, but its news are heard", () => {
  const { room, heard } = play(emptyRoom(4), state(6, 5, [item(6)]), snapshot(5, [item(5)], 4));
  equal([room.state, heard.at(-1).state, heard.at(-1).news], ["s6", "s6", [item(5)]]);
});

test("a server whose data was replaced is believed", () => {
  const { room, heard } = play(emptyRoom(), snapshot(500, [item(500)]), snapshot(3, [item(3)], 500));
  equal([room.seq, room.state, heard.at(-1).news], [3, "s3", [item(3)]]);
});

test("news the page was made with are not repeated", () => {
  equal(play(emptyRoom(10), snapshot(12, [item(9), item(10), item(11)], 10)).heard[0].news, [item(11)]);
});

test("a beat ahead of us asks to join again, another does not", () => {
  const { room } = play(emptyRoom(), snapshot(5));
  equal(reduce(room, { type: "beat", seq: 6 }).rejoin, { last: 5 });
  equal(reduce(room, { type: "beat", seq: 5 }).rejoin, null);
  equal(reduce(room, { type: "beat", seq: null }).rejoin, null);
});

test("memory of news stays bounded, and forgotten ones stay old", () => {
  let { room } = play(emptyRoom(), snapshot(1));
  for (let seq = 2; seq < 1002; seq += 1) room = reduce(room, state(seq, seq - 1, [item(seq)])).room;
  equal(room.seen.length, 256);
  equal(reduce(room, state(1002, 1001, [item(3), item(1001), item(1002)])).deliver.news, [item(1002)]);
});

test("health", () => {
  const base = { connected: true, joined: true, heard: 1000, since: 0, now: 2000, silence: 15000 };
  equal(health(base), "live");
  equal(health({ ...base, now: 16001 }), "stale");
  equal(health({ ...base, connected: false }), "offline");
  equal(health({ ...base, joined: false }), "offline");
  equal(health({ ...base, heard: null }), "connecting");
  equal(health({ ...base, heard: null, now: 15001 }), "offline");
});

test("the clock follows the fastest of the last dozen samples", () => {
  let samples = [];
  let offset = 0;
  for (const sample of [100, 250, 240]) ({ samples, offset } = clockOffset(samples, sample));
  equal(offset, 250);
  for (let n = 0; n < 12; n += 1) ({ samples, offset } = clockOffset(samples, -50));
  equal([offset, samples.length], [-50, 12]);
});

test("back-off grows, is capped and spread", () => {
  equal([backOff(0, 0), backOff(0, 1), backOff(2, 1), backOff(50, 1)], [250, 500, 2000, 10000]);
});

test("which refusals pass by themselves", () => {
  equal([null, {}, { status: 503 }, { status: 429 }, { status: 403 }, { status: 404 }].map(isTemporary), [
    true,
    true,
    true,
    true,
    false,
    false,
  ]);
});
