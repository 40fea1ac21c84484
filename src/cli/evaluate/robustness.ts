import {
  addNoise,
  DISTURBANCES,
  type Disturbance,
  type DisturbedPredictions,
  keepAtRandom,
  LEAST_CHANNELS,
  type Predictions,
} from "../../evaluate/index.ts";
import { randomStream } from "../../model/index.ts";
import type { Sensor } from "../../signal/index.ts";
import type { WindowStore } from "../../store/index.ts";
import type { LoadedMicroBatch } from "../../train/loader/index.ts";
import { channelsOf } from "../../train/loader/keptChannels.ts";
import type { Disturb, ShownStore, ShownWindows } from "../../train/predict/index.ts";
import type { Subset } from "./judge.ts";
import { type Pool, scoredOf } from "./pooled.ts";

/** What one model said of windows that were made worse, and of the same ones as they are. */
export interface Disturbed {
  readonly disturbance: Disturbance;
  readonly predictions: Predictions;
  readonly undisturbed: Predictions;
}

/** The disturbances that there are windows for. */
export const disturbancesFor = (judged: readonly ShownStore[], shown: readonly Sensor[] | undefined): Disturbance[] =>
  DISTURBANCES.filter((own) => judged.some((store) => disturbedRows(own, store, shown).rows.length > 0));

/** The windows that a disturbance is for. @param shown sensors that the model sees; all if not given */
export function disturbedRows(
  { kind }: Disturbance,
  { store, rows }: ShownStore,
  shown: readonly Sensor[] | undefined,
): ShownStore {
  if (kind === "noise") return { store, rows };
  const wide = store.layouts.map((layout) => channelsOf(layout, shown).length >= LEAST_CHANNELS);
  return { store, rows: Array.from(rows).filter((row) => wide[store.windows.layout[row]]) };
}

/** Makes windows worse, the same for every model that is shown them. */
export function disturbWith({ kind, level }: Disturbance, seed: number): Disturb {
  const streamOf = (store: WindowStore, row: number) => randomStream(seed, `robustness/${kind}/${placeOf(store, row)}`);
  return (micro, store) => {
    if (kind === "noise") return [noisy(micro, (row, window, n) => addNoise(window, n, level, streamOf(store, row)))];
    return reduced(micro, (row, n) => keepAtRandom(n, level, streamOf(store, row)));
  };
}

/** Whose window, of which recording, from when: the same in every store that holds it. */
const placeOf = ({ subjects, recordings, windows }: WindowStore, row: number): string =>
  `${subjects[windows.subject[row]]}/${recordings[windows.recording[row]]}/${windows.onset[row]}`;

function noisy(
  micro: LoadedMicroBatch,
  change: (row: number, window: Float32Array, nChans: number) => Float32Array,
): ShownWindows {
  const [, nChans, nTimes] = micro.shape;
  const size = nChans * nTimes;
  const x = new Float32Array(micro.x.length);
  micro.rows.forEach((row, w) => void x.set(change(row, micro.x.subarray(w * size, (w + 1) * size), nChans), w * size));
  return { ...micro, x };
}

/** Windows one by one: each has channels of its own. */
function reduced(
  { x, shape: [, nChans, nTimes], channels, rows, indices }: LoadedMicroBatch,
  keep: (row: number, nChans: number) => number[],
): ShownWindows[] {
  return Array.from(rows, (row, w) => {
    const kept = keep(row, nChans);
    const window = new Float32Array(kept.length * nTimes);
    kept.forEach((channel, c) => {
      const at = (w * nChans + channel) * nTimes;
      window.set(x.subarray(at, at + nTimes), c * nTimes);
    });
    return {
      x: window,
      shape: [1, kept.length, nTimes],
      channels: kept.map((c) => channels[c]),
      indices: indices.subarray(w, w + 1),
    };
  });
}

/**
 * The curves of all models together.
 * @param disturbed by model, the same disturbances for all
 * @param subsets by model: all sensors first, and those with one sensor less; none where windows have one sensor only
 */
export function disturbedCurves(
  pool: Pool,
  disturbed: readonly (readonly Disturbed[])[],
  subsets: readonly (readonly Subset[])[],
): DisturbedPredictions[] {
  const curves = (["channels", "noise"] as const).flatMap((kind): DisturbedPredictions[] => {
    const own = disturbed.map((each) => each.filter(({ disturbance }) => disturbance.kind === kind));
    if (own[0].length === 0) return [];
    const undisturbed = scoredOf(
      pool,
      own.map(([first]) => first.undisturbed),
    );
    const levels = own[0].map(({ disturbance: { level } }, i) => ({
      level,
      ...scoredOf(
        pool,
        own.map((each) => each[i].predictions),
      ),
    }));
    return [{ kind, undisturbed, levels }];
  });
  return [...curves, ...withoutSensors(pool, subsets)];
}

function withoutSensors(pool: Pool, subsets: readonly (readonly Subset[])[]): DisturbedPredictions[] {
  if (subsets[0].length === 0) return [];
  const at = (i: number) =>
    scoredOf(
      pool,
      subsets.map((own) => own[i].predictions),
    );
  const [{ sensors: all }] = subsets[0];
  const levels = all.map((missing) => {
    const rest = all.filter((sensor) => sensor !== missing).join();
    return { level: missing, ...at(subsets[0].findIndex(({ sensors }) => sensors.join() === rest)) };
  });
  return [{ kind: "sensors", undisturbed: at(0), levels }];
}
