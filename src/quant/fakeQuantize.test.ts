import { describe, expect, it } from "vitest";
import { createBuilder, float32, type GraphBuilder, gradients, type Value } from "../graph/index.ts";
import { nodeEngine } from "../runtime/node.ts";
import { STRAIGHT_THROUGH } from "./fakeQuantize.ts";

/** Value and gradient of `Σ upstream ⊙ f(x)` at a matrix of two columns. */
async function ofSum(x: readonly number[], upstream: readonly number[], f: (g: GraphBuilder, x: Value) => Value) {
  const shape = [x.length / 2, 2];
  const g = createBuilder("rounded");
  const input = g.input("x", "float32", shape);
  const y = f(g, input);
  const loss = g.reduceSum(g.mul(y, g.constant(float32(upstream, shape))), [0, 1], false);
  const [dx] = gradients(g, loss, [input]);
  const session = await nodeEngine.createSession(g.finish({ y, dx }), { threads: 1 });
  const results = await session.run({ x: float32(x, shape) });
  await session.close();
  return { y: Array.from(results["y"].data, Number), dx: Array.from(results["dx"].data, Number) };
}

/** To nearest, ties to even. */
function nearest(v: number): number {
  const down = Math.floor(v);
  const rest = v - down;
  return rest > 0.5 || (rest === 0.5 && down % 2 !== 0) ? down + 1 : down;
}

const clip = (v: number, levels: number) => Math.max(-levels, Math.min(levels, v));

describe("a tensor rounded for training", () => {
  it.each([
    ["i8", 127],
    ["i16", 32767],
  ] as const)("holds what %s holds, and has gradients inside the range alone", async (precision, levels) => {
    const scale = 0.25;
    const end = levels * scale;
    const x = [0, 0.1, -0.13, 0.125, 0.375, end, -end, end + 0.01, -end - 0.01, -end - 0.2, 3 * end, -3 * end];
    const upstream = x.map((_, i) => i - 4.5);
    const { y, dx } = await ofSum(x, upstream, (g, v) => STRAIGHT_THROUGH.activation(g, v, scale, precision));
    expect(y).toEqual(x.map((v) => clip(nearest(v / scale), levels) * scale + 0));
    expect(dx).toEqual(x.map((v, i) => (Math.abs(v) <= end ? upstream[i] : 0)));
    expect(dx.filter((d) => d === 0)).toHaveLength(5);
  });

  it("passes gradients through what stands before and behind it", async () => {
    const x = [0.3, 50, -0.7, 1.9]; // y = q(2x)², dx = 2 · 2 q(2x) inside
    const { dx } = await ofSum(x, [1, 1, 1, 1], (g, v) => {
      const q = STRAIGHT_THROUGH.activation(g, g.mul(v, g.scalar(2)), 0.5, "i8");
      return g.mul(q, q);
    });
    expect(dx).toEqual([4 * 0.5, 0, 4 * -1.5, 4 * 4]);
  });
});

describe("a matrix rounded for training", () => {
  const weight = [0.9, -0.9, 0.26, 5, -3, 0.1];
  const upstream = [1, 2, 3, 4, 5, 6];
  it.each([
    [8, 127],
    [4, 7],
    [2, 1],
  ] as const)("of %i bits has the integers of its channels, and gradients everywhere", async (bits, levels) => {
    for (const axis of [0, 1] as const) {
      const scales = Float32Array.from(axis === 0 ? [0.5, 0.125, 0.25] : [0.5, 2]);
      const { y, dx } = await ofSum(weight, upstream, (g, v) => STRAIGHT_THROUGH.weight(g, { bits, scales, axis }, v));
      const scaleOf = (i: number) => scales[axis === 0 ? Math.floor(i / 2) : i % 2];
      expect(y).toEqual(weight.map((w, i) => clip(nearest(Math.fround(w) / scaleOf(i)), levels) * scaleOf(i) + 0));
      expect(dx).toEqual(upstream);
    }
  });
});
