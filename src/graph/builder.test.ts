import { describe, expect, it } from "vitest";
import { GraphError } from "../errors.ts";
import { nodeEngine } from "../runtime/node.ts";
import { createBuilder } from "./builder.ts";
import type { Graph } from "./graph.ts";
import { float32, int64 } from "./tensor.ts";

const run = async (graph: Graph, feeds: Record<string, number[]>) => {
  const session = await nodeEngine.createSession(graph, { threads: 1 });
  const tensors = Object.entries(feeds).map(([name, data]) => [name, float32(data)]);
  const results = await session.run(Object.fromEntries(tensors));
  await session.close();
  return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, Array.from(data, Number)]));
};

describe("names", () => {
  it("nodes carry their scopes and are told apart", () => {
    const g = createBuilder("test");
    const x = g.input("x", "float32", ["N"]);
    const y = g.scope("block", () => g.scope("mlp", () => g.neg(g.neg(x))));
    const z = g.neg(y);
    expect(g.finish({ z }).nodes.map(({ name }) => name)).toEqual(["block/mlp/Neg", "block/mlp/Neg.1", "Neg"]);
  });

  it("a scope ends where its body throws", () => {
    const g = createBuilder("test");
    const x = g.input("x", "float32", ["N"]);
    const fail = () => {
      throw new Error("body");
    };
    expect(() => g.scope("broken", fail)).toThrow("body");
    expect(g.finish({ y: g.abs(x) }).nodes[0].name).toBe("Abs");
  });

  it("parameters keep their names and are made once; given names are found again", () => {
    const g = createBuilder("test");
    const a = g.parameter("layer.weight", float32([1]));
    expect(g.parameter("layer.weight", float32([2]))).toBe(a);
    expect(a.name).toBe("layer.weight");
    expect(g.name("weights", a)).toBe(a);
    expect(g.named.get("weights")).toBe(a);
  });
});

describe("constants", () => {
  it("small equal ones are shared", () => {
    const g = createBuilder("test");
    expect(g.scalar(2)).toBe(g.scalar(2));
    expect(g.constant(int64([1, 2]))).toBe(g.constant(int64([1, 2])));
  });

  it("another value, shape, element type or sign of zero is another constant", () => {
    const g = createBuilder("test");
    const all = [
      g.scalar(0),
      g.scalar(-0),
      g.scalar(1),
      g.constant(float32([1])),
      g.constant(float32([1], [1, 1])),
      g.constant(int64([1])),
      g.constant(int64([1], [])),
    ];
    expect(new Set(all).size).toBe(all.length);
  });

  it("large ones are not compared", () => {
    const g = createBuilder("test");
    expect(g.constant(float32(new Float32Array(65)))).not.toBe(g.constant(float32(new Float32Array(65))));
  });
});

describe("finishing", () => {
  it("leaves out what no output needs: nodes, parameters and inputs", () => {
    const g = createBuilder("test");
    const x = g.input("x", "float32", ["N"]);
    const unused = g.add(g.input("unused", "float32", ["N"]), g.parameter("unused.bias", float32([1])));
    const y = g.add(x, g.parameter("bias", float32([1])));
    g.neg(unused);
    const graph = g.finish({ y });
    expect(graph.inputs.map(({ name }) => name)).toEqual(["x"]);
    expect(graph.nodes.map(({ op }) => op.type)).toEqual(["Add"]);
    expect([...graph.initializers.keys()].map(({ name }) => name)).toEqual(["bias"]);
  });

  it("one value under two names, an inner value, an input and a parameter all come out under their public names", async () => {
    const g = createBuilder("test");
    const x = g.input("x", "float32", ["N"]);
    const inner = g.add(x, g.parameter("bias", float32([1])));
    const y = g.mul(inner, inner);
    const graph = g.finish({ first: y, second: y, inner, again: x, weight: g.parameter("bias", float32([1])) });
    expect(graph.outputs.map(({ name }) => name)).toEqual(["first", "second", "inner", "again", "weight"]);
    expect(await run(graph, { x: [1, 2] })).toEqual({
      first: [4, 9],
      second: [4, 9],
      inner: [2, 3],
      again: [1, 2],
      weight: [1],
    });
  });

  it("an input may come out under its own name", async () => {
    const g = createBuilder("test");
    const x = g.input("x", "float32", ["N"]);
    expect(await run(g.finish({ x, y: g.neg(x) }), { x: [3] })).toEqual({ x: [3], y: [-3] });
  });

  it("an output cannot take the name of another value", () => {
    const g = createBuilder("test");
    const x = g.input("x", "float32", ["N"]);
    const bias = g.parameter("bias", float32([1]));
    expect(() => g.finish({ x: g.neg(x) })).toThrow(GraphError);
    expect(() => g.finish({ bias: g.add(x, bias) })).toThrow('an output takes the name of another value: got "bias"');
  });

  it("does not close the graph for another finish", () => {
    const g = createBuilder("test");
    const y = g.neg(g.input("x", "float32", ["N"]));
    const first = g.finish({ y });
    const second = g.finish({ z: g.abs(y) }, { licence: "none" });
    expect(first.outputs.map(({ name }) => name)).toEqual(["y"]);
    expect(second.nodes.map(({ op }) => op.type)).toEqual(["Neg", "Abs"]);
    expect([first.metadata, second.metadata]).toEqual([{}, { licence: "none" }]);
  });

  it("names nodes so that their results do not take the names of parameters", () => {
    const g = createBuilder("names");
    const x = g.input("x", "float32", [2]);
    const known = g.parameter("Add:0", float32([1, 2]));
    const graph = g.finish({ y: g.neg(g.add(x, known)) });
    expect(graph.nodes[0].outputs[0].name).toBe("Add.1:0");
  });

  it("needs an output", () => {
    expect(() => createBuilder("empty").finish({})).toThrow("empty: a graph needs an output");
  });
});
