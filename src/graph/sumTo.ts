import type { Algebra } from "./algebra.ts";
import type { Value } from "./op.ts";
import type { TensorType } from "./tensor.ts";

/** The gradient of an operand that was broadcast: `dy` summed over the axes that the operand lacks or has with length 1. */
export function sumTo(g: Algebra, dy: Value, { shape }: TensorType): Value {
  const extra = dy.shape.length - shape.length;
  const leading = Array.from({ length: extra }, (_, axis) => axis);
  const summed = extra > 0 ? g.reduceSum(dy, leading, false) : dy;
  const ones = shape.flatMap((length, axis) => (length === 1 && summed.shape[axis] !== 1 ? [axis] : []));
  return ones.length > 0 ? g.reduceSum(summed, ones) : summed;
}
