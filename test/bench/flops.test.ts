import { describe, expect, it } from "vitest";
import { executedFlops } from "../../bench/executedFlops.ts";
import { modelFlops, reconstructionFlops } from "../../bench/flops.ts";
import { createBuilder, float32, type GraphBuilder, type Value } from "../../src/graph/index.ts";
import { PUBLISHED } from "../../src/model/index.ts";

// counted from the MatMul, Gemm and Conv nodes of bench/peers/export.py's models (batch 1), less the DFT products, the location
// embedding and the projections of learned queries
const COUNTED = [
  { channels: 12, patches: 80, flops: 990_637_056 },
  { channels: 5, patches: 240, flops: 3_109_147_136 },
];

// counted from the mm, addmm, bmm and convolution calls of torch 1.13 in a forward pass of the same network with its reconstruction
// head (batch 1), less the projections of learned queries (4 · 40 rows of 64 × 64) and the location embedding (64 → 128 → 64 per channel)
const RECONSTRUCTION_COUNTED = [
  { channels: 22, patches: 40, flops: 652_760_576 - 2 * 4 * 40 * 64 * 64 - 2 * 22 * 2 * 64 * 128 },
  { channels: 12, patches: 40, flops: 559_696_896 - 2 * 4 * 40 * 64 * 64 - 2 * 12 * 2 * 64 * 128 },
];

const zeros = (...shape: number[]) => float32(new Float32Array(shape.reduce((a, b) => a * b)), shape);

/** FLOPs of a graph around one input (B, S, 8). */
function flopsOf(build: (g: GraphBuilder, x: Value) => Value): number {
  const g = createBuilder("count");
  const x = g.input("x", "float32", ["B", "S", 8]);
  return executedFlops(g.finish({ y: build(g, x) }), { B: 2, S: 5 });
}

describe("FLOPs of the model", () => {
  it.each(COUNTED)("equal those counted in an ONNX export, $channels channels × $patches patches", (size) => {
    expect(modelFlops(PUBLISHED, size.channels, size.patches, 5)).toBe(size.flops);
  });

  it.each(RECONSTRUCTION_COUNTED)(
    "equal those that torch counts with a reconstruction head, $channels channels",
    (size) => {
      expect(reconstructionFlops(PUBLISHED, size.channels, size.patches)).toBe(size.flops);
    },
  );
});

describe("FLOPs of a graph", () => {
  it("are two per multiply-add of a product, over symbolic axes", () => {
    expect(flopsOf((g, x) => g.matMul(x, g.constant(zeros(8, 3))))).toBe(2 * 2 * 5 * 8 * 3);
    expect(flopsOf((g, x) => g.fusedMatMul(x, x, { transB: true }))).toBe(2 * 2 * 5 * 5 * 8);
    expect(flopsOf((g, x) => g.fusedMatMul(x, x, { transA: true }))).toBe(2 * 2 * 8 * 8 * 5);
    expect(flopsOf((g, x) => g.multiHeadAttention(x, x, x, 2, 1))).toBe(2 * 2 * 5 * 5 * (8 + 8));
  });

  it("leave out products of constants and elementwise operators", () => {
    const folded = (g: GraphBuilder) => g.transpose(g.matMul(g.constant(zeros(3, 9)), g.constant(zeros(9, 8))), [1, 0]);
    expect(flopsOf((g, x) => g.add(g.matMul(x, folded(g)), g.scalar(1)))).toBe(2 * 2 * 5 * 8 * 3);
  });

  it("refuse an axis without a length and a product without a rule", () => {
    const g = createBuilder("count");
    const x = g.input("x", "float32", ["B", 8]);
    const product = g.finish({ y: g.matMul(x, g.constant(zeros(8, 3))) });
    expect(() => executedFlops(product, { S: 5 })).toThrow("axis: has no length: got B");
    const [node] = product.nodes;
    const strange = { ...product, nodes: [{ ...node, op: { ...node.op, type: "QLinearConv" } }] };
    expect(() => executedFlops(strange, { B: 2 })).toThrow(
      "no rule to count the products of this operator: got QLinearConv",
    );
  });
});
