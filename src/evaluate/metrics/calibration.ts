import type { Predictions } from "../predictions.ts";
import { decidedClass } from "./confusion.ts";
import { defineMetric, type Statistic } from "./metric.ts";
import { subjectSums } from "./subjectSums.ts";

/** Bins of equal width over 0 … 1. */
export const BINS = 15;

/** One bar of a reliability diagram: what was promised and what came. */
export interface ReliabilityBin {
  /** Bounds of the probabilities in it: `low < p ≤ high`, and 0 is in the first. */
  readonly low: number;
  readonly high: number;
  /** Statements in the bin. */
  readonly count: number;
  /** Mean probability; null for an empty bin. */
  readonly confidence: number | null;
  /** Share that came true; null for an empty bin. */
  readonly frequency: number | null;
}

/**
 * Statements and how often they came true: the probability of the second class ("binary"), of the decided class ("multiclass"), or of
 * every label, all pooled ("multilabel").
 * @see sklearn.calibration.calibration_curve (uniform); Guo et al., "On calibration of modern neural networks" (ICML 2017)
 */
export const reliability: Statistic<readonly ReliabilityBin[]> = {
  prepare(predictions) {
    const statements = statementsOf(predictions);
    const totals = subjectSums(predictions, 3 * BINS, (sums, at, row) => {
      for (const { probability, came } of statements(row)) {
        const bin = at + 3 * binOf(probability);
        sums[bin] += 1;
        sums[bin + 1] += probability;
        sums[bin + 2] += Number(came);
      }
    });
    return (weights) => {
      const sums = totals(weights);
      return Array.from({ length: BINS }, (_, b) => {
        const [count, probability, came] = sums.subarray(3 * b, 3 * b + 3);
        const empty = count === 0;
        return {
          low: EDGES[b],
          high: EDGES[b + 1],
          count,
          confidence: empty ? null : probability / count,
          frequency: empty ? null : came / count,
        };
      });
    };
  },
};

/** Expected calibration error: the mean distance between promised and come true, over bins by their statements. */
export const calibrationError = defineMetric({
  name: "calibrationError",
  title: "Calibration error (ECE)",
  better: "lower",
  from: reliability,
  score(bins) {
    const total = bins.reduce((sum, { count }) => sum + count, 0);
    const gaps = bins.map(({ count, confidence, frequency }) => count * Math.abs((confidence ?? 0) - (frequency ?? 0)));
    return gaps.reduce((sum, gap) => sum + gap, 0) / total;
  },
});

const EDGES = Array.from({ length: BINS + 1 }, (_, b) => (b === BINS ? 1 : b * (1 / BINS))); // numpy.linspace(0, 1, BINS + 1)

function binOf(probability: number): number {
  let bin = 0;
  while (bin < BINS - 1 && probability > EDGES[bin + 1]) bin++;
  return bin;
}

interface Statement {
  readonly probability: number;
  readonly came: boolean;
}

function statementsOf({ task, target, output }: Predictions): (row: number) => Statement[] {
  const size = task.classes.length;
  if (task.kind === "binary") return (row) => [{ probability: output[2 * row + 1], came: target[row] === 1 }];
  if (task.kind === "multilabel") {
    return (row) =>
      task.classes.map((_, k) => ({ probability: output[row * size + k], came: target[row * size + k] === 1 }));
  }
  return (row) => {
    const decided = decidedClass(output, row, size);
    return [{ probability: output[row * size + decided], came: target[row] === decided }];
  };
}
