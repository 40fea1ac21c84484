import { UsageError } from "../src/errors.ts";
import type { Graph } from "../src/graph/index.ts";
import { initializeWeights, type PanlunaModel, PUBLISHED, panlunaGraph, randomStream } from "../src/model/index.ts";
import type { Feeds, FeedTensor } from "../src/runtime/session.ts";

/** A window layout that is timed; the layouts of the published tasks. */
export interface Case {
  readonly name: string;
  readonly channels: number;
  /** Samples per channel at 256 Hz. */
  readonly samples: number;
}

/** 12-lead ECG of 10 s, EEG + ECG sleep epochs of 30 s, bipolar EEG of 5 s. */
export const CASES: readonly Case[] = [
  { name: "12ch10s", channels: 12, samples: 2560 },
  { name: "5ch30s", channels: 5, samples: 7680 },
  { name: "22ch5s", channels: 22, samples: 1280 },
];

export const NUM_CLASSES = 5;

/** The published network with untrained weights and a head of five classes. Speed does not depend on the values of weights. */
export function benchModel(): PanlunaModel {
  const head = { kind: "classify", numClasses: NUM_CLASSES } as const;
  return { sizes: PUBLISHED, head, weights: initializeWeights(PUBLISHED, head) };
}

/** Where the montage embedding comes from: made once per recording, or from raw locations in every run. */
export type Montage = "embedded" | "locations";

export const benchGraph = (model: PanlunaModel, montage: Montage): Graph =>
  panlunaGraph(model, { montage, outputs: ["logits"] });

/** Normal noise for every input; the same in every process. */
export function feedsOf({ channels, samples }: Case, batch: number, montage: Montage): Feeds {
  const x = noise("x", [batch, channels, samples]);
  if (montage === "embedded") return { x, montage: noise("montage", [batch, channels, PUBLISHED.embedDim]) };
  const sensors = { dtype: "int32", shape: [batch, channels], data: new Int32Array(batch * channels).fill(1) } as const;
  return { x, channel_locations: noise("locations", [batch, channels, 3]), sensor_type: sensors };
}

function noise(purpose: string, shape: readonly number[]): FeedTensor {
  const count = shape.reduce((product, length) => product * length, 1);
  return { dtype: "float32", shape, data: randomStream(0, `bench/${purpose}`).normal(0, count) };
}

/**
 * The cases with these names, in the order of `CASES`; all if there are none.
 * @throws UsageError for a name that does not exist
 */
export function casesNamed(names: readonly string[]): readonly Case[] {
  const known = CASES.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new UsageError({ where: "--cases", what: "no such case", expected: known.join(", "), got: unknown });
  }
  return names.length === 0 ? CASES : CASES.filter(({ name }) => names.includes(name));
}
