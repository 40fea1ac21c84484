import type { GraphNode, Value } from "./op.ts";
import type { Tensor } from "./tensor.ts";

/** A finished graph. Nodes stand in an order in which each one's inputs are known. */
export interface Graph {
  readonly name: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly nodes: readonly GraphNode[];
  /** Constants and parameters with their data. A parameter keeps its state-dict name. */
  readonly initializers: ReadonlyMap<Value, Tensor>;
  /** Free text that travels with the model: sizes, version, licence. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Values that a node reads. */
export const operandsOf = (node: GraphNode): Value[] => node.inputs.filter((v) => v !== undefined);
