import { describe, expect, it } from "vitest";
import { expectClose } from "../../../test/close.ts";
import { nodeEngine } from "../../runtime/node.ts";
import type { FeedTensor } from "../../runtime/session.ts";
import { createBuilder, type GraphBuilder } from "../builder.ts";
import type { Graph } from "../graph.ts";
import type { Value } from "../op.ts";
import { float32 } from "../tensor.ts";
import { absorbTransposes } from "./absorbTransposes.ts";

const [ROWS, INNER, COLUMNS] = [3, 5, 4];

/** Numbers without symmetry. */
const numbers = (count: number, seed: number) => Float32Array.from({ length: count }, (_, i) => Math.sin(seed + i * i));

const FEEDS: Record<string, FeedTensor> = {
  a: { ...float32(numbers(2 * ROWS * INNER, 1), [2, ROWS, INNER]) },
  at: { ...float32(numbers(2 * ROWS * INNER, 2), [2, INNER, ROWS]) },
  b: { ...float32(numbers(INNER * COLUMNS, 3), [INNER, COLUMNS]) },
  bt: { ...float32(numbers(INNER * COLUMNS, 4), [COLUMNS, INNER]) },
};

type Operands = { readonly [K in "a" | "at" | "b" | "bt"]: Value };

function graphOf(build: (g: GraphBuilder, v: Operands) => Record<string, Value>): Graph {
  const g = createBuilder("transposes");
  const entries = Object.entries(FEEDS).map(([name, { dtype, shape }]) => [name, g.input(name, dtype, shape)]);
  return g.finish(build(g, Object.fromEntries(entries)));
}

const transposesOf = (graph: Graph): number => graph.nodes.filter(({ op }) => op.type === "Transpose").length;

async function results(graph: Graph): Promise<Record<string, FeedTensor>> {
  const session = await nodeEngine.createSession(graph, { threads: 1 });
  const given = await session.run(Object.fromEntries(graph.inputs.map(({ name }) => [name, FEEDS[name]])));
  await session.close();
  return given;
}

/** The pass leaves `left` transposes and the same values. */
async function expectAbsorbed(graph: Graph, left: number): Promise<void> {
  const absorbed = absorbTransposes(graph);
  expect(transposesOf(absorbed)).toBe(left);
  const [before, after] = [await results(graph), await results(absorbed)];
  for (const { name, shape } of graph.outputs) {
    expect(after[name].shape).toEqual(shape);
    expectClose(after[name].data, Array.from(before[name].data, Number), 1e-6);
  }
}

const FLAGS = [false, true].flatMap((transA) => [false, true].map((transB) => ({ transA, transB })));

describe("transposes next to products", () => {
  it.each(FLAGS)("become flags of the product: %o", async (flags) => {
    const graph = graphOf((g, v) => {
      const a = g.transpose(flags.transA ? v.a : v.at, [0, 2, 1]);
      const b = g.transpose(flags.transB ? v.b : v.bt, [1, 0]);
      return { y: g.fusedMatMul(a, b, { ...flags, alpha: 0.5 }) };
    });
    await expectAbsorbed(graph, 0);
  });

  it.each(FLAGS)("behind it swap its operands: %o", async (flags) => {
    const graph = graphOf((g, v) => {
      const product = g.fusedMatMul(flags.transA ? v.at : v.a, flags.transB ? v.bt : v.b, { ...flags, alpha: 0.5 });
      return { y: g.transpose(product, [0, 2, 1]) };
    });
    await expectAbsorbed(graph, 0);
  });

  it("stay behind a product that something else reads", async () => {
    const graph = graphOf((g, v) => {
      const product = g.fusedMatMul(v.a, v.b);
      return { y: g.transpose(product, [0, 2, 1]), z: g.neg(product), product };
    });
    await expectAbsorbed(graph, 1);
  });

  it("stay in front of a plain product and where they move other axes", async () => {
    const graph = graphOf((g, v) => ({
      plain: g.matMul(v.a, g.transpose(v.bt, [1, 0])),
      other: g.fusedMatMul(g.transpose(g.reshape(v.a, [ROWS, 2, INNER]), [1, 0, 2]), v.b),
    }));
    await expectAbsorbed(graph, 2);
  });
});
