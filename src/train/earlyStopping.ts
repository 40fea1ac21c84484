/** When training ends before its last step. */
export interface EarlyStoppingOptions {
  /** Validations in a row without improvement after which it ends; 0 never ends early. */
  readonly patience: number;
  /** Whether small values are good ("min": a loss) or large ones ("max": an accuracy). */
  readonly mode: "min" | "max";
  /** What counts as improvement has to be better by more than this. 0 if not given. */
  readonly minDelta?: number;
}

/** What is known so far; plain JSON, kept in checkpoints. */
export interface EarlyStoppingState {
  /** The best value so far; null before the first. */
  readonly best: number | null;
  /** Step or epoch of the best value. */
  readonly bestAt: number | null;
  /** Validations since then. */
  readonly waited: number;
}

/** What a validation means. */
export interface Verdict {
  readonly state: EarlyStoppingState;
  /** The value is the best so far: keep these weights. */
  readonly improved: boolean;
  readonly stop: boolean;
}

export const NOTHING_VALIDATED: EarlyStoppingState = { best: null, bestAt: null, waited: 0 };

/**
 * Take the value of one validation into account. A value that is not finite improves nothing.
 * @param at step or epoch of the validation
 */
export function judgeValidation(
  state: EarlyStoppingState,
  value: number,
  at: number,
  { patience, mode, minDelta = 0 }: EarlyStoppingOptions,
): Verdict {
  const gain =
    state.best === null ? Number.POSITIVE_INFINITY : mode === "min" ? state.best - value : value - state.best;
  if (gain > minDelta && Number.isFinite(value)) {
    return { state: { best: value, bestAt: at, waited: 0 }, improved: true, stop: false };
  }
  const waited = state.waited + 1;
  return { state: { ...state, waited }, improved: false, stop: patience > 0 && waited >= patience };
}
