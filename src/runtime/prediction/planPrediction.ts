import { type Contract, planContract, type Recording } from "../../signal/index.ts";
import type { TrainedTask } from "../../task/index.ts";
import { layWindows } from "../windowRunner.ts";
import { cautionsBefore } from "./cautions.ts";
import { contractFor, lengthNeeded, windowOf } from "./need.ts";
import type { PredictOptions } from "./predictResult.ts";
import { type Reduced, reducedBy } from "./reduced.ts";

/** Length of a window where no task says one, s: that of pretraining. */
const USUAL_WINDOW = 5;

/** What will be computed, and from what. */
export interface PredictionPlan {
  readonly contract: Contract;
  readonly options: PredictOptions & { readonly windowSeconds: number };
  /** How many there will be. */
  readonly windows: number;
  readonly reduced?: Reduced;
  /** What is unlike the training. */
  readonly warnings: readonly string[];
}

/**
 * Decide from what a task is told. Reads no samples.
 * @param task if not given, all that the recording has is used
 * @throws ContractError, SignalError where the recording lacks what the task needs; the message says what to provide
 */
export function planPrediction(
  recording: Recording,
  task: TrainedTask | undefined,
  options: PredictOptions = {},
): PredictionPlan {
  const windowSeconds = options.windowSeconds ?? (task ? windowOf(task) : USUAL_WINDOW);
  const whole = { ...options, windowSeconds };
  const contract = task ? contractFor(recording, task, options) : planContract(recording.channels, options);
  const asTrained = task !== undefined && windowSeconds === windowOf(task);
  const { windows } = layWindows(recording, contract, whole, asTrained ? lengthNeeded(task) : undefined);
  const reduced = task && reducedBy(contract, task);
  return {
    contract,
    options: whole,
    windows: windows.length,
    ...(reduced && { reduced }),
    warnings: task ? cautionsBefore(contract, task, windowSeconds, reduced) : [],
  };
}
