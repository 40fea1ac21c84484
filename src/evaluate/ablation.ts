import { UsageError } from "../errors.ts";
import type { Sensor } from "../signal/index.ts";
import { type BootstrapOptions, bootstrap, DEFAULTS, type Estimate, pairedDifference } from "./bootstrap.ts";
import { HEADLINES, METRICS } from "./metrics/index.ts";
import type { Predictions } from "./predictions.ts";

/** What a model said that was trained and run with these sensors only. */
export interface SensorSubset {
  readonly sensors: readonly Sensor[];
  readonly predictions: Predictions;
}

export interface AblationRow {
  readonly sensors: readonly Sensor[];
  /** By the metric's name. */
  readonly metrics: Readonly<Record<string, Estimate>>;
  /** This subset minus all sensors, on the same draws of subjects; absent for all sensors. */
  readonly difference?: Readonly<Record<string, Estimate>>;
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
  const windows = windowKeys(all.predictions);
  for (const subset of others) checkSameWindows(windows, subset);
  const { task, count, subjects } = all.predictions;
  const { seed, draws, level } = { ...DEFAULTS, ...options };
  const metrics = METRICS[task.kind];
  const rows = [all, ...others].map(({ sensors, predictions }): AblationRow => {
    const own = Object.fromEntries([...bootstrap(predictions, metrics, options)].map(([name, e]) => [name, plain(e)]));
    if (predictions === all.predictions) return { sensors, metrics: own };
    const difference = Object.fromEntries(pairedDifference(predictions, all.predictions, metrics, options));
    return { sensors, metrics: own, difference };
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

/** Without the values per class. */
const plain = ({ value, low, high, reason, undefinedDraws }: Estimate): Estimate => ({
  value,
  low,
  high,
  ...(reason === undefined ? {} : { reason }),
  ...(undefinedDraws === undefined ? {} : { undefinedDraws }),
});

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

/** The truth of each window by where it stands. */
function windowKeys({ count, subject, subjects, recording, onset, target }: Predictions): Map<string, string> {
  const width = count === 0 ? 1 : target.length / count;
  return new Map(
    Array.from({ length: count }, (_, row) => [
      JSON.stringify([subjects[subject[row]], recording[row], onset[row]]),
      target.subarray(row * width, (row + 1) * width).join(),
    ]),
  );
}

function checkSameWindows(windows: ReadonlyMap<string, string>, { sensors, predictions }: SensorSubset): void {
  const own = windowKeys(predictions);
  const missing = [...windows.keys()].filter((key) => !own.has(key));
  const surplus = [...own.keys()].filter((key) => !windows.has(key));
  const other = [...own].filter(([key, target]) => windows.has(key) && windows.get(key) !== target);
  if (missing.length + surplus.length + other.length === 0 && own.size === predictions.count) return;
  throw new UsageError({
    where: `ablation, ${keyOf(sensors)}`,
    what: "is not of the same windows as all sensors",
    expected: `the ${windows.size} windows of all sensors with their targets, each once`,
    got: `${predictions.count} windows: ${missing.length} missing, ${surplus.length} others, ${other.length} with another target`,
    todo: "Predict the same windows with every subset",
  });
}
