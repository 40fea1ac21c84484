import type { Sensor } from "../signal/index.ts";
import { type BootstrapOptions, DEFAULTS } from "./bootstrap.ts";
import { HEADLINES } from "./metrics/index.ts";
import { checkSameWindows } from "./sameWindows.ts";
import { differenceOf, type Estimates, metricsOf, type Scored } from "./scored.ts";

/** Channels removed at random, white noise added, a whole sensor missing. */
export type RobustnessKind = "channels" | "noise" | "sensors";

/** What a model said of the same windows, as they are and made worse. */
export interface DisturbedPredictions {
  readonly kind: RobustnessKind;
  readonly undisturbed: Scored;
  readonly levels: readonly (Scored & { readonly level: number | Sensor })[];
}

export interface RobustnessRow {
  /** Share of the channels that is removed, dB of signal to noise, or the sensor that is missing; absent for the windows as they are. */
  readonly level?: number | Sensor;
  readonly metrics: Estimates;
  /** This level minus the windows as they are, on the same draws of subjects; absent for those. */
  readonly difference?: Estimates;
}

export interface RobustnessCurve {
  readonly kind: RobustnessKind;
  readonly windows: number;
  readonly subjects: number;
  /** The windows as they are first, then the levels as given. */
  readonly rows: readonly RobustnessRow[];
}

/** How metrics fall when the input is worse than in training; plain JSON. */
export interface Robustness {
  readonly format: "panluna-robustness";
  readonly version: 1;
  readonly bootstrap: { readonly seed: number; readonly draws: number; readonly level: number };
  /** Names of the metrics that stand first. */
  readonly headline: readonly string[];
  readonly curves: readonly RobustnessCurve[];
}

/**
 * Every metric by level, with intervals, and its paired difference to the same windows as they are.
 * @param curves of one task, at least one
 * @throws UsageError when the levels of a curve are not of the same windows
 */
export function measureRobustness(
  curves: readonly [DisturbedPredictions, ...DisturbedPredictions[]],
  options: BootstrapOptions = {},
): Robustness {
  const { seed, draws, level } = { ...DEFAULTS, ...options };
  return {
    format: "panluna-robustness",
    version: 1,
    bootstrap: { seed, draws, level },
    headline: HEADLINES[curves[0].undisturbed.predictions.task.kind].map(({ name }) => name),
    curves: curves.map((curve) => curveOf(curve, options)),
  };
}

function curveOf({ kind, undisturbed, levels }: DisturbedPredictions, options: BootstrapOptions): RobustnessCurve {
  const { predictions: reference } = undisturbed;
  for (const { level, predictions } of levels) {
    const where = `robustness, ${levelText(kind, level)}`;
    checkSameWindows(reference, predictions, { where, reference: levelText(kind) });
  }
  const rows = levels.map((own) => ({
    level: own.level,
    metrics: metricsOf(own, options),
    difference: differenceOf(own, undisturbed, options),
  }));
  return {
    kind,
    windows: reference.count,
    subjects: reference.subjects.length,
    rows: [{ metrics: metricsOf(undisturbed, options) }, ...rows],
  };
}

/** "25 % removed", "10 dB", "without ECG", "undisturbed". */
export function levelText(kind: RobustnessKind, level?: number | Sensor): string {
  if (level === undefined) return "undisturbed";
  if (typeof level === "string") return `without ${level.toUpperCase()}`;
  return kind === "channels" ? `${Number((100 * level).toPrecision(6))} % removed` : `${level} dB`;
}
