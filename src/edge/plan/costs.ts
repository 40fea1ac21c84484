import type { IntegerNetwork, IntegerStep } from "../../quant/integerNetwork/index.ts";

/** Multiplications of two integers in a step's sums of products. */
export function multiplicationsOf(step: IntegerStep): number {
  switch (step.op) {
    case "linear":
      return step.rows * step.inner * step.columns;
    case "attention":
      return 2 * step.sequences * step.length ** 2 * step.heads * step.size;
    case "lookup":
      return 2 * step.groups * step.tokens * step.queries.length;
    case "features":
      return step.patches * step.size * (step.size + 2);
    default:
      return 0;
  }
}

/** What one kind of step takes. */
export interface OpCost {
  readonly op: IntegerStep["op"];
  readonly steps: number;
  readonly multiplications: number;
}

/** By kind of step, the most expensive first. */
export function costsOf({ steps }: IntegerNetwork): OpCost[] {
  const ops = [...new Set(steps.map(({ op }) => op))];
  return ops
    .map((op) => {
      const own = steps.filter((step) => step.op === op);
      return { op, steps: own.length, multiplications: own.reduce((sum, step) => sum + multiplicationsOf(step), 0) };
    })
    .sort((a, b) => b.multiplications - a.multiplications || b.steps - a.steps);
}
