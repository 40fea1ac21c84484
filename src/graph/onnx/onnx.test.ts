import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { expectClose } from "../../../test/close.ts";
import { randomFeeds, SMALL, smallModel } from "../../../test/smallModel.ts";
import { GraphError } from "../../errors.ts";
import { type Head, panlunaGraph } from "../../model/index.ts";
import { type OrtModule, ortSession } from "../../runtime/ort.ts";
import { createBuilder } from "../builder.ts";
import type { Graph } from "../graph.ts";
import { float32, int64, type Tensor } from "../tensor.ts";
import { encode } from "./codec.ts";
import { readOnnx } from "./read.ts";
import { type ModelProto, modelProto, type TensorProto } from "./schema.ts";
import { writeOnnx } from "./write.ts";

const HEADS: Head[] = [
  { kind: "none" },
  { kind: "reconstruct", numChannelNames: 5 },
  { kind: "classify", numClasses: 3 },
];

const namesOf = (values: readonly ({ name: string } | undefined)[]) => values.map((v) => v?.name);
const nodesOf = ({ nodes }: Graph) =>
  nodes.map(({ name, op, inputs, outputs, attrs }) => [name, op, namesOf(inputs), outputs, float32Attrs(attrs)]);
/** Attributes as a file holds them: fractions are float32 there. */
const float32Attrs = (attrs: object) =>
  Object.fromEntries(Object.entries(attrs).map(([k, v]) => [k, typeof v === "number" ? Math.fround(v) : v]));
const tensorsOf = ({ initializers }: Graph) => new Map([...initializers].map(([{ name }, t]) => [name, t]));

describe.each(HEADS.flatMap((head) => [false, true].map((masked) => ({ head, masked }))))(
  "PanLUNA ($head.kind, masked: $masked) through .onnx",
  ({ head, masked }) => {
    const model = smallModel(head);
    const graph = panlunaGraph(model, { masked });
    const bytes = writeOnnx(graph);
    const read = readOnnx(bytes);

    it("write, read, write gives the same bytes", () => {
      expect(Buffer.from(writeOnnx(read)).equals(bytes)).toBe(true);
    });

    it("nodes, types, parameters and metadata come back", () => {
      expect(nodesOf(read)).toEqual(nodesOf(graph));
      expect([read.name, read.inputs, read.outputs]).toEqual([graph.name, graph.inputs, graph.outputs]);
      expect(read.metadata).toEqual(graph.metadata);
      const tensors = tensorsOf(read);
      for (const [name, tensor] of tensorsOf(graph)) expect(tensors.get(name)).toEqual(tensor);
      for (const [name, tensor] of model.weights) if (tensors.has(name)) expect(tensors.get(name)).toEqual(tensor);
    });

    it("the engine gives the same with its optimisations off and on, from our bytes and from those it writes itself", async () => {
      const feeds = randomFeeds(graph, { B: 2, C: 3, S: 4, dim: 3 });
      const folder = mkdtempSync(join(tmpdir(), "panluna-onnx-"));
      const saved = join(folder, "saved.onnx");
      const plain = await results(graph, "disabled", feeds, saved);
      const optimised = await results(graph, "all", feeds);
      const again = await results(readOnnx(new Uint8Array(readFileSync(saved))), "disabled", feeds);
      rmSync(folder, { recursive: true });
      for (const [name, { data, shape }] of Object.entries(plain)) {
        expect(optimised[name].shape).toEqual(shape);
        expectClose(optimised[name].data, data, 2e-5);
        expect(again[name].data).toEqual(data);
      }
    });
  },
);

async function results(
  graph: Graph,
  level: "disabled" | "all",
  feeds: Record<string, Tensor>,
  optimizedModelFilePath?: string,
) {
  const session = await ortSession(ort as unknown as OrtModule, graph, {
    provider: "cpu",
    threads: 1,
    options: {
      graphOptimizationLevel: level,
      intraOpNumThreads: 1,
      logSeverityLevel: 3,
      ...(optimizedModelFilePath === undefined ? {} : { optimizedModelFilePath }),
    },
  });
  const out = await session.run(feeds);
  await session.close();
  return out;
}

describe("reading .onnx", () => {
  /** A file with one Identity from `x`, changed by `edit`. */
  const file = (edit: (model: ModelProto) => void, dataType = 1) => {
    const type = { tensorType: { elemType: dataType, shape: { dim: [{ dimParam: "N" }] } } };
    const model: ModelProto = {
      irVersion: 10,
      graph: {
        name: "g",
        node: [{ input: ["x"], output: ["y"], name: "n", opType: "Identity" }],
        input: [{ name: "x", type }],
        output: [{ name: "y", type }],
        initializer: [],
      },
      opsetImport: [{ domain: "", version: 21 }],
    };
    edit(model);
    return encode(modelProto, model);
  };
  /** The data of an initializer that stands for `x`. */
  const stored = (tensor: TensorProto) =>
    [
      ...readOnnx(
        file((m) => m.graph!.initializer!.push({ ...tensor, name: "x" }), tensor.dataType),
      ).initializers.values(),
    ][0];

  it("takes tensors as raw bytes and as typed lists, in every type of the format that this graph holds", () => {
    expect(stored({ dims: [2], dataType: 1, floatData: [1.5, -2] })).toEqual(float32([1.5, -2]));
    expect(stored({ dims: [2], dataType: 1, rawData: new Uint8Array([0, 0, 192, 63, 0, 0, 0, 192]) })).toEqual(
      float32([1.5, -2]),
    );
    expect(stored({ dims: [], dataType: 7, int64Data: [-3] })).toEqual(int64([-3], []));
    expect(stored({ dims: [2], dataType: 6, int32Data: [7, -1] }).data).toEqual(Int32Array.of(7, -1));
    expect(stored({ dims: [2], dataType: 3, int32Data: [7, -1] }).data).toEqual(Int8Array.of(7, -1));
    expect(stored({ dims: [2], dataType: 9, int32Data: [1, 0] })).toEqual({
      dtype: "bool",
      shape: [2],
      data: Uint8Array.of(1, 0),
    });
    expect(stored({ dims: [0], dataType: 1 }).data.length).toBe(0);
  });

  it.each<[string, TensorProto]>([
    ["more values than its shape", { dims: [1], dataType: 1, floatData: [1, 2] }],
    ["negative lengths whose product fits", { dims: [-1, -2], dataType: 1, floatData: [1, 2] }],
    ["half an element", { dims: [1], dataType: 1, rawData: new Uint8Array(6) }],
    ["a length that no memory holds", { dims: [2 ** 40], dataType: 1, rawData: new Uint8Array(4) }],
    ["an unknown element type", { dims: [1], dataType: 99, rawData: new Uint8Array(4) }],
    [
      "data outside the file",
      { dims: [1], dataType: 1, rawData: new Uint8Array(4), externalData: [{ key: "location", value: "x" }] },
    ],
    ["more axes than any network", { dims: Array(33).fill(1), dataType: 1, floatData: [1] }],
  ])("refuses a tensor with %s", (_, tensor) => {
    expect(() => stored(tensor)).toThrow(GraphError);
    expect(() => stored(tensor)).toThrow("model.onnx, tensor x: cannot be read");
  });

  it.each<[string, (model: ModelProto) => void, string]>([
    ["no graph", (m) => void delete m.graph, "is not an ONNX model"],
    [
      "an old operator set",
      (m) => void Object.assign(m.opsetImport![0], { version: 11 }),
      "operator set is too old: expected 18 or later, got 11",
    ],
    ["no operator set", (m) => void delete m.opsetImport, "operator set is too old"],
    [
      "an unknown operator",
      (m) => void Object.assign(m.graph!.node![0], { opType: "Conv" }),
      "node n: operator is not known to this graph: got ai.onnx.Conv",
    ],
    [
      "a value before it is made",
      (m) => void Object.assign(m.graph!.node![0], { input: ["z"] }),
      'uses the value "z" before it is made',
    ],
    ["a value made twice", (m) => void m.graph!.node!.push(m.graph!.node![0]), 'makes the value "y" twice'],
    [
      "an output that nothing makes",
      (m) => void Object.assign(m.graph!.output![0], { name: "z" }),
      'uses the value "z"',
    ],
    ["an operand too few", (m) => void Object.assign(m.graph!.node![0], { opType: "Mul" }), "do not fit Mul"],
    [
      "an attribute too few",
      (m) => void Object.assign(m.graph!.node![0], { opType: "Transpose" }),
      "do not fit Transpose",
    ],
    [
      "an input without a type",
      (m) => void delete m.graph!.input![0].type,
      "value x has a type this graph does not hold",
    ],
    [
      "a negative length",
      (m) => void Object.assign(m.graph!.input![0].type!.tensorType!.shape!, { dim: [{ dimValue: -1 }] }),
      "value x has a type",
    ],
  ])("refuses %s", (_, edit, message) => {
    expect(() => readOnnx(file(edit))).toThrow(GraphError);
    expect(() => readOnnx(file(edit))).toThrow(message);
  });

  it("lengths that a file leaves open are equal to nothing else", () => {
    const bytes = file(({ graph }) => {
      const open = { tensorType: { elemType: 1, shape: { dim: [{}] } } };
      graph!.input = ["x", "z"].map((name) => ({ name, type: open }));
      graph!.node![0] = { input: ["x", "z"], output: ["y"], opType: "Add" };
    });
    expect(() => readOnnx(bytes)).toThrow("shapes do not broadcast");
  });

  it("a slice to the end keeps its meaning", () => {
    const g = createBuilder("slice");
    const graph = g.finish({ y: g.slice(g.input("x", "float32", [5]), [1], [2 ** 53], [0]) });
    const bytes = writeOnnx(graph);
    const at = Buffer.from(bytes).indexOf(Buffer.from(BigInt64Array.of(2n ** 53n).buffer));
    bytes.set(new Uint8Array(BigInt64Array.of(2n ** 63n - 1n).buffer), at);
    expect(readOnnx(bytes).outputs[0].shape).toEqual([4]);
    expect(readOnnx(writeOnnx(readOnnx(bytes))).outputs[0].shape).toEqual([4]);
  });

  it("sizes of the small model stand in the metadata", () => {
    const { metadata } = readOnnx(writeOnnx(panlunaGraph(smallModel({ kind: "none" }))));
    expect(JSON.parse(metadata["panluna.sizes"])).toEqual(SMALL);
  });
});
