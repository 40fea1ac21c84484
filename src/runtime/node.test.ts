import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { randomFeeds, smallModel } from "../../test/smallModel.ts";
import { SessionError } from "../errors.ts";
import { createBuilder, float32, type Graph, int64 } from "../graph/index.ts";
import { panlunaGraph } from "../model/index.ts";
import { nodeEngine } from "./node.ts";
import type { Feeds, Session } from "./session.ts";

/** `sum = a + b` over (B, 3) and the rows of `a` that `rows` picks. */
function twoInputs(): Graph {
  const g = createBuilder("two inputs");
  const a = g.input("a", "float32", ["B", 3]);
  const b = g.input("b", "float32", ["B", 3]);
  const rows = g.input("rows", "int64", ["N"]);
  return g.finish({ sum: g.add(a, b), picked: g.gather(a, rows, 0), positive: g.less(g.scalar(0), a) });
}

describe("a session in Node", () => {
  let session: Session;
  const a = float32([1, -2, 3, 4, 5, 6], [2, 3]);
  const b = float32([10, 20, 30, 40, 50, 60], [2, 3]);
  const rows = int64([1]);
  beforeAll(async () => {
    session = await nodeEngine.createSession(twoInputs(), { threads: 1 });
  });
  afterAll(() => session.close());

  it("says what it is", () => {
    expect([session.provider, session.threads]).toEqual(["cpu", 1]);
    expect([...session.inputNames]).toEqual(["a", "b", "rows"]);
    expect([...session.outputNames]).toEqual(["sum", "picked", "positive"]);
  });

  it("returns every output with its type and shape; feeds it does not know are left alone", async () => {
    expect(await session.run({ a, b, rows, more: a })).toEqual({
      sum: float32([11, 18, 33, 44, 55, 66], [2, 3]),
      picked: float32([4, 5, 6], [1, 3]),
      positive: { dtype: "bool", shape: [2, 3], data: Uint8Array.of(1, 0, 1, 1, 1, 1) },
    });
  });

  it("calls may overlap: each gets its own results, and time is counted", async () => {
    const before = session.seconds();
    const calls = Array.from({ length: 8 }, (_, i) => session.run({ a, b: float32(Array(6).fill(i), [2, 3]), rows }));
    const sums = (await Promise.all(calls)).map(({ sum }) => Number(sum.data[0]));
    expect(sums).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(session.seconds()).toBeGreaterThan(before);
  });

  it("an empty batch gives empty results", async () => {
    const none = float32([], [0, 3]);
    const { sum, picked } = await session.run({ a: none, b: none, rows: int64([]) });
    expect([sum.shape, picked.shape]).toEqual([
      [0, 3],
      [0, 3],
    ]);
  });

  it.each<[string, Feeds, string]>([
    ["a feed that is missing", { a, rows }, "two inputs, input b: is missing: expected float32 [B, 3] with B = 2"],
    ["another element type", { a, b: int64([1, 2, 3], [1, 3]), rows }, "input b: does not fit"],
    ["another rank", { a, b: float32([1, 2, 3]), rows }, "got float32 [3] with 3 values"],
    ["another fixed length", { a, b: float32([1, 2, 3, 4], [2, 2]), rows }, "got float32 [2, 2] with 4 values"],
    ["fewer values than the shape says", { a, b: { ...b, data: new Float32Array(5) }, rows }, "with 5 values"],
    [
      "a symbol with two lengths, which an engine would broadcast",
      { a, b: float32([1, 2, 3], [1, 3]), rows },
      "with B = 2",
    ],
  ])("refuses %s", async (_, feeds, message) => {
    await expect(session.run(feeds)).rejects.toThrow(SessionError);
    await expect(session.run(feeds)).rejects.toThrow(message);
  });

  it("a run that fails inside the engine is a SessionError, and the next one works", async () => {
    await expect(session.run({ a, b, rows: int64([9]) })).rejects.toThrow(
      /^two inputs: the engine failed: got .*indices/,
    );
    expect((await session.run({ a, b, rows })).picked.data).toEqual(Float32Array.of(4, 5, 6));
  });
});

it("a graph that the engine does not accept is a SessionError with the engine's words", async () => {
  const g = createBuilder("bad");
  const graph = g.finish({ y: g.neg(g.input("x", "bool", ["N"])) });
  await expect(nodeEngine.createSession(graph)).rejects.toThrow(SessionError);
  await expect(nodeEngine.createSession(graph)).rejects.toThrow("bad: the engine refuses the graph: got ");
});

it("signals whose length is no multiple of the patch are refused with the rule", async () => {
  const graph = panlunaGraph(smallModel({ kind: "none" }), { outputs: ["patch_embed"] });
  const session = await nodeEngine.createSession(graph, { threads: 1 });
  const feeds = { x: float32(new Float32Array(2 * 3 * 40), [2, 3, 40]) };
  await expect(session.run(feeds)).rejects.toThrow("input x: does not fit: expected float32 [B, C, 16*S]");
  await session.close();
});

it("one thread and two give the same", async () => {
  const graph = panlunaGraph(smallModel({ kind: "none" }));
  const feeds = randomFeeds(graph, { B: 2, C: 3, S: 4, dim: 3 });
  const results = [1, 2].map(async (threads) => {
    const session = await nodeEngine.createSession(graph, { threads });
    const { latent } = await session.run(feeds);
    await session.close();
    return latent;
  });
  const [one, two] = await Promise.all(results);
  expect(two).toEqual(one);
});
