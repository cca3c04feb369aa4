// A clock in the test's hand: nothing runs until time is let pass, and a second of it takes no second.

/** Stop the page's clock. `pass(ms)` runs every timer that is due meanwhile, in order; `release()` gives it back. */
export function stopClock() {
  const { setTimeout, clearTimeout, setInterval, clearInterval } = globalThis;
  const [stopwatch, calendar] = [performance.now, Date.now];
  const begun = calendar();
  const timers = new Map();
  let now = performance.now();
  const start = now;
  let ids = 0;

  function add(work, ms, every) {
    ids += 1;
    timers.set(ids, { work, at: now + ms, every });
    return ids;
  }

  const settled = () =>
    new Promise((done) => {
      setTimeout(done, 0);
    });

  globalThis.setTimeout = (work, ms = 0) => add(work, ms, null);
  globalThis.setInterval = (work, ms) => add(work, ms, ms);
  globalThis.clearTimeout = globalThis.clearInterval = (id) => timers.delete(id);
  performance.now = () => now;
  Date.now = () => Math.round(begun + now - start);

  return {
    async pass(ms) {
      const end = now + ms;
      await settled();
      for (;;) {
        const due = [...timers].filter(([, { at }]) => at <= end).sort(([, one], [, other]) => one.at - other.at)[0];
        if (!due) break;
        const [id, timer] = due;
        now = Math.max(now, timer.at);
        if (timer.every === null) timers.delete(id);
        else timer.at += timer.every;
        timer.work();
        await settled();
      }
      now = end;
    },
    release() {
      Object.assign(globalThis, { setTimeout, clearTimeout, setInterval, clearInterval });
      performance.now = stopwatch;
      Date.now = calendar;
    },
  };
}
