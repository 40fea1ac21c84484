import { randomStream } from "../../model/index.ts";
import type { Processing } from "./job.ts";

/**
 * Change one z-scored window (C, T) in place: shift it in time, scale each channel, add noise, as far as each is asked for.
 * Drawn from (seed, step, index); each change has a stream of its own, so that one more does not alter the others.
 */
export function augmentWindow(
  window: Float32Array,
  nChans: number,
  { seed, sfreq, augment }: Processing,
  step: number,
  index: number,
): void {
  if (augment === undefined) return;
  const draw = (what: string) => randomStream(seed, `augment/${what}/${step}/${index}`);
  const nTimes = window.length / nChans;
  if (augment.shift > 0) {
    const by = Math.round((2 * draw("shift").uniform(0, 1)[0] - 1) * augment.shift * sfreq);
    for (let c = 0; c < nChans; c++) rotate(window.subarray(c * nTimes, (c + 1) * nTimes), by);
  }
  if (augment.gain > 0) {
    draw("gain")
      .normal(0, nChans)
      .forEach((z, c) => void scale(window.subarray(c * nTimes, (c + 1) * nTimes), Math.exp(augment.gain * z)));
  }
  if (augment.noise > 0) {
    const noise = draw("noise").normal(0, window.length);
    for (let i = 0; i < window.length; i++) window[i] += augment.noise * noise[i];
  }
}

/** `x[t] ← x[t − by]`, around the ends. */
function rotate(x: Float32Array, by: number): void {
  const cut = (((x.length - by) % x.length) + x.length) % x.length;
  const moved = x.slice(0, cut);
  x.copyWithin(0, cut);
  x.set(moved, x.length - cut);
}

function scale(x: Float32Array, factor: number): void {
  for (let t = 0; t < x.length; t++) x[t] *= factor;
}
