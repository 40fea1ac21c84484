import type { Sensor } from "../../signal/index.ts";
import type { Score } from "../metrics/metric.ts";
import { interpolateHidden, visibleMean } from "./interpolate.ts";

/** Ways to fill hidden patches in: the model, a straight line between what is visible, and the mean of what is visible. */
export const FILLS = ["model", "interpolation", "mean"] as const;
export type Fill = (typeof FILLS)[number];

/** Windows of one layout and what a model made of their hidden patches; z-scored per window and channel. */
export interface ReconstructedWindows {
  readonly corpus: string;
  /** Corpora of one dataset share their people; people of different datasets are different, whatever they are called. */
  readonly dataset: string;
  /** (N, C, T) */
  readonly shape: readonly [number, number, number];
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** (N, C, T / patchSize) 1 where a patch was hidden from the model. */
  readonly mask: Uint8Array;
  readonly patchSize: number;
  /** (C) */
  readonly sensors: readonly Sensor[];
  /** (N) */
  readonly subjects: readonly string[];
}

/** What is summed over the hidden samples x: how many, Σx, Σx², and Σ(x − fill)² of each way; before them, the windows. */
const [WINDOWS, COUNT, SUM, SQUARES, RESIDUALS] = [0, 1, 2, 3, 4];
export const SUMS_WIDTH = RESIDUALS + FILLS.length;

/** The sums of one sensor of one corpus, by subject. */
export interface HiddenGroup {
  readonly corpus: string;
  readonly dataset: string;
  readonly sensor: Sensor;
  /** (SUMS_WIDTH) of each subject; what belongs together adds up. */
  readonly bySubject: ReadonlyMap<string, Float64Array>;
}

/** Sums over hidden samples by corpus, sensor and subject: all that the shares of explained variance and their intervals need. */
export class HiddenSums {
  readonly #groups = new Map<string, HiddenGroup & { readonly bySubject: Map<string, Float64Array> }>();
  #windows = 0;

  add(windows: ReconstructedWindows): void {
    const { shape, sensors, subjects } = windows;
    this.#windows += shape[0];
    for (let w = 0; w < shape[0]; w++) {
      for (const sensor of new Set(sensors)) this.#sumsOf(windows, sensor, subjects[w])[WINDOWS] += 1;
      sensors.forEach((sensor, c) => {
        addHidden(this.#sumsOf(windows, sensor, subjects[w]), windows, w, c);
      });
    }
  }

  /** In the order in which they were first added. */
  get groups(): readonly HiddenGroup[] {
    return [...this.#groups.values()];
  }

  get windows(): number {
    return this.#windows;
  }

  #sumsOf({ corpus, dataset }: ReconstructedWindows, sensor: Sensor, subject: string): Float64Array {
    const key = `${sensor} ${corpus}`;
    const group = this.#groups.get(key) ?? { corpus, dataset, sensor, bySubject: new Map<string, Float64Array>() };
    this.#groups.set(key, group);
    const sums = group.bySubject.get(subject) ?? new Float64Array(SUMS_WIDTH);
    group.bySubject.set(subject, sums);
    return sums;
  }
}

/** Add the hidden samples of one window and channel to `sums`. */
export function addHidden(
  sums: Float64Array,
  {
    x,
    y,
    mask,
    patchSize,
    shape: [, nChans, nTimes],
  }: Pick<ReconstructedWindows, "x" | "y" | "mask" | "patchSize" | "shape">,
  window: number,
  channel: number,
): void {
  const at = (window * nChans + channel) * nTimes;
  const own = x.subarray(at, at + nTimes);
  const hidden = mask.subarray(at / patchSize, (at + nTimes) / patchSize);
  const line = interpolateHidden(own, hidden, patchSize);
  const mean = visibleMean(own, hidden, patchSize);
  for (let t = 0; t < nTimes; t++) {
    if (hidden[Math.floor(t / patchSize)] === 0) continue;
    const value = own[t];
    sums[COUNT] += 1;
    sums[SUM] += value;
    sums[SQUARES] += value ** 2;
    sums[RESIDUALS] += (value - y[at + t]) ** 2;
    sums[RESIDUALS + 1] += (value - line[t]) ** 2;
    sums[RESIDUALS + 2] += (value - mean) ** 2;
  }
}

/**
 * Share of the variance of hidden samples that a way explains: 1 − Σ(x − fill)² / Σ(x − m)², m being the mean of all hidden samples that were
 * summed: the same denominator for every way. 1 is perfect, 0 no better than m, less than 0 worse.
 * @param sums (SUMS_WIDTH)
 */
export function explainedShare(sums: Float64Array, fill: Fill): Score {
  if (sums[COUNT] === 0) return { undefined: "nothing is hidden" };
  const total = sums[SQUARES] - sums[SUM] ** 2 / sums[COUNT];
  if (total <= 0) return { undefined: "the hidden samples are all the same" };
  return 1 - sums[RESIDUALS + FILLS.indexOf(fill)] / total;
}

/** Windows and hidden samples that were summed. */
export const countsOf = (sums: Float64Array): { readonly windows: number; readonly samples: number } => ({
  windows: sums[WINDOWS],
  samples: sums[COUNT],
});
