import { describe, expect, test } from "vitest";
import { createBuilder, float32, type Graph, type Tensor } from "../graph/index.ts";
import { randomStream } from "../model/index.ts";
import { nodeEngine } from "./node.ts";
import { plainProducts } from "./plainProducts.ts";
import type { Provider } from "./session.ts";

const random = (name: string, shape: number[]): Tensor =>
  float32(
    randomStream(5, name).normal(
      0,
      shape.reduce((a, b) => a * b, 1),
    ),
    shape,
  );

/** Every pair of flags, on matrices and on stacks of them; one product has a factor. */
function productGraph(): Graph {
  const g = createBuilder("products");
  const flat = { a: g.input("a", "float32", ["M", 5]), b: g.input("b", "float32", [5, 7]) };
  const stack = { a: g.input("stack a", "float32", ["B", 3, 4, 5]), b: g.input("stack b", "float32", ["B", 3, 5, 7]) };
  const outputs = [flat, stack].flatMap(({ a, b }, i) =>
    [false, true].flatMap((transA) =>
      [false, true].map((transB) => {
        const swap = (x: typeof a) => g.transpose(x, i === 0 ? [1, 0] : [0, 1, 3, 2]);
        const options = { transA, transB, alpha: transA ? 1 : 0.5 };
        return [`${i}${transA}${transB}`, g.fusedMatMul(transA ? swap(a) : a, transB ? swap(b) : b, options)] as const;
      }),
    ),
  );
  return g.finish(Object.fromEntries(outputs));
}

const feeds = {
  a: random("a", [6, 5]),
  b: random("b", [5, 7]),
  "stack a": random("sa", [2, 3, 4, 5]),
  "stack b": random("sb", [2, 3, 5, 7]),
};

async function run(graph: Graph, provider: Provider) {
  const session = await nodeEngine.createSession(graph, { provider, threads: 1 });
  const results = await session.run(feeds);
  await session.close();
  return results;
}

describe("products written out for GPUs", () => {
  test("hold no FusedMatMul and keep names, types and values", async () => {
    const [graph, plain] = [productGraph(), plainProducts(productGraph())];
    expect(plain.nodes.filter(({ op }) => op.type === "FusedMatMul")).toEqual([]);
    expect(plain.inputs).toEqual(graph.inputs);
    expect(plain.outputs).toEqual(graph.outputs);
    const [expected, actual] = [await run(graph, "cpu"), await run(plain, "cpu")];
    expect(Object.keys(actual)).toHaveLength(8);
    expectClose(actual, expected);
  });

  test("leave a graph without FusedMatMul as it is", () => {
    const g = createBuilder("plain");
    const graph = g.finish({ y: g.neg(g.input("x", "float32", ["N"])) });
    expect(plainProducts(graph)).toBe(graph);
  });

  test.skipIf(process.env.VK_DRIVER_FILES === undefined)(
    "have the same values on WebGPU (needs VK_DRIVER_FILES)",
    async () => expectClose(await run(productGraph(), "webgpu"), await run(productGraph(), "cpu")),
    60_000,
  );
});

type Results = Readonly<Record<string, Pick<Tensor, "data" | "shape">>>;

function expectClose(actual: Results, expected: Results): void {
  for (const [name, { data, shape }] of Object.entries(expected)) {
    expect(actual[name].shape).toEqual(shape);
    const errors = (data as Float32Array).map((value, i) => Math.abs(value - Number(actual[name].data[i])));
    expect(Math.max(...errors), name).toBeLessThan(2e-6);
  }
}
