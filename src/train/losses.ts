import { float32, type GraphBuilder, type Value } from "../graph/index.ts";

/** Weights of the pretraining loss (SPEC.md §7). */
export const UNMASKED_WEIGHT = 0.05;
export const SPECIALIZATION_WEIGHT = 0.8;

/** The parts of the pretraining loss, scalars. */
export interface ReconstructionLosses {
  readonly masked: Value;
  readonly unmasked: Value;
  readonly specialization: Value;
  readonly total: Value;
}

/** What masked reconstruction is judged by. */
export interface ReconstructionValues {
  /** (B, C, T) */
  readonly reconstruction: Value;
  /** (B, C, T) the target. */
  readonly x: Value;
  /** (B, C, S) bool */
  readonly mask: Value;
  /** (B, S, Q, C) */
  readonly scores: Value;
  /** (C) float32: how much each channel counts, relative to the others; all the same if not given. */
  readonly channelWeight?: Value;
  readonly patchSize: number;
}

/** Masked reconstruction: smooth-L1 on masked samples + 0.05 × on the others + query specialisation. */
export function reconstructionLosses(
  g: GraphBuilder,
  { reconstruction, x, mask, scores, channelWeight, patchSize }: ReconstructionValues,
): ReconstructionLosses {
  const perSample = g.reshape(smoothL1(g, g.sub(reconstruction, x)), [0, 0, -1, patchSize]);
  const perPatch = g.reduceMean(perSample, [3], false); // (B, C, S)
  const chosen = g.cast(mask, "float32");
  const perChannel = channelWeight && g.unsqueeze(channelWeight, [0, 2]);
  const weighted = (weights: Value) => (perChannel === undefined ? weights : g.mul(weights, perChannel));
  const masked = weightedMean(g, perPatch, weighted(chosen));
  const unmasked = weightedMean(g, perPatch, weighted(g.sub(g.scalar(1), chosen)));
  const specialization = querySpecialization(g, scores);
  const total = g.add(g.add(masked, g.mul(unmasked, g.scalar(UNMASKED_WEIGHT))), specialization);
  return { masked, unmasked, specialization, total };
}

/** Smooth L1 with β 1: `d²/2` inside ±1, `|d| − 1/2` outside; `a·(|d| − a/2)` with `a = min(|d|, 1)`. */
function smoothL1(g: GraphBuilder, difference: Value): Value {
  const distance = g.abs(difference);
  const inside = g.min(distance, g.scalar(1));
  return g.mul(inside, g.sub(distance, g.mul(inside, g.scalar(0.5))));
}

function weightedMean(g: GraphBuilder, values: Value, weights: Value): Value {
  const axes = [0, 1, 2];
  const total = g.reduceSum(g.mul(values, weights), axes, false);
  return g.div(total, g.max(g.reduceSum(weights, axes, false), g.scalar(1))); // nothing chosen: 0
}

/** `0.8 · mean((A Aᵀ with zero diagonal)²)` over (B, S, Q, Q): queries are to look at different channels. */
function querySpecialization(g: GraphBuilder, scores: Value): Value {
  const queries = Number(scores.shape[2]);
  const offDiagonal = Float32Array.from({ length: queries * queries }, (_, i) => Number(i % (queries + 1) !== 0));
  const overlap = g.mul(
    g.fusedMatMul(scores, scores, { transB: true }),
    g.constant(float32(offDiagonal, [queries, queries])),
  );
  return g.mul(g.reduceMean(g.mul(overlap, overlap), [0, 1, 2, 3], false), g.scalar(SPECIALIZATION_WEIGHT));
}

/**
 * Cross-entropy, mean over the batch; `target` (B, K) holds class probabilities, one-hot for hard labels.
 * @param weight (B) float32: Σ_b weight_b · loss_b instead of the mean. With the parts of a batch weighted by shares of the whole batch, their
 * losses and gradients add up to those of the batch.
 */
export function crossEntropy(g: GraphBuilder, logits: Value, target: Value, weight?: Value): Value {
  const perSample = g.reduceSum(g.mul(g.logSoftmax(logits), target), [1], false);
  return g.neg(overBatch(g, perSample, weight));
}

/** How much samples and labels count. */
export interface BinaryWeights {
  /** (B) float32: Σ_b weight_b · loss_b instead of the mean over the batch, as in `crossEntropy`. */
  readonly weight?: Value;
  /** (K) float32: factor on the part of the loss that asks for a positive, per label. */
  readonly positive?: Value;
}

/**
 * Binary cross-entropy with logits, mean over B·K: `max(z, 0) − z·y + log(1 + exp(−|z|))`.
 * With factors q on positives `(1 − y)·z + (1 + (q − 1)·y)·(max(−z, 0) + log(1 + exp(−|z|)))`.
 */
export function binaryCrossEntropy(
  g: GraphBuilder,
  logits: Value,
  target: Value,
  { weight, positive }: BinaryWeights = {},
): Value {
  const tail = g.log(g.add(g.scalar(1), g.exp(g.neg(g.abs(logits)))));
  const each =
    positive === undefined
      ? g.add(g.sub(g.max(logits, g.scalar(0)), g.mul(logits, target)), tail)
      : positiveWeighted(g, logits, target, tail, positive);
  if (weight === undefined) return g.reduceMean(each, [0, 1], false);
  return overBatch(g, g.reduceMean(each, [1], false), weight);
}

function positiveWeighted(g: GraphBuilder, logits: Value, target: Value, tail: Value, positive: Value): Value {
  const one = g.scalar(1);
  const factor = g.add(one, g.mul(g.sub(positive, one), target)); // 1 for y = 0, q for y = 1
  const missed = g.add(g.max(g.neg(logits), g.scalar(0)), tail); // −log σ(z)
  return g.add(g.mul(g.sub(one, target), logits), g.mul(factor, missed));
}

/** How far off a value may be before it counts less: "smooth-l1" (β 1) is linear beyond ±1, "mse" is `d²` everywhere. */
export type RegressionLoss = "smooth-l1" | "mse";

/**
 * Loss of predicted values (B, K), mean over B·K.
 * @param weight (B) float32: Σ_b weight_b · loss_b instead of the mean over the batch, as in `crossEntropy`
 */
export function regressionLoss(
  g: GraphBuilder,
  prediction: Value,
  target: Value,
  kind: RegressionLoss,
  weight?: Value,
): Value {
  const difference = g.sub(prediction, target);
  const each = kind === "mse" ? g.mul(difference, difference) : smoothL1(g, difference);
  return overBatch(g, g.reduceMean(each, [1], false), weight);
}

/** The mean of (B), or the sum of its values times their weights. */
function overBatch(g: GraphBuilder, perSample: Value, weight: Value | undefined): Value {
  if (weight === undefined) return g.reduceMean(perSample, [0], false);
  return g.reduceSum(g.mul(perSample, weight), [0], false);
}
