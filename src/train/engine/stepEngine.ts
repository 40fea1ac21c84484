import type { Weights } from "../../model/index.ts";
import type { Feeds, FeedTensor } from "../../runtime/session.ts";
import type { GradientNorm, NamedValues } from "../optimizer/clip.ts";
import type { ParameterRule } from "../optimizer/groups.ts";

/** What one optimiser step does with the gradients. */
export interface StepUpdate {
  /** Number of the step, from 1. */
  readonly step: number;
  readonly lr: number;
  readonly betas: readonly [number, number];
  readonly eps: number;
  /** λ of tensors that decay. */
  readonly weightDecay: number;
  /** Greatest norm of the gradient; 0 does not clip. */
  readonly clip: number;
}

/** Everything that changes from step to step. */
export interface EngineState {
  /** The trained tensors, by name. */
  readonly weights: Weights;
  readonly m: Weights;
  readonly v: Weights;
  /** Running mean of the weights, where one is kept. */
  readonly ema?: Weights;
}

/** How tensors are trained. */
export interface EngineOptions {
  readonly rules: ReadonlyMap<string, ParameterRule>;
  /** Highest decay of the running mean of the weights; 0 keeps none. */
  readonly ema: number;
  readonly state: EngineState;
}

/** Gradients, the optimiser and the weights, wherever they live: in memory or on a GPU. One step: `accumulate` …, `exchange`, `update`. */
export interface StepEngine {
  /** Add the gradients of a micro-batch to those of the step; gives its losses by part. */
  accumulate(feeds: Feeds): Promise<Record<string, number>>;
  /** Hand out the gradients of the step, to be changed in place: summed over ranks. */
  exchange(change: (gradients: readonly NamedValues[]) => void): Promise<void>;
  /** Clip, AdamW, running mean; the next step begins without gradients. Where the norm has a fault, nothing is changed. */
  update(update: StepUpdate): Promise<GradientNorm>;
  /** Losses and logits of windows, without noise. @param averaged by the running mean of the weights */
  evaluate(feeds: Feeds, averaged?: boolean): Promise<Record<string, FeedTensor>>;
  /** A copy of the state. */
  state(): Promise<EngineState>;
  close(): Promise<void>;
}
