import { UsageError } from "../../errors.ts";
import {
  type Head,
  initializeWeights,
  type LoraAdapters,
  modelFromCheckpoint,
  type PanlunaModel,
  PUBLISHED,
  type Weights,
} from "../../model/index.ts";
import type { TaskSpec } from "../../store/index.ts";
import { headWidth } from "../../task/index.ts";
import type { FinetuneConfig } from "../config/index.ts";
import { initializeLora, loraTargets } from "../lora.ts";

/** A state dict to start from, and the name of its file. */
export interface StartWeights {
  readonly tensors: Weights;
  readonly name: string;
}

/** The network before training: an encoder from a checkpoint or from scratch, with a new head for the task. */
export function startModel(
  { seed, sizes = PUBLISHED, mode, init: path, initialScale }: FinetuneConfig,
  spec: TaskSpec,
  init: StartWeights | undefined,
): PanlunaModel {
  const head: Head = { kind: "classify", numClasses: headWidth(spec) };
  if (init !== undefined) {
    const encoder = modelFromCheckpoint(init.tensors, { name: init.name, head: { kind: "none" } });
    const whole = modelFromCheckpoint(encoder.weights, { name: init.name, head, seed, scale: initialScale });
    return { sizes: whole.sizes, head, weights: whole.weights };
  }
  if (mode === "full" && path === undefined)
    return { sizes, head, weights: initializeWeights(sizes, head, seed, initialScale) };
  throw new UsageError({
    where: "mode",
    what: `${mode} leaves the encoder as it is, and there is none`,
    todo: "Name a checkpoint with init, or train everything with mode full",
  });
}

/** Adapters before training, where the mode asks for them. */
export function startAdapters({ mode, lora, seed }: FinetuneConfig, { sizes }: PanlunaModel): LoraAdapters | undefined {
  if (mode !== "lora") return undefined;
  return { tensors: initializeLora(loraTargets(sizes), lora.rank, seed), scaling: lora.alpha / lora.rank };
}
