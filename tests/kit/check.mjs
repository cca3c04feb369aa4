// The smallest test bench that runs in a browser: modules register tests, pytest runs them all and reads the faults.
const tests = [];

/** Register a test; it fails by throwing. */
export function test(name, body) {
  tests.push({ name, body });
}

function plain(value) {
  return JSON.stringify(value, (_, each) => {
    if (each === undefined) return "undefined";
    const isMap = each && typeof each === "object" && !Array.isArray(each);
    return isMap ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1))) : each;
  });
}

/** Throw unless both values have the same content. */
export function equal(actual, expected) {
  if (plain(actual) !== plain(expected)) throw new Error(`expected ${plain(expected)}, got ${plain(actual)}`);
}

/** Run everything registered; returns `{count, faults: ["name: message"]}`. */
export async function run() {
  const faults = [];
  for (const { name, body } of tests) {
    try {
      await body();
    } catch (fault) {
      faults.push(`${name}: ${fault.message}`);
    }
  }
  return { count: tests.length, faults };
}
