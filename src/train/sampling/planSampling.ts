import { UsageError } from "../../errors.ts";
import { type CorpusOrder, corpusOrder } from "./corpusOrder.ts";
import { mixture } from "./mixture.ts";
import type { BatchPlan, Corpus, MicroBatchPlan, Plan } from "./plan.ts";

/** How many windows go into a step and at a time through the model. */
export interface SamplingOptions {
  readonly seed: number;
  /** Windows per step: a multiple of `micro`. A step has fewer where a layout has fewer than `micro` windows left to share out. */
  readonly windows: number;
  /** Most windows of a micro-batch. */
  readonly micro: number;
}

/**
 * The order of windows for training. A step has `windows / micro` micro-batches; they are shared out over the corpora so that windows are drawn in proportion
 * to the weights, and every window of a corpus is drawn once before any is drawn again. The batch of a step depends on the seed, the corpora and the step alone.
 * @throws UsageError without windows, for weights that are not positive, and for sizes that do not divide
 */
export function planSampling(corpora: readonly Corpus[], options: SamplingOptions): Plan {
  checkOptions(corpora, options);
  const { seed, windows, micro } = options;
  const orders = corpora.map((corpus) => corpusOrder(corpus, micro, seed));
  const meanSizes = orders.map((order) => order.windows / order.chunks);
  const shares = corpora.map(({ weight }, c) => weight / meanSizes[c]); // chunks per time, for `weight` windows per time
  const turnOf = mixture(shares, seed);
  const slots = windows / micro;
  const total = orders.reduce((sum, order) => sum + order.windows, 0);
  return {
    steps: Number.POSITIVE_INFINITY,
    stepsPerEpoch: Math.max(1, Math.round(total / (slots * meanOf(meanSizes, shares)))),
    windows: total,
    planBatch: (step) => draw(checkStep(step, Number.POSITIVE_INFINITY), slots, orders, turnOf),
  };
}

function draw(
  step: number,
  slots: number,
  orders: readonly CorpusOrder[],
  turnOf: ReturnType<typeof mixture>,
): BatchPlan {
  let windows = 0;
  const microBatches = Array.from({ length: slots }, (_, k): MicroBatchPlan => {
    const { source, place } = turnOf(step * slots + k);
    const { layout, rows } = orders[source].chunk(place);
    const indices = Uint32Array.from(rows, (_, i) => windows + i);
    windows += rows.length;
    return { corpus: source, layout, rows, indices };
  });
  return { step, windows, microBatches };
}

/** @throws UsageError for a step that is not one of 0 … steps − 1 */
export function checkStep(step: number, steps: number): number {
  if (Number.isSafeInteger(step) && step >= 0 && step < steps) return step;
  const expected = Number.isFinite(steps) ? `0 to ${steps - 1}` : "a whole number from 0";
  throw new UsageError({ where: "step", what: "is not one of the plan", expected, got: String(step) });
}

function checkOptions(corpora: readonly Corpus[], { windows, micro }: SamplingOptions): void {
  const whole = Number.isInteger(micro) && micro > 0 && Number.isInteger(windows / micro) && windows > 0;
  if (!whole) {
    throw new UsageError({
      where: "batch.windows",
      what: "does not divide into micro-batches",
      expected: `a multiple of batch.micro (${micro})`,
      got: String(windows),
    });
  }
  checkCorpora(corpora);
}

/** @throws UsageError without corpora, for one without windows, a weight that is not positive, and two of one name */
export function checkCorpora(corpora: readonly Corpus[]): void {
  if (corpora.length === 0) throw new UsageError({ where: "corpora", what: "none", expected: "at least one" });
  corpora.forEach(({ name, rows, weight }, c) => {
    const where = `corpus ${name}`;
    if (rows.length === 0) {
      throw new UsageError({ where, what: "has no windows to draw", todo: "Check its split and its sensors" });
    }
    if (!(weight > 0 && Number.isFinite(weight))) {
      throw new UsageError({ where, what: "weight", expected: "a positive number", got: String(weight) });
    }
    if (corpora.findIndex((other) => other.name === name) !== c) {
      throw new UsageError({ where, what: "stands twice", todo: "Give every corpus a name of its own" });
    }
  });
}

/** Mean of values under weights that need not sum to 1. */
function meanOf(values: readonly number[], weights: readonly number[]): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return values.reduce((sum, value, i) => sum + value * (weights[i] / total), 0);
}
