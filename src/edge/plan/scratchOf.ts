import type { IntegerStep } from "../../quant/integerNetwork/index.ts";

/** Bytes that the kernel of a step needs for itself: PL_LINEAR_SCRATCH, PL_ATTENTION_SCRATCH of src/edge/c. */
export function scratchOf(step: IntegerStep): number {
  switch (step.op) {
    case "linear":
      return (step.bits === 8 ? 1 : 2) * 4 * (Math.ceil(step.inner / 4) * 4);
    case "attention":
      return 4 * step.length;
    case "lookup":
      return 4 * step.tokens;
    default:
      return 0;
  }
}
