import type { QualityFlag } from "../../signal/index.ts";
import type { TrainedTask } from "../../task/index.ts";
import type { RecordingOptions, ResultBase } from "../epochs.ts";
import type { Reduced } from "./reduced.ts";
import type { PredictionSummary } from "./summary.ts";

export interface PredictOptions extends RecordingOptions {
  /** Length of a window, s; if not given that which the task was trained on, or 5 without a task. */
  readonly windowSeconds?: number;
  /** Whether to tell where the queries look, too; it costs a little time. */
  readonly attention?: boolean;
}

/** A used channel that something is wrong with in a window. */
export interface FlaggedChannel {
  /** Canonical name. */
  readonly name: string;
  readonly flags: readonly QualityFlag[];
  /** Whether it says nothing of the body there (see `faultOf`); mains hum, which is filtered out, does not make it so. */
  readonly bad: boolean;
}

/** How far a window can be trusted. */
export interface WindowVerdict {
  /** Seconds from the start of the recording. */
  readonly onset: number;
  /** Seconds. */
  readonly duration: number;
  readonly flagged: readonly FlaggedChannel[];
  /** Whether it counts in the summary: not every channel is bad. */
  readonly counts: boolean;
  /** The class or classes that it speaks for, see `PredictionSummary.decided`; absent without a task. */
  readonly decided?: readonly string[];
}

/** Where the queries of the channel unification look, on average over windows and patches. */
export interface QueryAttention {
  /** (Q, C), row major; C in the order of `contract.used`. Rows sum to 1. */
  readonly scores: Float64Array;
  readonly numQueries: number;
}

/** Outputs of the classification head. */
export interface PredictResult extends ResultBase {
  /** (nWindows, K), row major. */
  readonly logits: Float32Array;
  readonly shape: readonly [number, number];
  /** One per window. */
  readonly windows: readonly WindowVerdict[];
  /** What should be known of this answer, each a sentence: what is unlike the training, and the quality of the signals. */
  readonly warnings: readonly string[];
  /** What the head was trained to say; absent where the weights do not tell. The next three come with it. */
  readonly task?: TrainedTask;
  /** (nWindows, K): probabilities, or values in the task's unit. */
  readonly outputs?: Float64Array;
  readonly summary?: PredictionSummary;
  /** Set where the recording lacks sensors or channels of the training: the answer is one from less. */
  readonly reduced?: Reduced;
  /** If asked for. */
  readonly attention?: QueryAttention;
}
