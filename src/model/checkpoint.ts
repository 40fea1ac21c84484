import { GraphError, WeightsError } from "../errors.ts";
import { shapeText, type Tensor } from "../graph/index.ts";
import { type InitialScale, initializeParameter, type Weights } from "./initialize.ts";
import { type Head, type ParameterSpec, parameterSpecs } from "./parameters.ts";
import { checkSizes, type PanlunaSizes } from "./sizes.ts";
import type { PanlunaModel } from "./startNetwork.ts";

/** How to take a state dict. */
export interface CheckpointOptions {
  /** File name for messages. */
  readonly name?: string;
  /** The head to build; the checkpoint's own if not given. A head that the checkpoint lacks starts untrained from `seed`. */
  readonly head?: Head;
  readonly seed?: number;
  /** How wide the layers of an untrained head start; "paper" if not given. */
  readonly scale?: InitialScale;
}

/** A model made from a state dict, and what was done to get it. */
export interface LoadedModel extends PanlunaModel {
  /** Tensors of another head that were left out. */
  readonly dropped: readonly string[];
  /** Parameters of the head that the checkpoint lacks: they are untrained. */
  readonly initialized: readonly string[];
}

const HEAD_PREFIXES = ["decoder_head.", "channel_emb.", "classifier."];

/**
 * The model of a state dict. Sizes are read from the tensors' shapes; names may carry the prefix `model.`; what a training run
 * keeps beside the weights is left aside.
 * @throws WeightsError that lists every missing, surplus and misshapen tensor, or names the size that cannot be
 */
export function modelFromCheckpoint(tensors: Weights, options: CheckpointOptions = {}): LoadedModel {
  const { name = "checkpoint", seed = 0, scale } = options;
  const state = withoutPrefix(withoutTraining(tensors));
  const sizes = sizesOf(state, name);
  const own = headOf(state);
  const head = options.head ?? own;
  const fresh = head.kind !== own.kind ? headSpecs(sizes, head) : [];
  const freshNames = new Set(fresh.map((spec) => spec.name));
  const expected = parameterSpecs(sizes, head).filter((spec) => !freshNames.has(spec.name));
  const dropped = head.kind === own.kind ? [] : [...state.keys()].filter(isHeadName);
  checkFit(name, state, expected, new Set(dropped));
  const weights = new Map(expected.map((spec) => [spec.name, state.get(spec.name)!]));
  for (const spec of fresh) weights.set(spec.name, initializeParameter(spec, seed, scale));
  return { sizes, head, weights, dropped, initialized: [...freshNames] };
}

const isHeadName = (name: string): boolean => HEAD_PREFIXES.some((prefix) => name.startsWith(prefix));

const headSpecs = (sizes: PanlunaSizes, head: Head): ParameterSpec[] =>
  parameterSpecs(sizes, head).filter(({ name }) => isHeadName(name));

/** Optimiser state, averaged weights, merged adapters and scales of a training checkpoint are no part of the model. */
const withoutTraining = (tensors: Weights): Weights =>
  new Map([...tensors].filter(([name]) => !/^(optimizer\.[mv]|ema|adapter|rounding)\//.test(name)));

/** The authors' training wrapper saves `model.<name>`. */
function withoutPrefix(tensors: Weights): Weights {
  const prefixed = tensors.has("model.mask_token");
  return prefixed ? new Map([...tensors].map(([name, t]) => [name.replace(/^model\./, ""), t])) : tensors;
}

/** The head whose tensors are there. */
function headOf(state: Weights): Head {
  const classes = state.get("classifier.decoder_ffn.fc2.weight")?.shape[0];
  if (classes !== undefined) return { kind: "classify", numClasses: classes };
  const names = state.get("channel_emb.embeddings.weight")?.shape[0];
  return names === undefined ? { kind: "none" } : { kind: "reconstruct", numChannelNames: names };
}

/** Sizes follow from six shapes. */
function sizesOf(state: Weights, where: string): PanlunaSizes {
  const lengthOf = (name: string, axis: number): number => {
    const length = state.get(name)?.shape[axis];
    if (length !== undefined) return length;
    throw new WeightsError({
      where,
      what: `is not a PanLUNA checkpoint: tensor ${name} is missing`,
      got: `${state.size} tensors (${[...state.keys()].slice(0, 4).join(", ")}, …)`,
    });
  };
  const embedDim = lengthOf("cross_attn.query_embed", 2);
  return possible(where, {
    patchSize: lengthOf("freq_embed.frequency_to_embed.fc1.weight", 1) - 2,
    embedDim,
    numQueries: lengthOf("cross_attn.query_embed", 1),
    numHeads: embedDim / (2 * lengthOf("blocks.0.attn.rotary_emb.freqs", 0)),
    depth: [...state.keys()].filter((name) => /^blocks\.\d+\.norm1\.weight$/.test(name)).length,
    mlpRatio: lengthOf("cross_attn.ffn.fc1.weight", 0) / embedDim,
  });
}

/** The sizes, or an error that names the file in which they cannot be. */
function possible(where: string, sizes: PanlunaSizes): PanlunaSizes {
  try {
    return checkSizes(sizes);
  } catch (cause) {
    if (!(cause instanceof GraphError)) throw cause;
    const { what, expected, got } = cause.parts;
    throw new WeightsError({ where, what: `its tensors' shapes make an impossible ${what}`, expected, got, cause });
  }
}

/** Compare a state dict with what the network needs; one error names everything that is wrong. */
function checkFit(
  where: string,
  state: Weights,
  expected: readonly ParameterSpec[],
  ignored: ReadonlySet<string>,
): void {
  const known = new Set(expected.map(({ name }) => name));
  const missing = expected.filter(({ name }) => !state.has(name)).map(({ name }) => name);
  const surplus = [...state.keys()].filter((name) => !known.has(name) && !ignored.has(name));
  const misshapen = expected.flatMap(({ name, shape }) => {
    const found = state.get(name);
    return found === undefined || sameTensor(found, shape)
      ? []
      : [`${name} ${found.dtype} ${shapeText(found.shape)} instead of float32 ${shapeText(shape)}`];
  });
  const problems = [
    ...(missing.length > 0 ? [`missing: ${missing.join(", ")}`] : []),
    ...(surplus.length > 0 ? [`surplus: ${surplus.join(", ")}`] : []),
    ...(misshapen.length > 0 ? [`misshapen: ${misshapen.join("; ")}`] : []),
  ];
  if (problems.length === 0) return;
  const lora = surplus.some((name) => /lora_/i.test(name));
  throw new WeightsError({
    where,
    what: "the tensors do not fit the model",
    got: problems.join(" | "),
    todo: lora ? "Merge the LoRA adapters into the weights first" : undefined,
  });
}

const sameTensor = (found: Tensor, shape: readonly number[]): boolean =>
  found.dtype === "float32" && found.shape.join() === shape.join();
