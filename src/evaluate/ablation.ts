import { UsageError } from "../errors.ts";
import type { Sensor } from "../signal/index.ts";
import { type BootstrapOptions, DEFAULTS } from "./bootstrap.ts";
import { HEADLINES } from "./metrics/index.ts";
import { checkSameWindows } from "./sameWindows.ts";
import { differenceOf, type Estimates, metricsOf, type Scored } from "./scored.ts";

/** What a model said that was trained and run with these sensors only. */
export interface SensorSubset extends Scored {
  readonly sensors: readonly Sensor[];
}

export interface AblationRow {
  readonly sensors: readonly Sensor[];
  readonly metrics: Estimates;
  /** This subset minus all sensors, on the same draws of subjects; absent for all sensors. */
  readonly difference?: Estimates;
}

/** Which sensors a task needs; plain JSON. */
export interface Ablation {
  readonly format: "panluna-ablation";
  readonly version: 1;
  readonly windows: number;
  readonly subjects: number;
  readonly bootstrap: { readonly seed: number; readonly draws: number; readonly level: number };
  /** Names of the metrics that stand first. */
  readonly headline: readonly string[];
  /** All sensors first, then the others as given. */
  readonly rows: readonly AblationRow[];
}

/**
 * Compare subsets of sensors on the same windows. A sensor can hurt: a difference above 0 of an accuracy says that it does.
 * @param subsets one holds the sensors of all others
 * @throws UsageError when none does, a subset comes twice, or they are not of the same windows
 */
export function ablate(subsets: readonly SensorSubset[], options: BootstrapOptions = {}): Ablation {
  const all = subsetOfAll(subsets);
  const others = subsets.filter((subset) => subset !== all);
  for (const { sensors, predictions } of others) {
    checkSameWindows(all.predictions, predictions, { where: `ablation, ${keyOf(sensors)}`, reference: "all sensors" });
  }
  const { task, count, subjects } = all.predictions;
  const { seed, draws, level } = { ...DEFAULTS, ...options };
  const rows = [all, ...others].map((subset): AblationRow => {
    const row = { sensors: subset.sensors, metrics: metricsOf(subset, options) };
    return subset === all ? row : { ...row, difference: differenceOf(subset, all, options) };
  });
  return {
    format: "panluna-ablation",
    version: 1,
    windows: count,
    subjects: subjects.length,
    bootstrap: { seed, draws, level },
    headline: HEADLINES[task.kind].map(({ name }) => name),
    rows,
  };
}

const keyOf = (sensors: readonly Sensor[]): string => [...new Set(sensors)].sort().join("+");

function subsetOfAll(subsets: readonly SensorSubset[]): SensorSubset {
  const keys = subsets.map(({ sensors }) => keyOf(sensors));
  const union = keyOf(subsets.flatMap(({ sensors }) => sensors));
  const all = subsets[keys.indexOf(union)];
  if (all !== undefined && new Set(keys).size === keys.length) return all;
  throw new UsageError({
    where: "ablation",
    what: all === undefined ? "no predictions with all sensors" : "a subset of sensors comes twice",
    expected: `each subset once, and one with ${union || "sensors"}`,
    got: keys.join(", ") || "none",
  });
}
