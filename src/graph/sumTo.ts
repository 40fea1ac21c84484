import type { Algebra } from "./algebra.ts";
import type { Value } from "./op.ts";
import { sumRows } from "./sumRows.ts";
import type { TensorType } from "./tensor.ts";

const isFloat = ({ dtype }: TensorType): boolean => dtype === "float32" || dtype === "float64";

/** The gradient of an operand that was broadcast: `dy` summed over the axes that the operand lacks or has with length 1. */
export function sumTo(g: Algebra, dy: Value, { shape }: TensorType): Value {
  if (shape.length === 1 && dy.shape.length > 1 && shape[0] === dy.shape.at(-1) && shape[0] !== 1) {
    if (typeof shape[0] === "number" && isFloat(dy)) return sumRows(g, dy);
  }
  const extra = dy.shape.length - shape.length;
  const leading = Array.from({ length: extra }, (_, axis) => axis);
  const summed = extra > 0 ? g.reduceSum(dy, leading, false) : dy;
  const ones = shape.flatMap((length, axis) => (length === 1 && summed.shape[axis] !== 1 ? [axis] : []));
  return ones.length > 0 ? g.reduceSum(summed, ones) : summed;
}
