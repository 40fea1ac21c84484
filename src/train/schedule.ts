/** Learning rate of a step, counted from 0. A pure function: resuming needs no state. */
export type Schedule = (step: number) => number;

/** A linear rise, then half a cosine. */
export interface CosineOptions {
  /** Highest learning rate. */
  readonly peak: number;
  /** Learning rate of the last step and of all after it. */
  readonly final: number;
  /** Steps of the rise; 0 starts at the top. */
  readonly warmupSteps: number;
  /** Steps of the whole run. */
  readonly totalSteps: number;
}

/**
 * Step s of the rise of w steps has `peak · (s + 1) / w`: the first step learns already, the last one of the rise has the peak.
 * After it `final + (peak − final) · (1 + cos πx) / 2` with `x = (s + 1 − w) / (n − w)`: the last step, s = n − 1, has `final`.
 * @see Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts" (ICLR 2017), equation 5
 */
export function cosineSchedule({ peak, final, warmupSteps, totalSteps }: CosineOptions): Schedule {
  return (step) => {
    if (step < warmupSteps) return (peak * (step + 1)) / warmupSteps;
    if (step >= totalSteps - 1) return final;
    const x = (step + 1 - warmupSteps) / (totalSteps - warmupSteps);
    return final + (peak - final) * 0.5 * (1 + Math.cos(Math.PI * x));
  };
}

/** The same learning rate at every step, after a rise as in `cosineSchedule`. */
export function constantSchedule(peak: number, warmupSteps = 0): Schedule {
  return (step) => (step < warmupSteps ? (peak * (step + 1)) / warmupSteps : peak);
}
