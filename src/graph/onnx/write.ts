import type { Dim } from "../dim.ts";
import type { Graph } from "../graph.ts";
import type { AttrValue, GraphNode, Value } from "../op.ts";
import { DTYPES, int64, type Tensor } from "../tensor.ts";
import { encode } from "./codec.ts";
import {
  ATTRIBUTE_TYPES,
  type AttributeProto,
  type ModelProto,
  modelProto,
  type NodeProto,
  type TensorProto,
  type ValueInfo,
} from "./schema.ts";

/** Operator set of the standard domain that graphs are written in; ONNX 1.16, ONNX Runtime ≥ 1.18. */
export const OPSET = 21;
const IR_VERSION = 10;

/** The .onnx file of a graph. Values, nodes and parameters keep their names. */
export function writeOnnx(graph: Graph): Uint8Array<ArrayBuffer> {
  const extra = new Map<string, Tensor>();
  const node = graph.nodes.map((n) => nodeOf(n, extra));
  const initializer = [...graph.initializers].map(([{ name }, tensor]) => tensorOf(name, tensor));
  for (const [name, tensor] of extra) initializer.push(tensorOf(name, tensor));
  const contrib = graph.nodes.some(({ op }) => op.domain === "com.microsoft");
  const model: ModelProto = {
    irVersion: IR_VERSION,
    producerName: "panluna",
    graph: {
      name: graph.name,
      node,
      initializer,
      input: graph.inputs.map(valueInfoOf),
      output: graph.outputs.map(valueInfoOf),
      valueInfo: graph.nodes.filter(({ op }) => op.localAttrs).flatMap(({ outputs }) => outputs.map(valueInfoOf)),
    },
    opsetImport: [{ domain: "", version: OPSET }, ...(contrib ? [{ domain: "com.microsoft", version: 1 }] : [])],
    metadataProps: Object.entries(graph.metadata).map(([key, value]) => ({ key, value })),
  };
  return encode(modelProto, model);
}

function nodeOf(node: GraphNode, extra: Map<string, Tensor>): NodeProto {
  const { op, attrs } = node;
  const asInputs = new Set<string>(op.constantInputs ?? []);
  const local = new Set<string>(op.localAttrs ?? []);
  const constants = (op.constantInputs ?? []).map((key: string) => {
    const values = attrs[key] as readonly number[];
    const name = `int64/${values.join(",")}`;
    extra.set(name, int64(values));
    return name;
  });
  return {
    input: [...node.inputs.map((v) => v?.name ?? ""), ...constants],
    output: node.outputs.map((v) => v.name),
    name: node.name,
    opType: op.type,
    domain: op.domain ?? "",
    attribute: Object.entries(attrs)
      .filter(([key]) => !asInputs.has(key) && !local.has(key))
      .map(([key, value]) => attributeOf(key, value, (op.floatAttrs ?? []).includes(key))),
  };
}

function attributeOf(name: string, value: AttrValue, float: boolean): AttributeProto {
  if (typeof value === "string") return { name, s: new TextEncoder().encode(value), type: ATTRIBUTE_TYPES.string };
  if (typeof value !== "number") return { name, ints: [...value], type: ATTRIBUTE_TYPES.ints };
  return float ? { name, f: value, type: ATTRIBUTE_TYPES.float } : { name, i: value, type: ATTRIBUTE_TYPES.int };
}

function tensorOf(name: string, { dtype, shape, data }: Tensor): TensorProto {
  const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { name, dims: [...shape], dataType: DTYPES[dtype], rawData };
}

function valueInfoOf({ name, dtype, shape }: Value): ValueInfo {
  const dim = shape.map((d: Dim) => (typeof d === "number" ? { dimValue: d } : { dimParam: d }));
  return { name, type: { tensorType: { elemType: DTYPES[dtype], shape: { dim } } } };
}
