import type { Attrs, GraphNode, Value } from "./op.ts";
import type { Tensor } from "./tensor.ts";

/**
 * Nodes that are one operation to whoever does not run ONNX, e.g. a norm over a window: all that lies between `inputs` and `output`.
 * Running the graph does not ask for it.
 */
export interface Region {
  readonly kind: string;
  readonly inputs: readonly Value[];
  readonly output: Value;
  readonly attrs: Attrs;
}

/** A finished graph. Nodes stand in an order in which each one's inputs are known. */
export interface Graph {
  readonly name: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly nodes: readonly GraphNode[];
  /** Constants and parameters with their data. A parameter keeps its state-dict name. */
  readonly initializers: ReadonlyMap<Value, Tensor>;
  readonly regions: readonly Region[];
  /** Free text that travels with the model: sizes, version, licence. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Values that a node reads. */
export const operandsOf = (node: GraphNode): Value[] => node.inputs.filter((v) => v !== undefined);
