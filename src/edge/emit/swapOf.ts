import { UsageError } from "../../errors.ts";
import type { TransposeStep } from "../../quant/integerNetwork/index.ts";

/**
 * An order of axes as one swap: (a, b, inner) → (b, a, inner). Axes of length 1 do not count, neighbours that stay together are one.
 * @throws UsageError for any other order
 */
export function swapOf({ layer, shape, perm }: TransposeStep): [number, number, number] {
  const axes = perm.filter((axis) => shape[axis] > 1);
  const runs: number[][] = [];
  for (const axis of axes) {
    const run = runs.at(-1);
    const previous = run?.at(-1);
    const together = previous !== undefined && axis > previous && shape.slice(previous + 1, axis).every((n) => n === 1);
    if (run !== undefined && together) run.push(axis);
    else runs.push([axis]);
  }
  const lengths = runs.map((run) => run.reduce((product, axis) => product * shape[axis], 1));
  if (runs.length < 2) return [1, 1, lengths[0] ?? 1];
  const swapped = runs[0][0] > runs[1][0];
  if (swapped && (runs.length === 2 || (runs.length === 3 && runs[2][0] > runs[0][0]))) {
    return [lengths[1], lengths[0], lengths[2] ?? 1];
  }
  throw new UsageError({ where: layer, what: "no kernel orders axes so", got: `[${perm.join(", ")}]` });
}
