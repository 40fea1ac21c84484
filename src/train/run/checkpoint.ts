import { FormatError, WeightsError } from "../../errors.ts";
import { canonicalJson, isObject, type JsonObject } from "../../formats/json.ts";
import { metadataIn } from "../../formats/safetensors/metadata.ts";
import { CHECKSUM_KEY, checkSeal, seal, UNSEALED } from "../../formats/safetensors/seal.ts";
import { shapeText, type Tensor } from "../../graph/index.ts";
import type { Head, PanlunaSizes } from "../../model/index.ts";
import { readStateDict, writeStateDict } from "../../model/stateDict.ts";
import {
  type RoundingScheme,
  readScheme,
  SCHEME_KEY,
  SCHEME_PREFIX,
  schemeTensors,
  schemeText,
} from "../../quant/index.ts";
import { ADAPTER_PREFIX, ADAPTERS_KEY, adaptersText, type MergedAdapters, readAdapters } from "../../task/adapters.ts";
import { readTask, TASK_KEY, taskText } from "../../task/readTask.ts";
import type { TrainedTask } from "../../task/trainedTask.ts";

type Tensors = ReadonlyMap<string, Tensor>;

/** All that the training loop needs to go on as if it had never stopped. */
export interface TrainingState {
  /** Optimiser steps done. */
  readonly step: number;
  /** Under the authors' state-dict names; adapters under theirs. */
  readonly weights: Tensors;
  /** AdamW's running mean of the gradient, for the weights that are trained. */
  readonly m: Tensors;
  /** AdamW's running mean of the squared gradient, for the same weights. */
  readonly v: Tensors;
  /** Running mean of the weights, where the run keeps one. */
  readonly ema?: Tensors;
  /** Adapters that the weights have merged: of best.safetensors. */
  readonly adapters?: MergedAdapters;
  /** What else the loop wants back: best validation value, early stopping, position in the data. Numbers must be finite. */
  readonly progress: JsonObject;
  readonly sizes?: PanlunaSizes;
  readonly head?: Head;
  /** What the head is trained to say. */
  readonly task?: TrainedTask;
  /** How the network is rounded that is trained. */
  readonly rounding?: RoundingScheme;
}

/** Which run a checkpoint belongs to. */
export interface CheckpointOrigin {
  /** Version of this package. */
  readonly panluna: string;
  readonly seed: number;
  /** Hex digest of the config. */
  readonly config: string;
  /** Hex digest over the data. */
  readonly fingerprint: string;
}

export interface Checkpoint extends TrainingState {
  readonly origin: CheckpointOrigin;
}

/** Layout of the file; readers refuse what they do not know. */
const FORMAT = "1";

/** Names of tensors that belong to training and not to the model. `src/model/checkpoint.ts` leaves them out. */
const PREFIXES = { m: "optimizer.m/", v: "optimizer.v/", ema: "ema/" } as const;

/**
 * A training state as one safetensors file: the weights under their own names, so that every reader of weights can use the file, and beside
 * them `optimizer.m/<name>`, `optimizer.v/<name>`, `ema/<name>`, `adapter/<name>` and `rounding/<name>`. The same state always gives the same bytes.
 * @throws WeightsError when the optimiser's state does not fit the weights
 */
export function writeCheckpoint(state: TrainingState, origin: CheckpointOrigin): Uint8Array {
  const tensors = new Map(state.weights);
  for (const [part, prefix] of Object.entries(PREFIXES)) {
    const own = state[part as keyof typeof PREFIXES];
    for (const [name, tensor] of own ?? []) {
      checkCompanion(prefix + name, tensor, state.weights.get(name));
      tensors.set(prefix + name, tensor);
    }
  }
  for (const [name, tensor] of state.adapters?.tensors ?? []) tensors.set(ADAPTER_PREFIX + name, tensor);
  for (const [name, tensor] of state.rounding ? schemeTensors(state.rounding) : []) tensors.set(name, tensor);
  return seal(writeStateDict(tensors, metadataOf(state, origin)));
}

function checkCompanion(name: string, tensor: Tensor, weight: Tensor | undefined): void {
  if (weight !== undefined && weight.shape.join() === tensor.shape.join()) return;
  throw new WeightsError({
    where: `tensor ${name}`,
    what: weight === undefined ? "belongs to no weight" : "has another shape than its weight",
    expected: weight && shapeText(weight.shape),
    got: shapeText(tensor.shape),
  });
}

/** The checksum stands first, so that it is found without parsing. */
function metadataOf(state: TrainingState, { panluna, seed, config, fingerprint }: CheckpointOrigin) {
  const { step, progress, sizes, head, task, adapters, rounding } = state;
  return {
    [CHECKSUM_KEY]: UNSEALED,
    format: "pt",
    "panluna.format": FORMAT,
    "panluna.version": panluna,
    "panluna.trained": "true",
    "panluna.step": String(step),
    "panluna.seed": String(seed),
    "panluna.config": config,
    "panluna.fingerprint": fingerprint,
    "panluna.progress": canonicalJson(progress),
    ...(sizes && { "panluna.sizes": JSON.stringify(sizes) }),
    ...(head && { "panluna.head": JSON.stringify(head) }),
    ...(task && { [TASK_KEY]: taskText(task) }),
    ...(adapters && { [ADAPTERS_KEY]: adaptersText(adapters) }),
    ...(rounding && { [SCHEME_KEY]: schemeText(rounding) }),
  };
}

/**
 * Read what `writeCheckpoint` wrote.
 * @throws FormatError that names the file: damaged (any changed or missing byte), no checkpoint, or of a format that is not known
 */
export function readCheckpoint(bytes: Uint8Array, name: string): Checkpoint {
  checkSeal(bytes, name, "Delete it: the run goes on from the checkpoint before it");
  const metadata = metadataIn(bytes, name);
  const tensors = readStateDict(bytes, name);
  const { weights, m, v, ema } = sorted(tensors);
  const adapters = readAdapters(tensors, metadata[ADAPTERS_KEY], name);
  const rounding = readScheme(tensors, metadata[SCHEME_KEY], name);
  const read = (key: string): string | undefined => metadata[`panluna.${key}`];
  if (read("format") !== FORMAT) throw unknownFormat(name, read("format"));
  const object = (key: string) => parseObject(read(key));
  const [progress, sizes, head] = [object("progress"), object("sizes"), object("head")];
  const [step, seed] = [Number(read("step")), Number(read("seed"))];
  if (progress === undefined || !Number.isSafeInteger(step)) throw unknownFormat(name, "other metadata");
  return {
    step,
    weights,
    m,
    v,
    ...(ema.size > 0 && { ema }),
    ...(adapters && { adapters }),
    ...(rounding && { rounding }),
    progress,
    ...(sizes && { sizes: sizes as unknown as PanlunaSizes }),
    ...(head && { head: head as unknown as Head }),
    ...(metadata[TASK_KEY] !== undefined && { task: readTask(metadata[TASK_KEY], name) }),
    origin: {
      panluna: read("version") ?? "",
      seed,
      config: read("config") ?? "",
      fingerprint: read("fingerprint") ?? "",
    },
  };
}

function parseObject(text: string | undefined): JsonObject | undefined {
  try {
    const parsed: unknown = text && JSON.parse(text);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

const BESIDE = [ADAPTER_PREFIX, SCHEME_PREFIX];

/** Tensors by the part that their names say; merged adapters and scales are none of them. */
function sorted(tensors: Tensors): Record<"weights" | keyof typeof PREFIXES, Map<string, Tensor>> {
  const parts = { weights: new Map(), m: new Map(), v: new Map(), ema: new Map() };
  for (const [name, tensor] of tensors) {
    const found = Object.entries(PREFIXES).find(([, prefix]) => name.startsWith(prefix));
    if (found === undefined && BESIDE.some((prefix) => name.startsWith(prefix))) continue;
    if (found === undefined) parts.weights.set(name, tensor);
    else parts[found[0] as keyof typeof PREFIXES].set(name.slice(found[1].length), tensor);
  }
  return parts;
}

const unknownFormat = (name: string, got: string | undefined): FormatError =>
  new FormatError({
    where: name,
    what: "is a checkpoint of another format",
    expected: `format ${FORMAT}`,
    got: got ?? "none",
    todo: "Use the version of panluna that wrote it",
  });
