import { rank } from "./metrics/ranking.ts";
import type { Predictions } from "./predictions.ts";

export type Point = readonly [x: number, y: number];

/** Threshold curves of one class. */
export interface Curves {
  /** False positive rate against true positive rate, from (0, 0) to (1, 1). Empty unless there are windows of the class and others. */
  readonly roc: readonly Point[];
  /** Recall against precision by falling threshold, each precision from the recall before. Empty without windows of the class. */
  readonly precisionRecall: readonly Point[];
  /** Share of the windows that are of the class: the precision of guessing. */
  readonly prevalence: number;
}

/** @see sklearn.metrics.roc_curve(drop_intermediate=False), precision_recall_curve */
export function curvesOf(predictions: Predictions, k: number): Curves {
  const { positive, last } = rank(predictions, k);
  const hitsInAll = positive.reduce((sum, is) => sum + is, 0);
  const alarmsInAll = positive.length - hitsInAll;
  const roc: Point[] = [[0, 0]];
  const precisionRecall: Point[] = [];
  let hits = 0;
  for (let i = 0; i < positive.length; i++) {
    hits += positive[i];
    if (last[i] === 0) continue;
    roc.push([(i + 1 - hits) / alarmsInAll, hits / hitsInAll]);
    precisionRecall.push([hits / hitsInAll, hits / (i + 1)]);
  }
  return {
    roc: hitsInAll > 0 && alarmsInAll > 0 ? roc : [],
    precisionRecall: hitsInAll > 0 ? precisionRecall : [],
    prevalence: hitsInAll / positive.length,
  };
}

/** The first, the last, and of the others those at least `step` from the one kept before, along either axis. */
export function thinned(points: readonly Point[], step: number): Point[] {
  const kept: Point[] = [];
  for (const [i, point] of points.entries()) {
    const before = kept.at(-1);
    const far =
      before === undefined || Math.max(Math.abs(point[0] - before[0]), Math.abs(point[1] - before[1])) >= step;
    if (far || i === points.length - 1) kept.push(point);
  }
  return kept;
}
