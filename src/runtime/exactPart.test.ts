import { describe, expect, test } from "vitest";
import { createBuilder, float32, type Graph } from "../graph/index.ts";
import { initializeWeights, panlunaGraph } from "../model/index.ts";
import { splitExact } from "./exactPart.ts";
import { gpuSession } from "./gpuSession.ts";
import { nodeEngine } from "./node.ts";
import type { Provider, Session } from "./session.ts";

const SIZES = { patchSize: 32, embedDim: 16, numHeads: 2, depth: 1, numQueries: 2, mlpRatio: 2 };
const HEAD = { kind: "classify", numClasses: 3 } as const;
const model = { sizes: SIZES, head: HEAD, weights: initializeWeights(SIZES, HEAD, 1) };

const typesOf = ({ nodes }: Graph) => new Set(nodes.map(({ op }) => op.type));
const inputsOf = ({ inputs }: Graph) => inputs.map(({ name }) => name);
const open = (graph: Graph) => nodeEngine.createSession(graph, { threads: 1 });

describe("splitExact", () => {
  test("takes the location code and the rotary tables of PanLUNA, and no layer", () => {
    const { exact, rest } = splitExact(panlunaGraph(model))!;
    expect([...typesOf(exact)]).toEqual(expect.arrayContaining(["Sin", "Cos", "ReduceMin", "Range"]));
    for (const layer of ["MatMul", "Gemm", "Conv", "LayerNormalization", "Softmax"]) {
      expect(typesOf(exact)).not.toContain(layer);
    }
    expect(inputsOf(exact).sort()).toEqual(["channel_locations", "x"]);
    const values = rest.nodes.flatMap(({ inputs, outputs }) => [...inputs, ...outputs]);
    expect(values.filter((v) => v?.dtype === "float64")).toEqual([]);
  });

  test("leaves only the rotary tables to the CPU when the montage comes embedded", () => {
    const { exact } = splitExact(panlunaGraph(model, { montage: "embedded" }))!;
    expect(inputsOf(exact)).toEqual(["x"]);
    expect(exact.outputs).toHaveLength(2);
  });

  test("finds nothing in a graph without float64", () => {
    const g = createBuilder("plain");
    expect(splitExact(g.finish({ y: g.neg(g.input("x", "float32", ["N"])) }))).toBeUndefined();
  });
});

describe("gpuSession", () => {
  const feeds = {
    x: float32(
      Float32Array.from({ length: 2 * 3 * 64 }, (_, i) => Math.sin(i * i)),
      [2, 3, 64],
    ),
    channel_locations: float32(
      Float32Array.from({ length: 2 * 3 * 2 }, (_, i) => Math.cos(7 * i)),
      [2, 3, 2],
    ),
    sensor_type: { dtype: "int32", shape: [2, 3], data: Int32Array.of(0, 2, 0, 0, 0, 2) } as const,
  };

  test("gives the values of the whole graph, under its names", async () => {
    const outputs = ["channel_locations_normalised", "nerf", "latent", "logits"];
    const graph = panlunaGraph(model, { outputs });
    const [whole, joined] = [await open(graph), await gpuSession(graph, open, open)];
    const [expected, actual] = [await whole.run(feeds), await joined.run(feeds)];
    expect(joined.inputNames.toSorted()).toEqual(whole.inputNames.toSorted());
    expect(Object.keys(actual)).toEqual(outputs);
    for (const name of outputs) {
      const differences = Array.from(actual[name].data as Float32Array, (v, i) =>
        Math.abs(v - Number(expected[name].data[i])),
      );
      const worst = Math.max(...differences);
      expect(worst, name).toBeLessThan(2e-6);
    }
    expect(joined.seconds()).toBeGreaterThan(0);
    await Promise.all([whole.close(), joined.close()]);
  });

  test("runs a graph that is exact throughout on the CPU", async () => {
    const openAs = (provider: Provider) => async (graph: Graph) => ({ ...(await open(graph)), provider });
    const g = createBuilder("sine");
    const x = g.input("x", "float32", ["N"]);
    const graph = g.finish({ y: g.cast(g.sin(g.cast(x, "float64")), "float32") });
    const session = await gpuSession(graph, openAs("webgpu"), openAs("cpu"));
    expect(session.provider).toBe("cpu");
    await session.close();
  });

  test("closes the GPU's part when the other cannot be opened", async () => {
    const closed: string[] = [];
    const openGpu = async (graph: Graph): Promise<Session> => ({
      ...(await open(graph)),
      close: async () => void closed.push("rest"),
    });
    const failing = gpuSession(panlunaGraph(model), openGpu, () => Promise.reject(new Error("no CPU")));
    await expect(failing).rejects.toThrow("no CPU");
    expect(closed).toEqual(["rest"]);
  });
});
