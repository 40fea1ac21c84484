import { describe, expect, test } from "vitest";
import { createBuilder, float32, ops } from "../graph/index.ts";
import { randomStream } from "../model/index.ts";
import { nodeEngine } from "./node.ts";
import { plainAttention } from "./plainAttention.ts";
import type { Provider } from "./session.ts";

const [heads, size, valueSize] = [8, 32, 16];

function attentionGraph() {
  const g = createBuilder("attention");
  const q = g.input("q", "float32", ["B", "L", heads * size]);
  const k = g.input("k", "float32", ["B", "M", heads * size]);
  const v = g.input("v", "float32", ["B", "M", heads * valueSize]);
  const bias = g.constant(random("bias", [heads * (2 * size + valueSize)]));
  const [first] = g.apply(ops.multiHeadAttention, [g.mul(q, g.scalar(3)), k, v, bias], {
    num_heads: heads,
    scale: 0.2,
  });
  return g.finish({ y: g.add(first, g.multiHeadAttention(q, k, v, heads, 0.2)) }, { note: "kept" });
}

const random = (name: string, shape: number[]) =>
  float32(
    randomStream(3, name).normal(
      0,
      shape.reduce((a, b) => a * b, 1),
    ),
    shape,
  );

/** Keys and values of 40 positions: more than the 32 from which the WebGPU provider takes its flash attention. */
const feeds = {
  q: random("q", [2, 35, heads * size]),
  k: random("k", [2, 40, heads * size]),
  v: random("v", [2, 40, heads * valueSize]),
};

async function run(graph: ReturnType<typeof attentionGraph>, provider: Provider) {
  const session = await nodeEngine.createSession(graph, { provider, threads: 1 });
  const { y } = await session.run(feeds);
  await session.close();
  return y;
}

function largestDifference(a: ArrayLike<number | bigint>, b: ArrayLike<number | bigint>) {
  return Array.from(a).reduce<number>((most, v, i) => Math.max(most, Math.abs(Number(v) - Number(b[i]))), 0);
}

describe("plainAttention", () => {
  test("gives the values of the fused operator", async () => {
    const [fused, plain] = [await run(attentionGraph(), "cpu"), await run(plainAttention(attentionGraph()), "cpu")];
    expect(plain.shape).toEqual(fused.shape);
    expect(largestDifference(plain.data, fused.data)).toBeLessThan(2e-6);
  });

  test("leaves no fused operator, and names, types and metadata as they were", () => {
    const [before, after] = [attentionGraph(), plainAttention(attentionGraph())];
    expect(after.nodes.map(({ op }) => op.type)).not.toContain("MultiHeadAttention");
    expect(after.inputs).toEqual(before.inputs);
    expect(after.outputs).toEqual(before.outputs);
    expect(after.metadata).toEqual({ note: "kept" });
  });

  test("returns a graph without attention as it is", () => {
    const g = createBuilder("none");
    const graph = g.finish({ y: g.neg(g.input("x", "float32", ["N"])) });
    expect(plainAttention(graph)).toBe(graph);
  });
});

describe.skipIf(process.env.VK_DRIVER_FILES === undefined)("WebGPU in Node (needs VK_DRIVER_FILES)", () => {
  test("attention over 40 positions equals the CPU's", async () => {
    const [gpu, cpu] = [await run(attentionGraph(), "webgpu"), await run(attentionGraph(), "cpu")];
    expect(largestDifference(gpu.data, cpu.data)).toBeLessThan(1e-5);
  });
});
