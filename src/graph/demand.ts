import { GraphError } from "../errors.ts";
import { shapeText } from "./dim.ts";
import type { TensorType } from "./tensor.ts";

/**
 * Say what an operator takes; nothing happens where it `holds`.
 * @throws GraphError that names the node, the rule and the operands' types
 */
export function demand(holds: boolean, where: string, expected: string, operands: readonly TensorType[]): void {
  if (holds) return;
  const got = operands.map(({ dtype, shape }) => `${dtype} ${shapeText(shape)}`).join(", ");
  throw new GraphError({ where, what: "the operands do not fit", expected, got: got === "" ? "nothing" : got });
}

/** Whether all have the element type of the first. */
export const oneDtype = (operands: readonly TensorType[]): boolean =>
  operands.every(({ dtype }) => dtype === operands[0].dtype);
