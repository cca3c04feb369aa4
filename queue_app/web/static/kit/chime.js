// A calm two-tone gong made on the spot, so that no sound file is needed. The partials are those of struck
// bronze (not whole multiples of the base tone), each fading at its own pace.

const TONES = [
  { hertz: 392, at: 0 },
  { hertz: 294, at: 0.55 },
];
const PARTIALS = [
  { ratio: 1, gain: 0.5, fade: 1.5 },
  { ratio: 2.01, gain: 0.22, fade: 0.9 },
  { ratio: 2.76, gain: 0.12, fade: 0.6 },
  { ratio: 5.4, gain: 0.05, fade: 0.25 },
];
/** Length of the chime in seconds. */
export const CHIME_SECONDS = 2;

/**
 * @param {AudioContext} context
 * @param {AudioNode} out
 * @param {number} hertz
 * @param {number} start
 */
function strike(context, out, hertz, start) {
  for (const { ratio, gain, fade } of PARTIALS) {
    const tone = context.createOscillator();
    const level = context.createGain();
    tone.frequency.value = hertz * ratio;
    level.gain.setValueAtTime(0.0001, start);
    level.gain.exponentialRampToValueAtTime(gain, start + 0.012);
    level.gain.exponentialRampToValueAtTime(0.0001, start + fade);
    tone.connect(level).connect(out);
    tone.start(start);
    tone.stop(start + fade + 0.05);
  }
}

/**
 * Play the chime into `target`. Resolves when it is over; rejects when the browser keeps the sound blocked.
 * @param {AudioContext} context
 * @param {AudioNode} [target]
 */
export async function chime(context, target = context.destination) {
  if (context.state !== "running") throw new Error(`audio is ${context.state}`);
  const out = context.createGain();
  out.gain.value = 0.8;
  out.connect(target);
  const start = context.currentTime + 0.03;
  for (const { hertz, at } of TONES) strike(context, out, hertz, start + at);
  // A timer and not the sound's own "ended": a device unplugged in the middle never sends that.
  await new Promise((done) => setTimeout(done, CHIME_SECONDS * 1000));
  out.disconnect();
}
