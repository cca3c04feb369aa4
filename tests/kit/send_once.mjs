import { asProblem, csrfToken } from "/kit/api.js";
import { SendOnce } from "/kit/send-once.js";
import { equal, test } from "/tests/kit/check.mjs";

const answered = { status: 200, body: {} };
const refused = { status: 409, body: { code: "wrong_state" } };

/** Send requests one after another to a server that answers so (null: not at all); the keys that it saw. */
async function keysOf(outcomes, bodies, between = () => {}) {
  const once = new SendOnce();
  const keys = [];
  const real = globalThis.fetch;
  globalThis.fetch = async (_path, { headers }) => {
    const outcome = outcomes[keys.length];
    keys.push(headers["Idempotency-Key"]);
    if (!outcome) throw new TypeError("Failed to fetch");
    return new Response(JSON.stringify(outcome.body), { status: outcome.status });
  };
  try {
    for (const body of bodies) {
      await once.send("POST", "/echo", body).catch(asProblem);
      between(once);
    }
  } finally {
    globalThis.fetch = real;
  }
  return keys;
}

/** Each key as the number of the request that it came with first. */
const pattern = (keys) => keys.map((key) => keys.indexOf(key));

test("the same request keeps its key until somebody answers", async () => {
  const same = [{ n: 1 }, { n: 1 }, { n: 1 }, { n: 1 }];
  equal(pattern(await keysOf([null, null, answered, answered], same)), [0, 0, 0, 3]);
});

test("a refusal is an answer", async () => {
  equal(pattern(await keysOf([refused, answered], [{ n: 1 }, { n: 1 }])), [0, 1]);
});

test("another request has a key of its own", async () => {
  equal(pattern(await keysOf([null, null, null], [{ n: 1 }, { n: 2 }, { n: 1 }])), [0, 1, 2]);
});

test("what is forgotten is sent anew", async () => {
  equal(pattern(await keysOf([null, answered], [{ n: 1 }, { n: 1 }], (once) => once.forget())), [0, 1]);
});

test("a page without a token against forged requests has none", () => {
  equal(csrfToken(), "");
});
