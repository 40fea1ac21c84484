import { UsageError } from "../errors.ts";
import { metadataIn } from "../formats/safetensors/metadata.ts";
import { checkIfSealed } from "../formats/safetensors/seal.ts";
import { type CheckpointOptions, type LoadedModel, modelFromCheckpoint, type Weights } from "../model/index.ts";
import { readStateDict } from "../model/stateDict.ts";
import { checkHead } from "../task/headFile.ts";
import { attachHead, encoderDigest, readHead, readTask, TASK_KEY, type TrainedTask } from "../task/index.ts";

/** A file in memory. */
export interface NamedBytes {
  /** For messages, without a folder. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A model, and what its head was trained to say where that is known. */
export interface LoadedTaskModel {
  readonly model: LoadedModel;
  /** False where the file says that its weights never saw data. */
  readonly trained: boolean;
  readonly task?: TrainedTask;
}

/**
 * The model of a checkpoint, as it is or with the head of a task in place of its own.
 * @param head a head.safetensors
 * @param options `head` of them and a head file exclude each other
 * @throws FormatError for files that are damaged, WeightsError when they are not a PanLUNA or do not belong together,
 * UsageError for a head without its encoder
 */
export async function modelOfFiles(
  { name, bytes }: NamedBytes,
  head?: NamedBytes,
  options: Omit<CheckpointOptions, "name"> = {},
): Promise<LoadedTaskModel> {
  const metadata = metadataIn(bytes, name);
  checkIfSealed(bytes, metadata, name);
  const tensors = readStateDict(bytes, name);
  if (isHeadAlone(tensors)) throw needsEncoder(name);
  const trained = metadata["panluna.trained"] !== "false";
  if (head !== undefined)
    return { trained, ...(await withHead(modelFromCheckpoint(tensors, { name }), head, options)) };
  const model = modelFromCheckpoint(tensors, { ...options, name });
  const text = metadata[TASK_KEY];
  if (text === undefined || model.head.kind !== "classify" || model.initialized.length > 0) return { model, trained };
  const task = readTask(text, name);
  checkHead(model.weights, task, name);
  return { model, trained, task };
}

async function withHead(
  encoder: LoadedModel,
  { name, bytes }: NamedBytes,
  options: Omit<CheckpointOptions, "name">,
): Promise<Pick<LoadedTaskModel, "model" | "task">> {
  if (options.head !== undefined) {
    throw new UsageError({ where: name, what: "brings its own head", todo: "Ask for no other one" });
  }
  const head = readHead(bytes, name);
  const joined = attachHead(encoder, head, { digest: await encoderDigest(encoder.weights) });
  const { sizes, weights } = joined;
  return { model: { sizes, head: joined.head, weights, dropped: [], initialized: [] }, task: head.task };
}

/** Every encoder has its queries. */
const isHeadAlone = (tensors: Weights): boolean =>
  [...tensors.keys()].some((name) => name.startsWith("classifier.")) && !tensors.has("cross_attn.query_embed");

const needsEncoder = (where: string): UsageError =>
  new UsageError({
    where,
    what: "is the head of a task without its encoder",
    todo: "Give it with the encoder that it was trained on: { head } of PanLuna.load, --head of the command line",
  });
