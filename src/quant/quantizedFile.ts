import { FormatError } from "../errors.ts";
import { isObject } from "../formats/json.ts";
import { readSafetensors } from "../formats/safetensors/safetensors.ts";
import { CHECKSUM_KEY, checkSeal, seal, TAKE_ANOTHER, UNSEALED } from "../formats/safetensors/seal.ts";
import type { Tensor as StoredTensor } from "../formats/safetensors/tensor.ts";
import { writeSafetensors } from "../formats/safetensors/write.ts";
import { float32, type Graph, type Tensor } from "../graph/index.ts";
import { type Head, montageGraph, type PanlunaModel, type PanlunaSizes, type Weights } from "../model/index.ts";
import { addBiases } from "./addBiases.ts";
import { type LayeredNetwork, layeredNetwork } from "./network.ts";
import { dequantizeWeight, type QuantizedWeight, type WeightBits } from "./quantizeWeight.ts";
import type { QuantizationScheme, TensorScales } from "./scheme.ts";

/** All that is needed to compute a network in integers, without the float weights that it was made of. */
export interface StoredNetwork extends LayeredNetwork {
  readonly scheme: QuantizationScheme;
}

/** What was in the file beside the network. */
export interface ReadNetwork extends StoredNetwork {
  /** The part of the model that turns locations and sensors into the montage. */
  readonly montage: Graph;
  readonly sizes: PanlunaSizes;
  readonly metadata: Readonly<Record<string, string>>;
}

const FORMAT_KEY = "panluna.quantization";
const VERSION = 1;
const [WEIGHT, SCALE, CONSTANT, MONTAGE] = ["weight/", "scale/", "constant/", "montage/"];
const FEATURES = "features";

/** What safetensors cannot say of the tensors. */
interface Description {
  readonly version: number;
  readonly sizes: PanlunaSizes;
  readonly head: Head;
  readonly weights: Readonly<Record<string, { readonly bits: WeightBits; readonly axis: 0 | 1 }>>;
  readonly activations: Readonly<Record<string, TensorScales>>;
}

/**
 * A quantised network as a safetensors file: the integers of each matrix as int8 with its scales, biases and norms as float32, the weights of the montage, and
 * in the metadata bits, sizes, head and the scales of all tensors.
 * @param model that the network was made of
 * @param template the network of these sizes with any weights, constants folded: what it shares with `network` is left out
 * @param metadata to go with it, e.g. the task
 */
export function writeQuantized(
  { graph, layers, scheme }: StoredNetwork,
  model: PanlunaModel,
  template: Graph,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const tensors = new Map<string, StoredTensor>([[FEATURES, stored(float32(scheme.features))]]);
  const matrices = new Set(
    layers.flatMap(({ name, constants }) => (scheme.weights.has(name) ? [constants["weight"].name] : [])),
  );
  for (const [name, { values, scales, shape }] of scheme.weights) {
    tensors.set(WEIGHT + name, { dtype: "I8", shape, data: values });
    tensors.set(SCALE + name, stored(float32(scales)));
  }
  const shared = constantsOf(template);
  for (const [name, tensor] of constantsOf(graph)) {
    const isKnown = matrices.has(name) || tensor.dtype !== "float32" || sameData(tensor, shared.get(name));
    if (!isKnown) tensors.set(CONSTANT + name, stored(tensor));
  }
  for (const [name, tensor] of constantsOf(montageGraph(model))) {
    if (model.weights.has(name)) tensors.set(MONTAGE + name, stored(tensor));
  }
  const description: Description = {
    version: VERSION,
    sizes: model.sizes,
    head: model.head,
    weights: Object.fromEntries([...scheme.weights].map(([name, { bits, axis }]) => [name, { bits, axis }])),
    activations: Object.fromEntries(scheme.activations),
  };
  const all = { [CHECKSUM_KEY]: UNSEALED, ...metadata, [FORMAT_KEY]: JSON.stringify(description) };
  return seal(writeSafetensors(tensors, all));
}

/**
 * Read what `writeQuantized` wrote.
 * @param templateOf the network of these sizes with any weights, constants folded
 * @throws FormatError for a file that is damaged, is none of these, or was written by a version whose network is another
 */
export async function readQuantized(
  bytes: Uint8Array,
  name: string,
  templateOf: (sizes: PanlunaSizes, head: Head) => Promise<{ readonly template: Graph; readonly weights: Weights }>,
): Promise<ReadNetwork> {
  const { tensors, metadata } = readSafetensors(bytes, name);
  const description = readDescription(metadata[FORMAT_KEY], name);
  checkSeal(bytes, name, TAKE_ANOTHER);
  const { sizes, head } = description;
  const { template, weights } = await templateOf(sizes, head);
  const part = (prefix: string) =>
    new Map(
      [...tensors].flatMap(([key, t]) => (key.startsWith(prefix) ? [[key.slice(prefix.length), t] as const] : [])),
    );
  const floats = (prefix: string) => new Map([...part(prefix)].map(([key, t]) => [key, floatOf(t, `${name}, ${key}`)]));
  const scheme: QuantizationScheme = {
    activations: new Map(Object.entries(description.activations)),
    features: floats(FEATURES).get("")!.data as Float32Array,
    weights: readWeights(description, part(WEIGHT), floats(SCALE), name),
  };
  const graph = withConstants(template, floats(CONSTANT), name);
  const montage = montageGraph({ sizes, head, weights: new Map([...weights, ...floats(MONTAGE)]) });
  return { ...layeredNetwork(withMatrices(graph, scheme, name)), scheme, montage, sizes, metadata };
}

function readDescription(text: string | undefined, name: string): Description {
  const parsed: unknown = text === undefined ? undefined : JSON.parse(text);
  if (isObject(parsed) && parsed["version"] === VERSION) return parsed as unknown as Description;
  throw new FormatError({
    where: name,
    what: "is no quantised network that this version reads",
    expected: `${FORMAT_KEY} of version ${VERSION}`,
    got: isObject(parsed) ? `version ${parsed["version"]}` : "none",
    todo: "Name a model.quantized.safetensors that `panluna quantize` wrote",
  });
}

function readWeights(
  { weights }: Description,
  integers: ReadonlyMap<string, StoredTensor>,
  scales: ReadonlyMap<string, Tensor>,
  name: string,
): Map<string, QuantizedWeight> {
  return new Map(
    Object.entries(weights).map(([layer, { bits, axis }]) => {
      const [values, own] = [integers.get(layer), scales.get(layer)];
      if (values?.dtype !== "I8" || values.shape.length !== 2 || own?.shape[0] !== values.shape[axis]) {
        throw unfit(name, `the weights of ${layer}`, "int8 with a scale per output channel");
      }
      const shape = [values.shape[0], values.shape[1]] as const;
      return [layer, { bits, shape, axis, values: values.data, scales: own.data as Float32Array }] as const;
    }),
  );
}

/** The template with its constants, and with the biases that it does not have. */
function withConstants(template: Graph, constants: ReadonlyMap<string, Tensor>, name: string): Graph {
  const known = constantsOf(template);
  const added = [...constants].filter(([key]) => !known.has(key));
  const biases = new Map(
    added.map(([key, { data }]) => {
      const node = template.nodes.find((each) => `${each.name}/bias` === key);
      if (node === undefined) throw unfit(name, key, "constants of the network of these sizes");
      return [node, data as Float32Array] as const;
    }),
  );
  const initializers = new Map(
    [...template.initializers].map(([value, tensor]) => {
      const own = constants.get(value.name) ?? tensor;
      if (own.shape.join() === tensor.shape.join()) return [value, own] as const;
      throw unfit(name, value.name, `shape [${tensor.shape.join(", ")}]`);
    }),
  );
  return addBiases({ ...template, initializers }, biases);
}

/** What the integers stand for, in the place of the matrices. */
function withMatrices(graph: Graph, { weights, features }: QuantizationScheme, name: string): Graph {
  const { layers, tensors } = layeredNetwork(graph);
  const initializers = new Map(graph.initializers);
  for (const layer of layers) {
    const own = weights.get(layer.name);
    if (own === undefined) continue;
    const { weight } = layer.constants;
    if (own.shape.join() !== weight.shape.join()) throw unfit(name, layer.name, `shape [${weight.shape.join(", ")}]`);
    const rows = tensors.of(layer.inputs[0])?.features ? features : undefined;
    const data = dequantizeWeight(own).map((v, i) => v / (rows?.[Math.floor(i / own.shape[1])] ?? 1));
    initializers.set(weight, float32(data, own.shape));
  }
  return { ...graph, initializers };
}

const unfit = (where: string, at: string, expected: string): FormatError =>
  new FormatError({
    where,
    what: "does not fit the network",
    at,
    expected,
    todo: "Quantise the model again with this version",
  });

const constantsOf = ({ initializers }: Graph): Map<string, Tensor> =>
  new Map([...initializers].map(([{ name }, tensor]) => [name, tensor]));

const stored = ({ shape, data }: Tensor): StoredTensor => ({ dtype: "F32", shape, data: data as Float32Array });

function floatOf({ dtype, shape, data }: StoredTensor, where: string): Tensor {
  if (dtype === "F32") return float32(data, shape);
  throw unfit(where, "element type", "F32");
}

const sameData = ({ data }: Tensor, other: Tensor | undefined): boolean =>
  other?.data.length === data.length && data.every((v, i) => Object.is(v, other.data[i]));
