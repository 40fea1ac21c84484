import { type ClassCounts, type Confusion, confusion } from "./confusion.ts";
import { defineMetric, isDefined, type Metric, meanOfDefined, type Score } from "./metric.ts";

const NOWHERE = "no window is of this class and none was taken for it";
const NOTHING = "no window is of any class and none was taken for one";

/**
 * The two averages of a number that each class has: over classes as they are, and over classes by their share of the windows.
 * A class that is neither true nor decided anywhere is left out, as scikit-learn does for classes; for labels it would count 0.
 * @param of the value of a class that is there; 0 where it divides 0 by 0
 */
export function averagedMetrics(
  name: string,
  title: string,
  of: (counts: ClassCounts) => number,
): readonly [Metric, Metric] {
  const perClass = ({ classes }: Confusion): Score[] =>
    classes.map((counts) => (isThere(counts) ? of(counts) : { undefined: NOWHERE }));
  return [
    defineMetric({
      name,
      title: `${title} (macro)`,
      better: "higher",
      from: confusion,
      score(value) {
        const scores = perClass(value);
        return { score: meanOfDefined(scores, NOTHING), perClass: scores, without: missing(scores) };
      },
    }),
    defineMetric({
      name: `${name}Weighted`,
      title: `${title} (weighted)`,
      better: "higher",
      from: confusion,
      score: (value) => weighted(value, perClass(value)),
    }),
  ];
}

function weighted({ classes }: Confusion, scores: readonly Score[]): Score {
  const support = classes.map(({ truePositive, falseNegative }) => truePositive + falseNegative);
  const total = support.reduce((sum, n) => sum + n, 0);
  if (total === 0) return { undefined: "no window has any of the labels" };
  return scores.reduce<number>((sum, score, k) => sum + (isDefined(score) ? score * support[k] : 0), 0) / total;
}

const isThere = ({ truePositive, falsePositive, falseNegative }: ClassCounts): boolean =>
  truePositive + falsePositive + falseNegative > 0;

/** Indices of classes without a value. */
export const missing = (scores: readonly Score[]): number[] =>
  scores.flatMap((score, k) => (isDefined(score) ? [] : [k]));

/** `part / whole`, 0 where both are 0. */
export const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
