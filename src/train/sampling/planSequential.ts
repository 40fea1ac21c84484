import { groupByLayout } from "./corpusOrder.ts";
import type { Corpus, MicroBatchPlan, Plan } from "./plan.ts";
import { checkCorpora, checkStep } from "./planSampling.ts";

/**
 * Every window once, in the order given, corpus by corpus and layout by layout: for validation and evaluation. One micro-batch per step;
 * `indices` count on over the whole plan, so that what is keyed by them is the same whatever the size of the micro-batches.
 * @param micro most windows of a micro-batch
 * @throws UsageError without windows
 */
export function planSequential(corpora: readonly Corpus[], micro: number): Plan {
  checkCorpora(corpora);
  const microBatches: MicroBatchPlan[] = [];
  let windows = 0;
  corpora.forEach(({ layout, rows }, corpus) => {
    for (const group of groupByLayout(layout, rows, micro)) {
      for (let start = 0; start < group.rows.length; start += micro) {
        const part = group.rows.subarray(start, start + micro);
        const first = windows;
        microBatches.push({ corpus, layout: group.layout, rows: part, indices: part.map((_, i) => first + i) });
        windows += part.length;
      }
    }
  });
  return {
    steps: microBatches.length,
    stepsPerEpoch: microBatches.length,
    windows,
    planBatch(step) {
      const only = microBatches[checkStep(step, microBatches.length)];
      return { step, windows: only.rows.length, microBatches: [only] };
    },
  };
}
