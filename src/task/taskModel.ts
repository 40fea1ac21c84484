import { UsageError } from "../errors.ts";
import { metadataIn } from "../formats/safetensors/metadata.ts";
import { checkIfSealed } from "../formats/safetensors/seal.ts";
import { modelFromCheckpoint, type PanlunaModel } from "../model/index.ts";
import { readStateDict } from "../model/stateDict.ts";
import { ADAPTERS_KEY, type MergedAdapters, readAdapters } from "./adapters.ts";
import { checkHead } from "./headFile.ts";
import { readTask, TASK_KEY } from "./readTask.ts";
import type { TrainedTask } from "./trainedTask.ts";

/** A model with the task that its head was trained for. */
export interface TaskModel {
  readonly model: PanlunaModel;
  readonly task: TrainedTask;
  /** What the weights have merged of a training with adapters. */
  readonly adapters?: MergedAdapters;
}

/**
 * A fine-tuned model: a best.safetensors, or any weights that say what task their head is for.
 * @throws UsageError when the file names no task; FormatError when it is damaged, WeightsError when it is not a PanLUNA
 */
export function readTaskModel(bytes: Uint8Array, name: string): TaskModel {
  const metadata = metadataIn(bytes, name);
  checkIfSealed(bytes, metadata, name);
  const text = metadata[TASK_KEY];
  if (text === undefined) {
    throw new UsageError({
      where: name,
      what: "does not say what task it was trained for",
      todo: "Name the best.safetensors of a fine-tuning, or an encoder and a head (--encoder, --head)",
    });
  }
  const task = readTask(text, name);
  const tensors = readStateDict(bytes, name);
  const model = modelFromCheckpoint(tensors, { name });
  checkHead(model.weights, task, name);
  const adapters = readAdapters(tensors, metadata[ADAPTERS_KEY], name);
  return { model, task, ...(adapters && { adapters }) };
}
