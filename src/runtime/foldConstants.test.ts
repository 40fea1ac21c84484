import { describe, expect, it } from "vitest";
import { createBuilder, float32, type Graph } from "../graph/index.ts";
import { foldConstants } from "./foldConstants.ts";
import { nodeEngine } from "./node.ts";
import type { Feeds } from "./session.ts";

const X = { x: float32([1, 2, 3, 4, 5, 6], [3, 2]) };

async function results(graph: Graph, feeds: Feeds): Promise<Record<string, number[]>> {
  const session = await nodeEngine.createSession(graph, { threads: 1 });
  const given = await session.run(feeds);
  await session.close();
  return Object.fromEntries(Object.entries(given).map(([name, { data }]) => [name, Array.from(data, Number)]));
}

describe("folding constants", () => {
  it("computes once what no input reaches, and leaves the rest", async () => {
    const g = createBuilder("folded");
    const x = g.input("x", "float32", ["N", 2]);
    const w = g.parameter("w", float32([1, 2, 3, 4], [2, 2]));
    const [left, right] = g.split2(g.transpose(g.add(w, w), [1, 0]), [1, 1], 1); // [2, 4], [6, 8]
    const graph = g.finish({ y: g.matMul(x, g.mul(left, right)), constant: g.neg(left), negated: g.neg(x) });
    const folded = await foldConstants(graph, nodeEngine);
    expect(folded.nodes.map(({ op }) => op.type).sort()).toEqual(["MatMul", "Neg"]);
    expect([...folded.initializers.values()].map(({ data }) => [...data]).sort()).toEqual([
      [-2, -4],
      [12, 32],
    ]);
    expect(await results(folded, X)).toEqual(await results(graph, X));
    expect((await results(folded, X))["y"]).toEqual([76, 164, 252]);
    expect(folded.outputs).toEqual(graph.outputs);
  });

  it("keeps regions that inputs reach, and changes nothing where nothing is constant", async () => {
    const g = createBuilder("plain");
    const x = g.input("x", "float32", ["N", 2]);
    const y = g.region("Square", [x], g.mul(x, x), { power: 2 });
    const graph = g.finish({ y });
    expect(await foldConstants(graph, nodeEngine)).toBe(graph);
    expect(graph.regions).toEqual([{ kind: "Square", inputs: [x], output: graph.outputs[0], attrs: { power: 2 } }]);
  });
});
