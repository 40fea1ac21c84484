import { FormatError, WeightsError } from "../errors.ts";
import { isObject } from "../formats/json.ts";
import { metadataIn } from "../formats/safetensors/metadata.ts";
import { CHECKSUM_KEY, checkSeal, seal, TAKE_ANOTHER, UNSEALED } from "../formats/safetensors/seal.ts";
import { shapeText } from "../graph/index.ts";
import {
  type LoraAdapters,
  mergeLora,
  modelFromCheckpoint,
  type PanlunaModel,
  type PanlunaSizes,
  type Weights,
} from "../model/index.ts";
import { readStateDict, type StateDictOptions, writeStateDict } from "../model/stateDict.ts";
import { isAdapterName } from "./adapters.ts";
import { readTask, TASK_KEY, taskText } from "./readTask.ts";
import { headWidth, type TrainedTask } from "./trainedTask.ts";

/** The encoder that a head stands on, and who wrote it down. */
export interface HeadOrigin {
  readonly encoder: {
    readonly sizes: PanlunaSizes;
    /** `encoderDigest` of its weights; without it nothing is checked but the sizes. */
    readonly digest?: string;
  };
  /** What is added to the encoder's weights, where the encoder was adapted to the task. */
  readonly adapters?: LoraAdapters;
  /** Version of this package. */
  readonly panluna: string;
}

/** A head of a task without its encoder: one encoder serves as many tasks as there are heads. */
export interface TaskHead extends HeadOrigin {
  readonly name: string;
  readonly task: TrainedTask;
  /** `classifier.*`; adapters stand apart. */
  readonly weights: Weights;
}

const PREFIX = "classifier.";
const SIZES_KEY = "panluna.sizes";
const ENCODER_KEY = "panluna.encoder";
const SCALING_KEY = "panluna.lora.scaling";

/**
 * The head among the weights of a model as a safetensors file of its own, with what it was trained to say and on which encoder: that from
 * before adapters were merged, where there are some.
 * @throws WeightsError when there is no head, or one of another width than the task has classes
 */
export function writeHead(
  weights: Weights,
  task: TrainedTask,
  { encoder, adapters, panluna }: HeadOrigin,
  options?: StateDictOptions,
): Uint8Array {
  const own = new Map([...weights].filter(([name]) => name.startsWith(PREFIX)));
  checkHead(own, task, `head of ${task.name}`);
  const metadata = {
    [CHECKSUM_KEY]: UNSEALED,
    format: "pt",
    "panluna.version": panluna,
    "panluna.trained": "true",
    [SIZES_KEY]: JSON.stringify(encoder.sizes),
    ...(encoder.digest !== undefined && { [ENCODER_KEY]: encoder.digest }),
    ...(adapters && { [SCALING_KEY]: JSON.stringify(adapters.scaling) }),
    [TASK_KEY]: taskText(task),
  };
  return seal(writeStateDict([...own, ...(adapters?.tensors ?? [])], metadata, options));
}

/**
 * Read what `writeHead` wrote.
 * @throws FormatError for a file that is damaged or no head, WeightsError for one that does not fit its task
 */
export function readHead(bytes: Uint8Array, name: string): TaskHead {
  const metadata = metadataIn(bytes, name);
  const [text, sizes] = [metadata[TASK_KEY], metadata[SIZES_KEY]];
  if (text === undefined || sizes === undefined) throw notAHead(name, "no task in it");
  checkSeal(bytes, name, TAKE_ANOTHER);
  const task = readTask(text, name);
  const all = readStateDict(bytes, name);
  const other = [...all.keys()].find((key) => !key.startsWith(PREFIX) && !isAdapterName(key));
  if (other !== undefined) throw notAHead(name, `tensor ${other}`);
  const part = (adapters: boolean): Weights => new Map([...all].filter(([key]) => isAdapterName(key) === adapters));
  const [weights, low] = [part(false), part(true)];
  checkHead(weights, task, name);
  const digest = metadata[ENCODER_KEY];
  const encoder = { sizes: readSizes(sizes, name), ...(digest !== undefined && { digest }) };
  const adapters = low.size > 0 && { tensors: low, scaling: readScaling(metadata[SCALING_KEY], name) };
  return { name, task, weights, encoder, ...(adapters && { adapters }), panluna: metadata["panluna.version"] ?? "" };
}

function readScaling(text: string | undefined, name: string): number {
  const scaling = text === undefined || text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isFinite(scaling)) return scaling;
  throw notAHead(name, `adapters with the scaling ${text ?? "nothing"}`);
}

/** A model that can say what the head was trained for. */
export interface HeadedModel extends PanlunaModel {
  /** Whether the encoder is the one that the head was trained on; undefined where the file does not say. */
  readonly sameEncoder: boolean | undefined;
}

export interface AttachOptions {
  /** `encoderDigest` of the encoder; not compared if not given. */
  readonly digest?: string;
  /** Take an encoder with other weights, too: what the head then says has no meaning unless the two are known to agree. */
  readonly anyEncoder?: boolean;
}

/**
 * An encoder with the head of a task in place of its own, and the adapters of the task merged into it.
 * @throws WeightsError when the head does not fit the encoder's sizes, or was trained on an encoder with other weights
 */
export function attachHead(model: PanlunaModel, head: TaskHead, options: AttachOptions = {}): HeadedModel {
  const { digest, anyEncoder = false } = options;
  const [expected, got] = [head.encoder.sizes, model.sizes].map(sizesText);
  if (expected !== got) {
    throw new WeightsError({ where: head.name, what: "was trained on an encoder of other sizes", expected, got });
  }
  const known = digest !== undefined && head.encoder.digest !== undefined;
  const sameEncoder = known ? digest === head.encoder.digest : undefined;
  if (sameEncoder === false && !anyEncoder) {
    throw new WeightsError({
      where: head.name,
      what: "was trained on an encoder with other weights",
      expected: `encoder ${head.encoder.digest}`,
      got: digest,
      todo: "Take the encoder that it was trained with: the checkpoint that a training with mode frozen or lora started from, else the best.safetensors of the same run",
    });
  }
  const adapted = head.adapters ? mergeLora(model.weights, head.adapters) : model.weights;
  const encoder = [...adapted].filter(([name]) => !name.startsWith(PREFIX));
  const joined = modelFromCheckpoint(new Map([...withoutOtherHeads(encoder), ...head.weights]), { name: head.name });
  return { sizes: joined.sizes, head: joined.head, weights: joined.weights, sameEncoder };
}

const withoutOtherHeads = <T>(tensors: readonly (readonly [string, T])[]) =>
  tensors.filter(([name]) => !/^(decoder_head|channel_emb)\./.test(name));

/** The same text for the same sizes, in whatever order they stand. */
const sizesText = (sizes: PanlunaSizes): string =>
  Object.entries(sizes)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");

/** @throws WeightsError when the tensors are no head, or it has another number of outputs than the task */
export function checkHead(weights: Weights, task: TrainedTask, where: string): void {
  const last = weights.get(`${PREFIX}decoder_ffn.fc2.weight`);
  const width = headWidth(task.spec);
  if (last?.shape[0] === width) return;
  throw new WeightsError({
    where,
    what: last === undefined ? "has no classification head" : `its head does not fit the task ${task.name}`,
    expected: `${width} outputs`,
    got: last && shapeText(last.shape),
  });
}

function readSizes(text: string, name: string): PanlunaSizes {
  try {
    const sizes: unknown = JSON.parse(text);
    if (isObject(sizes)) return sizes as unknown as PanlunaSizes; // compared with those of an encoder, and never used alone
  } catch {
    // not JSON: no sizes either
  }
  throw notAHead(name, `${SIZES_KEY} ${JSON.stringify(text.slice(0, 80))}`);
}

const notAHead = (where: string, got: string): FormatError =>
  new FormatError({
    where,
    what: "is not the head of a task",
    expected: "classifier.* tensors and the task that they were trained for",
    got,
    todo: "Name a head.safetensors that `panluna finetune` wrote",
  });
