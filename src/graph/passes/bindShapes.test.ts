import { describe, expect, it } from "vitest";
import { SMALL, smallModel } from "../../../test/smallModel.ts";
import { panlunaGraph } from "../../model/index.ts";
import { foldConstants } from "../../runtime/foldConstants.ts";
import { nodeEngine } from "../../runtime/node.ts";
import type { Feeds } from "../../runtime/session.ts";
import { createBuilder, float32, type Graph } from "../index.ts";
import { bindShapes } from "./bindShapes.ts";

async function results(graph: Graph, feeds: Feeds): Promise<Record<string, number[]>> {
  const session = await nodeEngine.createSession(graph, { threads: 1 });
  const given = await session.run(feeds);
  await session.close();
  return Object.fromEntries(Object.entries(given).map(([name, { data }]) => [name, Array.from(data, Number)]));
}

describe("binding shapes", () => {
  it("makes every length a number, and of a network what it was", async () => {
    const model = smallModel({ kind: "classify", numClasses: 3 });
    const graph = panlunaGraph(model, { montage: "embedded" });
    const bound = bindShapes(graph, { B: 1, C: 3, S: 5 });
    const dims = [...bound.inputs, ...bound.nodes.flatMap(({ outputs }) => outputs)].flatMap(({ shape }) => shape);
    expect(dims.every((dim) => typeof dim === "number")).toBe(true);
    expect(bound.nodes.some(({ op }) => op.type === "Shape")).toBe(false);
    const wave = (count: number) => Float32Array.from({ length: count }, (_, i) => Math.sin(i * i));
    const times = 5 * SMALL.patchSize;
    const feeds = {
      x: float32(wave(3 * times), [1, 3, times]),
      montage: float32(wave(3 * SMALL.embedDim), [1, 3, SMALL.embedDim]),
    };
    expect(await results(bound, feeds)).toEqual(await results(graph, feeds));
    const folded = await foldConstants(bound, nodeEngine);
    const left = new Set(folded.nodes.map(({ op }) => op.type));
    for (const type of ["Range", "Cos", "Gather"]) expect(left).not.toContain(type); // tables of positions are constants
  });

  it("binds the shape that a reshape is told", () => {
    const g = createBuilder("told");
    const x = g.input("x", "float32", ["N", 4]);
    const y = g.reshapeTo(
      x,
      g.concat([g.shape(x, 0, 1), g.constant({ dtype: "int64", shape: [2], data: new BigInt64Array([2n, 2n]) })], 0),
      ["N", 2, 2],
    );
    const bound = bindShapes(g.finish({ y }), { N: 7 });
    expect(bound.outputs[0].shape).toEqual([7, 2, 2]);
  });
});
