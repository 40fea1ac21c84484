import type { Sensor } from "../../signal/index.ts";
import { type BootstrapOptions, bootstrapScores, DEFAULTS, type Estimate, minus } from "../bootstrap.ts";
import { isDefined } from "../metrics/metric.ts";
import { weightedTotals } from "../metrics/subjectSums.ts";
import {
  countsOf,
  explainedShare,
  FILLS,
  type Fill,
  type HiddenGroup,
  type HiddenSums,
  SUMS_WIDTH,
} from "./hiddenSums.ts";

/** How well hidden patches of one sensor were filled in. */
export interface ReconstructionRow {
  /** null over all corpora. */
  readonly corpus: string | null;
  readonly sensor: Sensor;
  readonly subjects: number;
  readonly windows: number;
  /** Hidden samples. */
  readonly samples: number;
  /** Share of the variance explained, see `explainedShare`. */
  readonly explained: Readonly<Record<Fill, Estimate>>;
  /** The model's share minus the other's, on the same draws of subjects. */
  readonly difference: Readonly<Record<Exclude<Fill, "model">, Estimate>>;
}

/** "eegmat EEG", "all EEG" */
export const rowTitle = ({ corpus, sensor }: Pick<ReconstructionRow, "corpus" | "sensor">): string =>
  `${corpus ?? "all"} ${sensor.toUpperCase()}`;

/** What was reached in one subject. */
export interface ReconstructedSubject {
  readonly subject: string;
  readonly corpus: string;
  readonly sensor: Sensor;
  readonly windows: number;
  /** null where the hidden samples do not vary. */
  readonly explained: Readonly<Record<Fill, number | null>>;
}

/** How well a model fills hidden patches in; plain JSON. */
export interface ReconstructionSummary {
  readonly format: "panluna-reconstruction";
  readonly version: 1;
  readonly subjects: number;
  readonly windows: number;
  readonly bootstrap: { readonly seed: number; readonly draws: number; readonly level: number };
  /** Each sensor of each corpus, then each sensor over all corpora where several have it. */
  readonly rows: readonly ReconstructionRow[];
  readonly perSubject: readonly ReconstructedSubject[];
}

/**
 * Shares of explained variance with percentile intervals over draws of subjects. Sums are pooled over the windows of all subjects before the share is
 * taken: it is no mean of shares, and whoever has more windows counts for more. A subject of several corpora of one dataset is one.
 */
export function summarizeReconstruction(
  { groups, windows }: Pick<HiddenSums, "groups" | "windows">,
  options: BootstrapOptions = {},
): ReconstructionSummary {
  const { seed, draws, level } = { ...DEFAULTS, ...options };
  const sensors = [...new Set(groups.map(({ sensor }) => sensor))];
  const whole = sensors.flatMap((sensor) => {
    const own = groups.filter((group) => group.sensor === sensor);
    return own.length > 1 ? [rowOf({ corpus: null, sensor, bySubject: mergedSums(own) }, options)] : [];
  });
  return {
    format: "panluna-reconstruction",
    version: 1,
    subjects: new Set(groups.flatMap(peopleOf).map(([person]) => person)).size,
    windows,
    bootstrap: { seed, draws, level },
    rows: [...groups.map((group) => rowOf(group, options)), ...whole],
    perSubject: groups.flatMap(subjectsOf),
  };
}

type Rowed = Pick<HiddenGroup, "sensor" | "bySubject"> & Pick<ReconstructionRow, "corpus">;

/** The sums of each person, who has a name of their own among all datasets. */
const peopleOf = ({ dataset, bySubject }: HiddenGroup): [string, Float64Array][] =>
  [...bySubject].map(([subject, sums]) => [JSON.stringify([dataset, subject]), sums]);

function rowOf({ corpus, sensor, bySubject }: Rowed, options: BootstrapOptions): ReconstructionRow {
  const names = [...bySubject.keys()].sort();
  const sums = new Float64Array(names.length * SUMS_WIDTH);
  names.forEach((name, s) => {
    sums.set(bySubject.get(name)!, s * SUMS_WIDTH);
  });
  const everyone = weightedTotals(sums, SUMS_WIDTH, new Float64Array(names.length).fill(1));
  const score = (weights: Float64Array) => {
    const totals = weightedTotals(sums, SUMS_WIDTH, weights);
    const [model, line, mean] = FILLS.map((fill) => explainedShare(totals, fill));
    return [model, line, mean, minus(model, line), minus(model, mean)];
  };
  const [model, interpolation, mean, minusInterpolation, minusMean] = bootstrapScores(score, names.length, options);
  return {
    corpus,
    sensor,
    subjects: names.length,
    ...countsOf(everyone),
    explained: { model, interpolation, mean },
    difference: { interpolation: minusInterpolation, mean: minusMean },
  };
}

/** Sums of several corpora, added up by person. */
function mergedSums(groups: readonly HiddenGroup[]): Map<string, Float64Array> {
  const merged = new Map<string, Float64Array>();
  for (const [person, sums] of groups.flatMap(peopleOf)) {
    const before = merged.get(person);
    merged.set(person, before === undefined ? sums : before.map((sum, i) => sum + sums[i]));
  }
  return merged;
}

function subjectsOf({ corpus, sensor, bySubject }: HiddenGroup): ReconstructedSubject[] {
  return [...bySubject].sort(byName).map(([subject, sums]) => {
    const shareOf = (fill: Fill) => {
      const share = explainedShare(sums, fill);
      return isDefined(share) ? share : null;
    };
    const explained = { model: shareOf("model"), interpolation: shareOf("interpolation"), mean: shareOf("mean") };
    return { subject, corpus, sensor, windows: countsOf(sums).windows, explained };
  });
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  a < b ? -1 : Number(a > b);
