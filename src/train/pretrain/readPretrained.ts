import { LENGTH_BYTES, readHeaderLength, readSafetensorsHeader } from "../../formats/safetensors/header.ts";
import { checkIfSealed } from "../../formats/safetensors/seal.ts";
import { type Head, modelFromCheckpoint, type PanlunaModel, readStateDict } from "../../model/index.ts";
import { TASK_KEY } from "../../task/index.ts";

/** A model that fills hidden patches in. */
export interface PretrainedModel extends PanlunaModel {
  readonly head: Extract<Head, { kind: "reconstruct" }>;
}

/**
 * A model with a reconstruction head and no task: a best.safetensors of `pretrain`, or any such weights.
 * @param name of the file, for messages
 * @returns undefined for weights that are something else
 * @throws FormatError when the file is damaged, WeightsError when its tensors do not fit together
 */
export function readPretrained(bytes: Uint8Array, name: string): PretrainedModel | undefined {
  const length = readHeaderLength(bytes, bytes.length, name);
  const json = bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length);
  const { tensors, metadata } = readSafetensorsHeader(json, bytes.length, name);
  const names = [...tensors.keys()];
  const fills = names.some((tensor) => /^(model\.)?channel_emb\./.test(tensor));
  const classifies = names.some((tensor) => /^(model\.)?classifier\./.test(tensor));
  if (TASK_KEY in metadata || !fills || classifies) return undefined;
  checkIfSealed(bytes, metadata, name);
  const { sizes, head, weights } = modelFromCheckpoint(readStateDict(bytes, name), { name });
  return head.kind === "reconstruct" ? { sizes, head, weights } : undefined;
}
