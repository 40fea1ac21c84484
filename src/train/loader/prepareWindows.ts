import { randomStream } from "../../model/index.ts";
import { zscore } from "../../signal/index.ts";
import { augmentWindow } from "./augmentWindow.ts";
import type { Processing, ReadJob } from "./job.ts";
import { finite, referenceOf } from "./rereference.ts";

/**
 * Windows as stored → windows as the model takes them: channels chosen, cropped, non-finite samples set to 0, EEG measured
 * against another reference where the job says so, z-scored per window and channel
 * (SPEC.md §1), augmented. What is drawn at random depends on (seed, step, place in the batch) alone.
 * @param raw (B, nChans, T)
 * @returns (B, C, T′)
 */
export function prepareWindows(raw: Float32Array, job: ReadJob, processing: Processing): Float32Array<ArrayBuffer> {
  const count = job.rows.length;
  const nTimes = raw.length / (count * job.nChans);
  const keep = job.keep ?? Array.from({ length: job.nChans }, (_, c) => c);
  const kept = processing.crop?.nTimes ?? nTimes;
  const out = new Float32Array(count * keep.length * kept);
  for (let w = 0; w < count; w++) {
    const start = cropStart(nTimes, processing, job.step, job.indices[w]);
    const window = out.subarray(w * keep.length * kept, (w + 1) * keep.length * kept);
    const samplesOf = (channel: number) => {
      const at = (w * job.nChans + channel) * nTimes + start;
      return raw.subarray(at, at + kept);
    };
    const against = job.reference && referenceOf(job.reference, samplesOf);
    keep.forEach((channel, c) => {
      normalize(samplesOf(channel), window.subarray(c * kept, (c + 1) * kept), against?.(channel));
    });
    if (processing.augment) augmentWindow(window, keep.length, processing, job.step, job.indices[w]);
  }
  return out;
}

/** z-score of a channel, of its difference to a reference where there is one; what is not a number counts as 0. */
function normalize(from: Float32Array, to: Float32Array, against?: Float64Array): void {
  for (let t = 0; t < from.length; t++) to[t] = finite(from[t]) - (against?.[t] ?? 0);
  zscore(to, to);
}

/** First sample of a crop. */
function cropStart(nTimes: number, { crop, seed }: Processing, step: number, index: number): number {
  if (crop === undefined) return 0;
  const free = nTimes - crop.nTimes;
  if (crop.place === "centre") return Math.floor(free / 2);
  return Math.floor(randomStream(seed, `crop/${step}/${index}`).uniform(0, 1)[0] * (free + 1));
}
