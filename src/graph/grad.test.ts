import { describe, expect, it } from "vitest";
import { expectClose } from "../../test/close.ts";
import { GraphError } from "../errors.ts";
import { nodeEngine } from "../runtime/node.ts";
import type { FeedTensor } from "../runtime/session.ts";
import { createBuilder, type GraphBuilder } from "./builder.ts";
import { gradients } from "./grad.ts";
import { readOnnx } from "./onnx/read.ts";
import { writeOnnx } from "./onnx/write.ts";
import type { Value } from "./op.ts";
import { ops } from "./ops/index.ts";
import { float32, int64, type Tensor } from "./tensor.ts";

const numbers = (tensor: FeedTensor): number[] => Array.from(tensor.data as Float32Array);

/** Results of the graph after its way through an .onnx file. */
async function run(g: GraphBuilder, outputs: Record<string, Value>, feeds: Record<string, Tensor>) {
  const graph = readOnnx(writeOnnx(g.finish(outputs)));
  const session = await nodeEngine.createSession(graph, { threads: 1 });
  try {
    return await session.run(Object.fromEntries(graph.inputs.map(({ name }) => [name, feeds[name]])));
  } finally {
    await session.close();
  }
}

const total = (g: GraphBuilder, x: Value): Value => g.reduceSum(x, [...x.shape.keys()], false);

describe("the gradient of a value", () => {
  const x3 = float32([1, -2, 3]);

  it("that is used several times adds up", async () => {
    const g = createBuilder("fan-out");
    const x = g.input("x", "float32", ["N"]);
    const square = g.mul(x, x);
    const loss = total(g, g.add(g.add(g.mul(square, x), square), x)); // x³ + x² + x
    const [dx] = gradients(g, loss, [x]);
    expectClose(numbers((await run(g, { dx }, { x: x3 })).dx), [6, 9, 34], 1e-6); // 3x² + 2x + 1
  });

  it("that stands on both sides of a product", async () => {
    const g = createBuilder("both sides");
    const x = g.input("x", "float32", ["N", 2]);
    const gram = g.fusedMatMul(x, x, { transB: true });
    const [dx] = gradients(g, total(g, gram), [x]);
    const feeds = { x: float32([1, 2, 3, -4], [2, 2]) };
    expectClose(numbers((await run(g, { dx }, feeds)).dx), [8, -4, 8, -4], 1e-6); // 2 Σ rows
  });

  it("that the loss does not depend on is 0 in its shape and type", async () => {
    const g = createBuilder("apart");
    const x = g.input("x", "float32", ["N"]);
    const y = g.input("y", "float32", ["B", 2]);
    const z = g.input("z", "float64", ["B"]);
    const p = g.parameter("p", float32([1, 2]));
    const [dy, dz, dp, dx] = gradients(g, total(g, x), [y, z, p, x]);
    const feeds = { x: x3, y: float32([7, 7], [1, 2]), z: { dtype: "float64", shape: [1], data: Float64Array.of(5) } };
    const results = await run(g, { dy, dz, dp, dx }, feeds as Record<string, Tensor>);
    expect([results.dy.shape, numbers(results.dy)]).toEqual([
      [1, 2],
      [0, 0],
    ]);
    expect([results.dz.dtype, numbers(results.dz)]).toEqual(["float64", [0]]);
    expect(numbers(results.dp)).toEqual([0, 0]);
    expect(numbers(results.dx)).toEqual([1, 1, 1]);
  });

  it("on the way to the loss holds all that comes after it, beside the gradient of what comes before", async () => {
    const g = createBuilder("between");
    const x = g.input("x", "float32", [3]);
    const middle = g.mul(x, g.scalar(2));
    const loss = total(g, g.mul(middle, middle));
    const [dMiddle, dx, dLoss] = gradients(g, loss, [middle, x, loss]);
    const results = await run(g, { dMiddle, dx, dLoss }, { x: x3 });
    expect(numbers(results.dMiddle)).toEqual([4, -8, 12]); // 2 · middle
    expect(numbers(results.dx)).toEqual([8, -16, 24]);
    expect(numbers(results.dLoss)).toEqual([1]);
  });

  it("that is the result of a composite is not lost inside it", async () => {
    const g = createBuilder("composite");
    const x = g.input("x", "float32", [1, 3]);
    const y = g.biasGelu(x, g.constant(float32([0, 0, 0])));
    const [dy] = gradients(g, total(g, g.mul(y, y)), [y]);
    const results = await run(g, { y, dy }, { x: float32([1, -2, 3], [1, 3]) });
    expectClose(
      numbers(results.dy),
      numbers(results.y).map((v) => 2 * v),
      1e-6,
    );
  });

  it("passes casts between floats and stops at integers", async () => {
    const g = createBuilder("casts");
    const x = g.input("x", "float32", ["N"]);
    const wide = g.cast(x, "float64");
    const precise = g.cast(g.sin(g.mul(wide, wide)), "float32");
    const rounded = g.mul(g.cast(g.cast(x, "int64"), "float32"), x);
    const [dx] = gradients(g, total(g, g.add(precise, rounded)), [x]);
    const want = numbers(x3).map((v) => 2 * v * Math.cos(v * v) + v);
    expectClose(numbers((await run(g, { dx }, { x: x3 })).dx), want, 1e-6);
  });

  it("passes a gather by its table alone, also where the indices were computed from it", async () => {
    const g = createBuilder("lookup");
    const table = g.input("x", "float32", [3]);
    const indices = g.cast(g.abs(table), "int64");
    const [dx] = gradients(g, total(g, g.gather(g.constant(float32([5, 6, 7, 8])), indices)), [table]);
    expect(numbers((await run(g, { dx }, { x: x3 })).dx)).toEqual([0, 0, 0]);
  });

  it("of a float64 loss is float64", async () => {
    const g = createBuilder("wide");
    const x = g.input("x", "float64", ["N"]);
    const [dx] = gradients(g, total(g, g.mul(x, x)), [x]);
    const third = { dtype: "float64", shape: [1], data: Float64Array.of(1 / 3) } as const;
    expect(numbers((await run(g, { dx }, { x: third })).dx)).toEqual([2 / 3]);
  });

  it("can be taken of two losses of one graph", async () => {
    const g = createBuilder("two");
    const x = g.input("x", "float32", [3]);
    const [first] = gradients(g, total(g, g.mul(x, x)), [x]);
    const [second] = gradients(g, total(g, g.neg(x)), [x]);
    const results = await run(g, { first, second }, { x: x3 });
    expect(numbers(results.first)).toEqual([2, -4, 6]);
    expect(numbers(results.second)).toEqual([-1, -1, -1]);
  });

  it("that is the bias of an attention: the sums over its queries, keys and values", async () => {
    const g = createBuilder("attention");
    const [q, k, v] = ["q", "k", "v"].map((name) => g.input(name, "float32", ["B", "S", 4]));
    const bias = g.input("bias", "float32", [12]);
    const attrs = { num_heads: 2, scale: 0.5 };
    const [y] = g.apply(ops.multiHeadAttention, [q, k, v, bias], attrs);
    const [dq, dk, dv, db] = gradients(g, total(g, g.mul(y, y)), [q, k, v, bias]);
    const parts = [dq, dk, dv].map((d) => g.reduceSum(d, [0, 1], false));
    const wave = (f: number, length: number, shape: number[]) =>
      float32(
        Float32Array.from({ length }, (_, i) => Math.sin(f * i)),
        shape,
      );
    const feeds = { q: wave(1, 24, [2, 3, 4]), k: wave(2, 24, [2, 3, 4]), v: wave(3, 24, [2, 3, 4]) };
    const results = await run(g, { sums: g.concat(parts, 0), db }, { ...feeds, bias: wave(0.7, 12, [12]) });
    expectClose(numbers(results.db), numbers(results.sums), 1e-6);
    expect(Math.max(...numbers(results.db).slice(0, 4).map(Math.abs))).toBeGreaterThan(1e-3);
  });
});

describe("gradients refuse", () => {
  const g = createBuilder("test");
  const x = g.input("x", "float32", ["B", 3]);
  const rows = g.input("rows", "float32", ["B", "S", 4]);
  const positions = g.constant(int64([0]));
  const table = g.input("table", "float32", ["S", 2]);
  const vector = g.constant(float32([1, 1, 1, 1]));
  const [normed, mean] = g.skipLayerNorm(rows, rows, vector, vector, vector);

  it.each<[string, RegExp, () => unknown]>([
    ["a loss with axes", /is no loss.*float scalar.*\[B, 3\]/, () => gradients(g, x, [x])],
    ["a loss that is no float", /is no loss.*int64/, () => gradients(g, g.constant(int64([1], [])), [x])],
    ["an integer", /has no gradient.*int64/, () => gradients(g, total(g, x), [positions])],
    [
      "tables of a rotation",
      /tables that are not trained/,
      () => gradients(g, total(g, g.rotaryEmbedding(rows, positions, table, table, 1, 4)), [table]),
    ],
    ["outputs that inference leaves empty", /output 1 has no gradient/, () => gradients(g, total(g, mean), [rows])],
    [
      "a norm over more than the last axis",
      /the last axis, for the gradient/,
      () => {
        const scale = g.constant(float32([1, 1, 1, 1, 1, 1, 1, 1], [2, 4]));
        const two = g.input("two", "float32", ["B", 2, 4]);
        const [y] = g.apply(ops.layerNorm, [two, scale], { axis: 1, epsilon: 1e-5 });
        return gradients(g, total(g, y), [two]);
      },
    ],
    [
      "parts of an axis whose length is not known",
      /another type than its operand.*\[B, 3\].*\[2, 3\]/,
      () => gradients(g, total(g, g.split2(x, [1, 1], 0)[0]), [x]),
    ],
  ])("%s", (_, message, build) => {
    expect(normed.shape).toEqual(rows.shape);
    expect(build).toThrow(GraphError);
    expect(build).toThrow(message);
  });
});
