import { type Graph, operandsOf } from "../graph.ts";
import type { GraphNode, Value } from "../op.ts";
import { fusedMatMul } from "../ops/fusedMatMul.ts";
import { prune } from "./prune.ts";

/**
 * Let matrix products read transposed operands instead of copies, and write transposed results:
 * `FusedMatMul(Aᵀ, B)` takes A with its flag turned; `(A B)ᵀ`, where nothing else reads the product, becomes `Bᵀ Aᵀ`.
 * Gradients hold both. A plain MatMul keeps its Transpose: of `x Wᵀ + b` the engine makes one Gemm, if nobody else reads `Wᵀ`.
 */
export function absorbTransposes(graph: Graph): Graph {
  const readers = readerCounts(graph);
  const made = new Map<Value, GraphNode>();
  const nodes = graph.nodes.map((node) => {
    const own = asProductOf(node, made, readers) ?? withPlainOperands(node, made);
    for (const value of own.outputs) made.set(value, own);
    return own;
  });
  return prune({ ...graph, nodes });
}

type Makers = ReadonlyMap<Value, GraphNode>;

function readerCounts(graph: Graph): Map<Value, number> {
  const counts = new Map<Value, number>();
  for (const value of [...graph.outputs, ...graph.nodes.flatMap(operandsOf)]) {
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return counts;
}

/** The transpose of a product that only it reads, as a product of its own. */
function asProductOf(node: GraphNode, made: Makers, readers: ReadonlyMap<Value, number>): GraphNode | undefined {
  const source = node.inputs[0];
  if (!swapsMatrix(node) || source === undefined || readers.get(source) !== 1) return undefined;
  const product = made.get(source);
  if (product?.op.type !== "FusedMatMul") return undefined;
  const [a, b] = product.inputs;
  const { transA, transB } = product.attrs;
  const attrs = { ...product.attrs, transA: 1 - Number(transB), transB: 1 - Number(transA) };
  return { ...node, op: fusedMatMul, inputs: [b, a], attrs };
}

/** A product whose operands are not transposed by a node of their own. */
function withPlainOperands(node: GraphNode, made: Makers): GraphNode {
  if (node.op.type !== "FusedMatMul") return node;
  const [a, b] = node.inputs.map((value) => plainOf(value!, made));
  const { transA, transB } = node.attrs;
  const turned = (flag: unknown, swapped: boolean) => (swapped ? 1 - Number(flag) : Number(flag));
  const attrs = { ...node.attrs, transA: turned(transA, a.swapped), transB: turned(transB, b.swapped) };
  return { ...node, inputs: [a.value, b.value], attrs };
}

function plainOf(value: Value, made: Makers): { readonly value: Value; readonly swapped: boolean } {
  const node = made.get(value);
  return node !== undefined && swapsMatrix(node)
    ? { value: node.inputs[0]!, swapped: true }
    : { value, swapped: false };
}

/** Whether a node does nothing but swap the last two axes. */
function swapsMatrix({ op, attrs }: GraphNode): boolean {
  if (op.type !== "Transpose") return false;
  const perm = attrs["perm"] as readonly number[];
  const rank = perm.length;
  return rank > 1 && perm.every((axis, i) => axis === (i < rank - 2 ? i : 2 * rank - 3 - i));
}
