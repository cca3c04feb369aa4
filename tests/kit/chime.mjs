import { CHIME_SECONDS, chime } from "/kit/chime.js";
import { equal, test } from "/tests/kit/check.mjs";

test("the chime lasts as long as it says", async () => {
  const context = new AudioContext();
  const start = performance.now();
  await chime(context);
  const seconds = (performance.now() - start) / 1000;
  equal([seconds >= CHIME_SECONDS - 0.05, seconds < CHIME_SECONDS + 1], [true, true]);
  await context.close();
});

test("a blocked context is a failed sound, not an endless one", async () => {
  const context = new AudioContext();
  await context.suspend();
  equal(await chime(context).catch((fault) => fault.message), "audio is suspended");
  await context.close();
});

test("the gong is heard and never clips", async () => {
  const context = new OfflineAudioContext(1, 44100 * 3, 44100);
  Object.defineProperty(context, "state", { value: "running" });
  const over = chime(context);
  const samples = (await context.startRendering()).getChannelData(0);
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  equal([peak > 0.2, peak <= 1], [true, true]);
  equal(
    samples.slice(-4410).every((sample) => Math.abs(sample) < 0.001),
    true,
  );
  await over;
});
