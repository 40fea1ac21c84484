import { GraphError } from "../src/errors.ts";
import type { Dim, Graph, GraphNode, Value } from "../src/graph/index.ts";

/** Lengths of a graph's symbolic axes, e.g. `{ B: 16, C: 12, S: 80 }`. */
export type Axes = Readonly<Record<string, number>>;

type Count = (node: GraphNode, shape: (value: Value) => readonly number[]) => number;

/** Multiply-adds of the operators that are matrix products. */
const PRODUCTS: Readonly<Record<string, Count>> = {
  // (…, m, k) × (…, k, n): every output value is a sum of k products
  MatMul: ({ inputs, outputs }, shape) => sizeOf(shape(outputs[0])) * shape(inputs[0]!).at(-1)!,
  FusedMatMul: ({ inputs, outputs, attrs }, shape) =>
    sizeOf(shape(outputs[0])) * shape(inputs[0]!).at(attrs["transA"] === 1 ? -2 : -1)!,
  Gemm: ({ inputs, outputs, attrs }, shape) =>
    sizeOf(shape(outputs[0])) * shape(inputs[0]!).at(attrs["transA"] === 1 ? -2 : -1)!,
  // q (B, L, D), k (B, M, D), v (B, M, E): scores L·M·D over all heads, then L·M·E
  MultiHeadAttention: ({ inputs: [q, k, v] }, shape) => {
    const [batch, length, dim] = shape(q!);
    return batch * length * shape(k!)[1] * (dim + shape(v!)[2]);
  },
};

/** Names of operators that compute products; one that is not in `PRODUCTS` must not go uncounted. */
const LOOKS_LIKE_PRODUCT = /MatMul|Gemm|Gemv|Conv|Attention|Einsum|DFT/;

/**
 * Floating point operations that a graph does in one run: two per multiply-add, over its matrix products. Zeros inside a constant
 * matrix count; products of constants do not, because the engine makes them once.
 * @throws GraphError for an axis without a length, or for a product that cannot be counted
 */
export function executedFlops(graph: Graph, axes: Axes): number {
  const constant = new Set<Value>(graph.initializers.keys());
  const shape = (value: Value) => value.shape.map((dim) => lengthOf(dim, axes));
  let products = 0;
  for (const node of graph.nodes) {
    if (node.inputs.every((value) => value === undefined || constant.has(value))) {
      for (const value of node.outputs) constant.add(value);
    } else {
      products += productsOf(node, shape);
    }
  }
  return 2 * products;
}

function productsOf(node: GraphNode, shape: (value: Value) => readonly number[]): number {
  const { type } = node.op;
  const count = PRODUCTS[type];
  if (count !== undefined) return count(node, shape);
  if (!LOOKS_LIKE_PRODUCT.test(type)) return 0;
  throw new GraphError({ where: node.name, what: "no rule to count the products of this operator", got: type });
}

/** `lengthOf("32*S", { S: 80 }) = 2560` */
function lengthOf(dim: Dim, axes: Axes): number {
  if (typeof dim === "number") return dim;
  return dim.split("*").reduce((product, part) => {
    const length = /^\d+$/.test(part) ? Number(part) : axes[part];
    if (length === undefined) throw new GraphError({ where: "axis", what: "has no length", got: part });
    return product * length;
  }, 1);
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);
