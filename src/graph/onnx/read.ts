import { GraphError } from "../../errors.ts";
import type { Dim } from "../dim.ts";
import type { Graph } from "../graph.ts";
import type { AnyOp, Attrs, AttrValue, GraphNode, Value } from "../op.ts";
import { ops } from "../ops/index.ts";
import { DTYPES, type Dtype, dataOf, type Tensor } from "../tensor.ts";
import { decode } from "./codec.ts";
import {
  ATTRIBUTE_TYPES,
  type AttributeProto,
  type ModelProto,
  modelProto,
  type NodeProto,
  type TensorProto,
  type ValueInfo,
} from "./schema.ts";

const dtypes = new Map(Object.entries(DTYPES).map(([name, number]) => [number as number, name as Dtype]));

/** What reading a node needs to know of the rest of the file. */
interface Scope {
  readonly where: string;
  readonly values: Map<string, Value>;
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** Types that the file itself states. */
  readonly stated: ReadonlyMap<string, Value>;
}

/**
 * Read an .onnx file whose operators are all in `ops/`; types of inner values are inferred again.
 * @throws GraphError for bytes that are no model, operators or tensor types outside this graph, and values used before they are made
 */
export function readOnnx(bytes: Uint8Array, name = "model.onnx"): Graph {
  const { graph = {}, metadataProps = [] } = decodeModel(bytes, name);
  const tensors = new Map((graph.initializer ?? []).map((t) => [t.name ?? "", tensorOf(t, name)]));
  const values = new Map<string, Value>();
  for (const [id, { dtype, shape }] of tensors) values.set(id, { name: id, dtype, shape });
  const inputs = (graph.input ?? []).filter((v) => !tensors.has(v.name ?? "")).map((v) => typedValue(v, name));
  for (const value of inputs) values.set(value.name, value);
  const stated = new Map(
    [...(graph.valueInfo ?? []), ...(graph.output ?? [])].map((v) => [v.name ?? "", typedValue(v, name)]),
  );
  const nodes = (graph.node ?? []).map((node) => nodeOf(node, { where: name, values, tensors, stated }));
  const outputs = (graph.output ?? []).map(({ name: id = "" }) => known(values, id, name));
  const used = new Set<Value | undefined>([...nodes.flatMap((n) => n.inputs), ...outputs]);
  return {
    name: graph.name ?? name,
    inputs,
    outputs,
    nodes,
    initializers: new Map([...tensors].map(([id, t]) => [values.get(id)!, t] as const).filter(([v]) => used.has(v))),
    metadata: Object.fromEntries(metadataProps.map(({ key = "", value = "" }) => [key, value])),
  };
}

function decodeModel(bytes: Uint8Array, name: string): ModelProto {
  try {
    const model = decode<ModelProto>(modelProto, bytes);
    if (model.graph?.node !== undefined) return model;
  } catch (cause) {
    throw new GraphError({ where: name, what: "is not an ONNX model", cause });
  }
  throw new GraphError({ where: name, what: "is not an ONNX model", got: "no graph" });
}

function known(values: ReadonlyMap<string, Value>, id: string, where: string): Value {
  const value = values.get(id);
  if (value === undefined) throw new GraphError({ where, what: `uses the value "${id}" before it is made` });
  return value;
}

function nodeOf(proto: NodeProto, scope: Scope): GraphNode {
  const { input = [], output = [], name = proto.opType ?? "" } = proto;
  const where = `${scope.where}, node ${name}`;
  const op = findOp(proto, scope, where);
  const extra: readonly string[] = op.constantInputs ?? [];
  const operands = input.slice(0, input.length - extra.length);
  const fromInputs = extra.map((key, i) => [key, integers(scope.tensors, input[operands.length + i], where)] as const);
  const attrs: Attrs = {
    ...op.onnxDefaults,
    ...Object.fromEntries((proto.attribute ?? []).map((a) => [a.name ?? "", attributeOf(a, where)])),
    ...Object.fromEntries(fromInputs),
  };
  const inputs = operands.map((id) => (id === "" ? undefined : known(scope.values, id, where)));
  const types = op.localAttrs
    ? output.map((id) => known(scope.stated, id, where))
    : op.infer(
        inputs.map((v) => v ?? { dtype: "float32", shape: [] }),
        attrs,
        where,
      );
  const outputs = output.map((id, i): Value => ({ name: id, dtype: types[i].dtype, shape: types[i].shape }));
  for (const value of outputs) scope.values.set(value.name, value);
  return { name, op, inputs, outputs, attrs };
}

/** The operator of a node: same type and domain, as many outputs, and constants wherever the operator takes constants. */
function findOp({ opType, domain = "", input = [], output = [] }: NodeProto, { tensors }: Scope, where: string): AnyOp {
  const space = domain === "ai.onnx" ? "" : domain;
  const fits = Object.values<AnyOp>(ops).filter((op) => {
    if (op.type !== opType || (op.domain ?? "") !== space || (op.outputs ?? 1) < output.length) return false;
    const constants = op.constantInputs?.length ?? 0;
    return input.slice(input.length - constants).every((id) => tensors.get(id)?.data instanceof BigInt64Array);
  });
  const best = fits.sort((a, b) => (b.constantInputs?.length ?? 0) - (a.constantInputs?.length ?? 0));
  const exact = best.find((op) => (op.outputs ?? 1) === output.length) ?? best[0];
  if (exact !== undefined) return exact;
  throw new GraphError({
    where,
    what: "operator is not known to this graph",
    got: `${space || "ai.onnx"}.${opType} with ${output.length} outputs`,
  });
}

function integers(tensors: ReadonlyMap<string, Tensor>, id: string, where: string): number[] {
  const tensor = tensors.get(id);
  if (tensor?.data instanceof BigInt64Array) return Array.from(tensor.data, Number);
  throw new GraphError({ where, what: `the input "${id}" must be a constant int64 tensor` });
}

function attributeOf(attribute: AttributeProto, where: string): AttrValue {
  const { type, f = 0, i = 0, s, ints = [] } = attribute;
  if (type === ATTRIBUTE_TYPES.float) return f;
  if (type === ATTRIBUTE_TYPES.int) return i;
  if (type === ATTRIBUTE_TYPES.ints) return ints;
  if (type === ATTRIBUTE_TYPES.string && s !== undefined) return new TextDecoder().decode(s);
  throw new GraphError({
    where,
    what: `attribute ${attribute.name} has a type this graph does not hold`,
    got: String(type),
  });
}

function tensorOf(proto: TensorProto, where: string): Tensor {
  const { name = "", dims = [], dataType = 0, rawData, floatData, int64Data } = proto;
  const dtype = dtypes.get(dataType);
  const count = dims.reduce((product, d) => product * d, 1);
  const data =
    rawData !== undefined && dtype !== undefined
      ? dataOf(dtype, rawData)
      : floatData !== undefined
        ? Float32Array.from(floatData)
        : BigInt64Array.from(int64Data ?? [], BigInt);
  if (dtype === undefined || data.length !== count || proto.externalData !== undefined) {
    throw new GraphError({
      where: `${where}, tensor ${name}`,
      what: "cannot be read",
      expected: `${count} elements inside the file`,
      got: `${data.length} of type ${dataType}`,
    });
  }
  return { dtype, shape: dims, data };
}

function typedValue({ name = "", type }: ValueInfo, where: string): Value {
  const dtype = dtypes.get(type?.tensorType?.elemType ?? 0);
  if (dtype === undefined) throw new GraphError({ where, what: `value ${name} has a type this graph does not hold` });
  const shape = (type?.tensorType?.shape?.dim ?? []).map((d): Dim => d.dimValue ?? d.dimParam ?? "?");
  return { name, dtype, shape };
}
