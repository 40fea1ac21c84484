import type { BatchPlan, Plan } from "./plan.ts";

/** The steps of a plan that are one rank's: `rank`, `rank + size`, …; may be none. */
export function everyNthStep(plan: Plan, rank: number, size: number): Plan {
  if (size === 1) return plan;
  const steps = Math.max(0, Math.ceil((plan.steps - rank) / size));
  const planBatch = (step: number): BatchPlan => ({ ...plan.planBatch(step * size + rank), step });
  const windows = Array.from({ length: steps }, (_, step) => planBatch(step).windows).reduce((sum, n) => sum + n, 0);
  return { steps, stepsPerEpoch: steps, windows, planBatch };
}
