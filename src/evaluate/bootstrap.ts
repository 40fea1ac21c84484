import { UsageError } from "../errors.ts";
import { type RandomStream, randomStream } from "../model/index.ts";
import { isDefined, type Metric, type Score, type Scores, statisticsOf, type Weights } from "./metrics/metric.ts";
import type { Predictions } from "./predictions.ts";

export interface BootstrapOptions {
  /** 0 if not given. */
  readonly seed?: number;
  /** 1000 if not given. */
  readonly draws?: number;
  /** Share of the draws that the interval holds; 0.95 if not given. */
  readonly level?: number;
}

/** A value with its interval, ready for JSON. */
export interface Estimate {
  /** null where it is not defined; `reason` says why. */
  readonly value: number | null;
  /** Ends of the percentile interval; null where there is none. */
  readonly low: number | null;
  readonly high: number | null;
  readonly reason?: string;
  /** Draws without a value, left out of the interval; absent if none. */
  readonly undefinedDraws?: number;
}

/** What a metric says of predictions. */
export interface MetricEstimate extends Estimate {
  /** In the order of the task's classes. */
  readonly perClass?: readonly Estimate[];
  /** Names of classes that the mean leaves out. */
  readonly without?: readonly string[];
}

/** Less than this share of draws with a value makes no interval. */
const LEAST_DEFINED = 0.5;

export const DEFAULTS = { seed: 0, draws: 1000, level: 0.95 } as const;

/**
 * Metrics with percentile intervals by resampling subjects: windows of one person are not independent.
 * Draw b is a function of (seed, b, number of subjects) alone.
 * @returns by the metric's name
 * @see Efron & Tibshirani, "An introduction to the bootstrap" (1993), ch. 13
 */
export function bootstrap(
  predictions: Predictions,
  metrics: readonly Metric[],
  options: BootstrapOptions = {},
): Map<string, MetricEstimate> {
  const { task, subjects } = predictions;
  const score = scorer(predictions, metrics);
  const points = score(everyone(subjects.length));
  const tracks = points.map((scores) => [scores.score, ...(scores.perClass ?? [])].map(() => new Track(options)));
  for (const weights of drawsOf(subjects.length, options)) {
    score(weights).forEach((scores, m) => {
      tracks[m][0].add(scores.score);
      scores.perClass?.forEach((each, k) => {
        tracks[m][k + 1].add(each);
      });
    });
  }
  return new Map(
    metrics.map(({ name }, m) => {
      const { score: point, perClass, without = [] } = points[m];
      const estimate: MetricEstimate = {
        ...tracks[m][0].estimate(point),
        ...(perClass && { perClass: perClass.map((each, k) => tracks[m][k + 1].estimate(each)) }),
        ...(without.length > 0 && { without: without.map((k) => task.classes[k]) }),
      };
      return [name, estimate];
    }),
  );
}

/**
 * Differences a − b of metrics on the same subjects, with percentile intervals: both sides see the same draws, so that what makes
 * subjects hard for both cancels. A side of several predictions, of models that differ by their seed, counts by the mean of their scores.
 * @throws UsageError when the two are not of one task and the same subjects
 */
export function pairedDifference(
  a: Predictions | readonly Predictions[],
  b: Predictions | readonly Predictions[],
  metrics: readonly Metric[],
  options: BootstrapOptions = {},
): Map<string, Estimate> {
  const [left, right] = [a, b].map((side) => ("task" in side ? [side] : side));
  for (const other of [...left, ...right]) checkPair(left[0], other);
  const [scoreLeft, scoreRight] = [meanScorer(left, metrics), meanScorer(right, metrics)];
  const differences = (weights: Weights) => {
    const subtrahend = scoreRight(weights);
    return scoreLeft(weights).map((score, m) => minus(score, subtrahend[m]));
  };
  return estimates(differences, left[0].subjects.length, metrics, options);
}

/**
 * The mean of metrics over several predictions of the same windows, with percentile intervals: models that differ by their seed. All see the same
 * draws. The mean of scores, not the score of a mean: averaged outputs are an ensemble, which is better than its members.
 * @param parts of the same task and subjects, at least one
 * @throws UsageError when they are not
 */
export function bootstrapMean(
  parts: readonly Predictions[],
  metrics: readonly Metric[],
  options: BootstrapOptions = {},
): Map<string, Estimate> {
  const [first] = parts;
  for (const part of parts) checkPair(first, part);
  return estimates(meanScorer(parts, metrics), first.subjects.length, metrics, options);
}

/** Values for everybody, with intervals by their values for draws of subjects. @returns by the metric's name */
function estimates(
  score: (weights: Weights) => Score[],
  nSubjects: number,
  metrics: readonly Metric[],
  options: BootstrapOptions,
): Map<string, Estimate> {
  const all = bootstrapScores(score, nSubjects, options);
  return new Map(metrics.map(({ name }, m) => [name, all[m]]));
}

/**
 * Numbers that depend on how often each subject counts, with percentile intervals by their values for draws of subjects.
 * @param score the same numbers, in the same order, for every set of weights
 */
export function bootstrapScores(
  score: (weights: Weights) => readonly Score[],
  nSubjects: number,
  options: BootstrapOptions = {},
): Estimate[] {
  const points = score(everyone(nSubjects));
  const tracks = points.map(() => new Track(options));
  for (const weights of drawsOf(nSubjects, options)) {
    score(weights).forEach((value, m) => {
      tracks[m].add(value);
    });
  }
  return tracks.map((track, m) => track.estimate(points[m]));
}

/** Means of the scores of several predictions. */
function meanScorer(parts: readonly Predictions[], metrics: readonly Metric[]): (weights: Weights) => Score[] {
  const scores = parts.map((part) => scorer(part, metrics));
  return (weights) => {
    const all = scores.map((score) => score(weights));
    return metrics.map((_, m) => meanOfAll(all.map((own) => own[m].score)));
  };
}

/** Not defined where one of them is not. */
const meanOfAll = (scores: readonly Score[]): Score =>
  scores.find((score) => !isDefined(score)) ??
  scores.filter(isDefined).reduce((sum, score) => sum + score, 0) / scores.length;

/** How often each draw takes each subject; the array is used again for the next draw. None for fewer than two subjects. */
export function* drawsOf(nSubjects: number, options: BootstrapOptions = {}): Generator<Weights> {
  const { seed, draws } = { ...DEFAULTS, ...options };
  const stream = randomStream(seed, "bootstrap/subjects");
  const weights = new Float64Array(nSubjects);
  for (let draw = 0; draw < draws && nSubjects > 1; draw++) {
    fillDraw(weights, stream, draw);
    yield weights;
  }
}

/** Pick i of a draw is subject ⌊u·n⌋, u being word draw·n + i of the stream over 2³². */
function fillDraw(weights: Weights, stream: RandomStream, draw: number): void {
  const count = weights.length;
  weights.fill(0);
  for (const word of stream.words(draw * count, count)) weights[Math.floor(word * 2 ** -32 * count)] += 1;
}

const everyone = (nSubjects: number): Weights => new Float64Array(nSubjects).fill(1);

function scorer(predictions: Predictions, metrics: readonly Metric[]): (weights: Weights) => Scores[] {
  if (predictions.count === 0) return () => metrics.map(() => ({ score: { undefined: "there are no windows" } }));
  const statistics = statisticsOf(predictions);
  return (weights) => {
    const lookup = statistics(weights);
    return metrics.map((metric) => metric.score(lookup, predictions.task));
  };
}

/** Not defined where one of them is not. */
export const minus = (a: Score, b: Score): Score => (isDefined(a) ? (isDefined(b) ? a - b : b) : a);

/** The values of one number over the draws. */
class Track {
  readonly #values: Float64Array;
  readonly #level: number;
  #defined = 0;
  #seen = 0;

  constructor(options: BootstrapOptions) {
    const { draws, level } = { ...DEFAULTS, ...options };
    this.#values = new Float64Array(draws);
    this.#level = level;
  }

  add(score: Score): void {
    this.#seen += 1;
    if (isDefined(score)) this.#values[this.#defined++] = score;
  }

  estimate(point: Score): Estimate {
    if (!isDefined(point)) return { value: null, low: null, high: null, reason: point.undefined };
    const lost = this.#seen - this.#defined;
    const rest = lost > 0 ? { undefinedDraws: lost } : {};
    if (this.#seen === 0) return { value: point, low: null, high: null, reason: "an interval needs two subjects" };
    if (this.#defined < LEAST_DEFINED * this.#seen) {
      return { value: point, low: null, high: null, reason: "most draws of subjects have no value", ...rest };
    }
    const sorted = this.#values.slice(0, this.#defined).sort();
    const tail = (1 - this.#level) / 2;
    return { value: point, low: quantile(sorted, tail), high: quantile(sorted, 1 - tail), ...rest };
  }
}

/** Linear between order statistics. @see numpy.quantile */
export function quantile(sorted: Float64Array, q: number): number {
  const at = q * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}

function checkPair(a: Predictions, b: Predictions): void {
  const sameTask = a.task.kind === b.task.kind && a.task.classes.join("\n") === b.task.classes.join("\n");
  if (!sameTask) {
    const [expected, got] = [a, b].map(({ task }) => `${task.kind} (${task.classes.join(", ")})`);
    throw new UsageError({ where: "paired difference", what: "the two are of different tasks", expected, got });
  }
  const [inA, inB] = [new Set(a.subjects), new Set(b.subjects)];
  const only = [...a.subjects.filter((s) => !inB.has(s)), ...b.subjects.filter((s) => !inA.has(s))];
  if (only.length === 0) return;
  throw new UsageError({
    where: "paired difference",
    what: "the two are of different subjects",
    expected: "each subject in both",
    got: `${only.length} in one only (${only.slice(0, 3).join(", ")})`,
    todo: "Evaluate both on the same windows",
  });
}
