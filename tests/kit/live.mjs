import { Live } from "/kit/live.js";
import { equal, test as testAnyhow } from "/tests/kit/check.mjs";
import { stopClock } from "/tests/kit/clock.mjs";

/** A socket in the test's hand, with the part of socket.io-client's interface that Live uses. */
class Socket {
  connected = false;
  active = true;
  sent = [];
  closed = 0;
  connects = 0;
  #handlers = {};
  #ids = 0;
  io = {
    engine: {
      close: () => {
        this.closed += 1;
      },
    },
  };
  on(event, handler) {
    this.#handlers[event] = handler;
  }
  timeout() {
    return this;
  }
  connect() {
    this.connects += 1;
  }
  disconnect() {
    this.connected = false;
    this.tell("disconnect", "io client disconnect");
  }
  emit(event, message, answer) {
    this.sent.push({ event, message, answer });
  }
  tell(event, value) {
    this.#handlers[event](value);
  }
  up() {
    this.connected = true;
    this.#ids += 1;
    this.id = `id${this.#ids}`;
    this.tell("connect");
  }
  down(reason = "transport close") {
    this.connected = false;
    delete this.id;
    this.tell("disconnect", reason);
  }
  answer(seq, news = []) {
    this.sent.at(-1).answer(null, { ok: true, room: "r", seq, state: { seq }, news });
  }
  get joins() {
    return this.sent.filter(({ event }) => event === "join").map(({ message }) => message);
  }
}

function begin(options = {}) {
  const socket = new Socket();
  const statuses = [];
  const heard = [];
  const live = new Live({ connect: () => socket, onStatus: (status) => statuses.push(status), ...options });
  return { socket, statuses, heard, live };
}

/** Register a test whose body gets a stopped clock. */
function test(name, body) {
  testAnyhow(name, async () => {
    const clock = stopClock();
    try {
      await body(clock);
    } finally {
      clock.release();
    }
  });
}

test("joins with the page's number, re-joins with the newest after a reconnect", async ({ pass }) => {
  const { socket, statuses, heard, live } = begin();
  live.join("r", (message) => heard.push(message), { last: 3 });
  await pass(0);
  socket.up();
  socket.answer(5);
  socket.tell("state", { room: "r", seq: 6, prev: 5, state: { seq: 6 }, news: [] });
  await pass(0);
  socket.down();
  socket.up();
  equal(socket.joins, [
    { room: "r", last: 3 },
    { room: "r", last: 6 },
  ]);
  socket.answer(6);
  equal(
    heard.map(({ seq }) => seq),
    [5, 6],
  );
  equal(
    statuses.map(({ status }) => status),
    ["connecting", "live", "offline", "live"],
  );
  live.close();
});

test("an answer of a lost connection is not taken for the new one's", () => {
  const { socket, heard, live } = begin();
  live.join("r", (message) => heard.push(message));
  socket.up();
  const late = socket.sent.at(-1).answer;
  socket.down();
  socket.up();
  late(null, { ok: true, room: "r", seq: 1, state: {}, news: [] });
  equal(heard, []);
  live.close();
});

test("a gap joins again, and only once at a time", () => {
  const { socket, live } = begin();
  live.join("r", () => {});
  socket.up();
  socket.answer(5);
  socket.tell("beat", { room: "r", seq: 8, head: 8, at: 0, build: "x" });
  socket.tell("beat", { room: "r", seq: 8, head: 8, at: 0, build: "x" });
  equal(socket.joins.slice(1), [{ room: "r", last: 5 }]);
  live.close();
});

test("a join refused for now is tried again soon, a forbidden one is told", async ({ pass }) => {
  const { socket, live } = begin();
  const problems = [];
  live.join("r", () => {}, { onProblem: (problem) => problems.push(problem.code) });
  socket.up();
  socket.sent.at(-1).answer(null, { ok: false, problem: { code: "busy", status: 503 } });
  await pass(700);
  equal([socket.joins.length, problems], [2, []]);
  socket.sent.at(-1).answer(null, { ok: false, problem: { code: "not_allowed", status: 403 } });
  await pass(700);
  equal([socket.joins.length, problems], [2, ["not_allowed"]]);
  live.close();
});

test("silence: asks before its data is old, says stale, cuts a dead line, heals", async ({ pass }) => {
  const { socket, statuses, live } = begin({ silence: 500 });
  live.join("r", () => {});
  socket.up();
  socket.answer(5);
  await pass(460);
  equal([socket.joins.length, statuses.at(-1).status], [2, "live"]);
  await pass(260);
  equal(statuses.at(-1).status, "stale");
  await pass(600);
  equal(socket.closed >= 1, true);
  socket.tell("beat", { room: "r", seq: 5, head: 5, at: Date.now() + 90_000, build: "b2" });
  const { status, build, offset } = statuses.at(-1);
  equal([status, build, Math.round(offset / 1000)], ["live", "b2", 90]);
  equal(Math.round((live.now() - Date.now()) / 1000), 90);
  live.close();
});

test("a connection closed by the server itself is opened again", async ({ pass }) => {
  const { socket, live } = begin();
  live.join("r", () => {});
  socket.up();
  socket.down("io server disconnect");
  await pass(2100);
  equal(socket.connects, 1);
  live.close();
});

test("a server that never answers is offline after the silence, not for ever connecting", async ({ pass }) => {
  const { statuses, live } = begin({ silence: 200 });
  live.join("r", () => {});
  await pass(20);
  equal(statuses.at(-1).status, "connecting");
  await pass(400);
  equal(statuses.at(-1).status, "offline");
  live.close();
});

test("two listeners share a room; the last to go leaves it", async ({ pass }) => {
  const { socket, heard, live } = begin();
  const leaveFirst = live.join("r", () => {
    throw new Error("a broken listener");
  });
  addEventListener("error", (event) => event.preventDefault(), { once: true });
  socket.up();
  socket.answer(5);
  const leaveSecond = live.join("r", (message) => heard.push(message));
  await pass(0);
  equal([socket.joins.length, heard.map(({ seq, fresh }) => [seq, fresh])], [1, [[5, true]]]);
  leaveFirst();
  equal(socket.sent.at(-1).event, "join");
  leaveSecond();
  equal(socket.sent.at(-1).event, "leave");
  live.close();
});
