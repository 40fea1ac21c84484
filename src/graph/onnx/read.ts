import { GraphError } from "../../errors.ts";
import { type Dim, productOf, shapeText } from "../dim.ts";
import type { Graph } from "../graph.ts";
import type { AnyOp, Attrs, AttrValue, GraphNode, Value } from "../op.ts";
import { ops } from "../ops/index.ts";
import { DTYPES, type Dtype, dataOf, type Tensor, type TensorType } from "../tensor.ts";
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

/** Axes of a tensor and characters of a symbolic length that a file may use; networks need far fewer. */
const MAX_RANK = 32;
const MAX_SYMBOL = 256;

/** Oldest version of the standard operators whose definitions agree with `ops/`. */
const MIN_OPSET = 18;

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
 * @throws GraphError for bytes that are no model, operators, versions or tensor types outside this graph, operands that do not fit,
 * and values used before they are made
 */
export function readOnnx(bytes: Uint8Array, name = "model.onnx"): Graph {
  const { graph = {}, metadataProps = [] } = decodeModel(bytes, name);
  const tensors = new Map((graph.initializer ?? []).map((t) => [t.name ?? "", tensorOf(t, name)]));
  const values = new Map<string, Value>();
  for (const [id, { dtype, shape }] of tensors) values.set(id, { name: id, dtype, shape });
  const inputs = (graph.input ?? []).filter((v) => !tensors.has(v.name ?? "")).map((v) => typedValue(v, name));
  for (const value of inputs) add(values, value, name);
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
    regions: [],
    initializers: new Map([...tensors].map(([id, t]) => [values.get(id)!, t] as const).filter(([v]) => used.has(v))),
    metadata: Object.fromEntries(metadataProps.map(({ key = "", value = "" }) => [key, value])),
  };
}

function decodeModel(bytes: Uint8Array, where: string): ModelProto {
  const model = decodeBytes(bytes, where);
  if (model.graph?.node === undefined) throw new GraphError({ where, what: "is not an ONNX model", got: "no graph" });
  const opset = model.opsetImport?.find(({ domain = "" }) => domain === "" || domain === "ai.onnx")?.version ?? 0;
  if (opset >= MIN_OPSET) return model;
  throw new GraphError({
    where,
    what: "operator set is too old",
    expected: `${MIN_OPSET} or later`,
    got: String(opset),
    todo: "Export the model again with a later operator set",
  });
}

function decodeBytes(bytes: Uint8Array, where: string): ModelProto {
  try {
    return decode<ModelProto>(modelProto, bytes);
  } catch (cause) {
    const got = cause instanceof Error ? cause.message : String(cause);
    throw new GraphError({ where, what: "is not an ONNX model", got, cause });
  }
}

function known(values: ReadonlyMap<string, Value>, id: string, where: string): Value {
  const value = values.get(id);
  if (value === undefined) throw new GraphError({ where, what: `uses the value "${id}" before it is made` });
  return value;
}

function add(values: Map<string, Value>, value: Value, where: string): void {
  if (value.name === "") return; // an output that nobody asks for
  if (values.has(value.name)) throw new GraphError({ where, what: `makes the value "${value.name}" twice` });
  values.set(value.name, value);
}

function nodeOf(proto: NodeProto, scope: Scope): GraphNode {
  const { input = [], output = [], name = proto.opType ?? "" } = proto;
  const where = `${scope.where}, node ${name}`;
  const op = findOp(proto, scope, where);
  const extra: readonly string[] = op.constantInputs ?? [];
  const operands = input.slice(0, Math.max(0, input.length - extra.length));
  const fromInputs = extra.map((key, i) => [key, integers(scope.tensors, input[operands.length + i], where)] as const);
  const local = op.localAttrsOf?.(known(scope.stated, output[0], where));
  const attrs: Attrs = {
    ...op.onnxDefaults,
    ...Object.fromEntries((proto.attribute ?? []).map((a) => [a.name ?? "", attributeOf(a, op, where)])),
    ...Object.fromEntries(fromInputs),
    ...local,
  };
  const inputs = operands.map((id) => (id === "" ? undefined : known(scope.values, id, where)));
  const types = typesOf(op, inputs, attrs, output.length, where);
  const outputs = output.map((id, i): Value => ({ name: id, dtype: types[i].dtype, shape: types[i].shape }));
  for (const value of outputs) add(scope.values, value, where);
  return { name, op, inputs, outputs, attrs };
}

/** Types of a node's outputs. A file may leave out operands and attributes or give them another kind: whatever the operator makes of that. */
function typesOf(
  op: AnyOp,
  inputs: GraphNode["inputs"],
  attrs: Attrs,
  count: number,
  where: string,
): readonly TensorType[] {
  const operands = inputs.map((v): TensorType => v ?? { dtype: "float32", shape: [] });
  const what = `operands and attributes do not fit ${op.type}`;
  let types: readonly (TensorType | undefined)[];
  try {
    types = op.infer(operands, attrs, where);
  } catch (cause) {
    throw cause instanceof GraphError ? cause : new GraphError({ where, what, cause });
  }
  const sound = types.filter(
    (type) => type !== undefined && type.dtype in DTYPES && isShape(type.shape),
  ) as TensorType[];
  if (sound.length === types.length && types.length >= count) return sound;
  throw new GraphError({ where, what, got: operands.map(({ shape }) => shapeText(shape)).join(", ") });
}

const isLength = (length: Dim): boolean =>
  typeof length === "string"
    ? length !== "" && length.length <= MAX_SYMBOL
    : Number.isSafeInteger(length) && length >= 0;

const isShape = (shape: readonly Dim[]): boolean => shape.length <= MAX_RANK && shape.every(isLength);

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

/** A constant that this graph holds as an attribute. Bounds such as 2^63 − 1 ("to the end") become the largest whole number. */
function integers(tensors: ReadonlyMap<string, Tensor>, id: string, where: string): number[] {
  const data = tensors.get(id)?.data;
  if (data instanceof BigInt64Array && data.length <= MAX_RANK) {
    const limit = Number.MAX_SAFE_INTEGER;
    return Array.from(data, (value) => Math.max(-limit, Math.min(limit, Number(value))));
  }
  throw new GraphError({
    where,
    what: `the input "${id}" must be a constant int64 tensor of at most ${MAX_RANK} values`,
  });
}

function attributeOf(attribute: AttributeProto, op: AnyOp, where: string): AttrValue {
  const { name = "", type, f = 0, i = 0, s, ints = [] } = attribute;
  const float = (op.floatAttrs ?? ([] as readonly string[])).includes(name); // what is written as float must be read as float
  if (type === ATTRIBUTE_TYPES.float && float) return f;
  if (type === ATTRIBUTE_TYPES.int && !float && Number.isSafeInteger(i)) return i;
  if (type === ATTRIBUTE_TYPES.ints && ints.length <= MAX_RANK && ints.every(Number.isSafeInteger)) return ints;
  if (type === ATTRIBUTE_TYPES.string && s !== undefined) return new TextDecoder().decode(s);
  throw new GraphError({
    where,
    what: `attribute ${name} has a type or value this graph does not hold`,
    got: `type ${type}`,
  });
}

function tensorOf(proto: TensorProto, where: string): Tensor {
  const { name = "", dims = [], dataType = 0, externalData } = proto;
  const dtype = dtypes.get(dataType);
  const count = dims.reduce((product, d) => product * d, 1);
  const data = dtype === undefined || externalData !== undefined ? undefined : storedData(proto, dtype);
  if (dtype !== undefined && data?.length === count && isShape(dims)) return { dtype, shape: dims, data };
  throw new GraphError({
    where: `${where}, tensor ${name}`,
    what: "cannot be read",
    expected: `${shapeText(dims)} inside the file`,
    got: `${data?.length ?? "no"} values of type ${dtype ?? dataType}`,
  });
}

/** Raw bytes, or the list in which ONNX keeps elements of this type. */
function storedData({ rawData, floatData, int32Data = [], int64Data }: TensorProto, dtype: Dtype) {
  if (rawData !== undefined) {
    const data = dataOf(dtype, rawData);
    return data.byteLength === rawData.length ? data : undefined;
  }
  switch (dtype) {
    case "float32":
      return Float32Array.from(floatData ?? []);
    case "int64":
      return BigInt64Array.from(int64Data ?? [], BigInt);
    case "int32":
      return Int32Array.from(int32Data);
    case "int8":
      return Int8Array.from(int32Data);
    case "uint8":
    case "bool":
      return Uint8Array.from(int32Data);
    case "float64":
      return undefined;
  }
}

function typedValue({ name = "", type }: ValueInfo, where: string): Value {
  const dtype = dtypes.get(type?.tensorType?.elemType ?? 0);
  const axes = type?.tensorType?.shape?.dim ?? [];
  // a length that the file leaves open is a symbol of its own, equal to no other
  const shape = axes.map(({ dimValue, dimParam }, axis): Dim => dimValue ?? productOf([dimParam || `${name}.${axis}`]));
  if (dtype !== undefined && isShape(shape)) return { name, dtype, shape };
  throw new GraphError({ where, what: `value ${name} has a type this graph does not hold` });
}
