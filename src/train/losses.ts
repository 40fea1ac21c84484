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

/**
 * Masked reconstruction: smooth-L1 on masked samples + 0.05 × on the others + query specialisation.
 * @param reconstruction (B, C, T), @param x the target (B, C, T), @param mask (B, C, S) bool, @param scores (B, S, Q, C)
 */
export function reconstructionLosses(
  g: GraphBuilder,
  {
    reconstruction,
    x,
    mask,
    scores,
    patchSize,
  }: { reconstruction: Value; x: Value; mask: Value; scores: Value; patchSize: number },
): ReconstructionLosses {
  const perSample = g.reshape(smoothL1(g, g.sub(reconstruction, x)), [0, 0, -1, patchSize]);
  const perPatch = g.reduceMean(perSample, [3], false); // (B, C, S)
  const chosen = g.cast(mask, "float32");
  const masked = weightedMean(g, perPatch, chosen);
  const unmasked = weightedMean(g, perPatch, g.sub(g.scalar(1), chosen));
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

/** Cross-entropy, mean over the batch; `target` (B, K) holds class probabilities, one-hot for hard labels. */
export function crossEntropy(g: GraphBuilder, logits: Value, target: Value): Value {
  const perSample = g.reduceSum(g.mul(g.logSoftmax(logits), target), [1], false);
  return g.neg(g.reduceMean(perSample, [0], false));
}

/** Binary cross-entropy with logits, mean over B·K: `max(z, 0) − z·y + log(1 + exp(−|z|))`. */
export function binaryCrossEntropy(g: GraphBuilder, logits: Value, target: Value): Value {
  const tail = g.log(g.add(g.scalar(1), g.exp(g.neg(g.abs(logits)))));
  const each = g.add(g.sub(g.max(logits, g.scalar(0)), g.mul(logits, target)), tail);
  return g.reduceMean(each, [0, 1], false);
}
