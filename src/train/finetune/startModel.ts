import { UsageError, WeightsError } from "../../errors.ts";
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

/** How the head starts, where the configuration does not say it: one that there is already is kept by those who name it, or round what was trained before. */
export function headStart({ init, head, quantize }: Pick<FinetuneConfig, "init" | "head" | "quantize">) {
  if (head.start !== undefined) return head.start;
  if (init === undefined) return "random";
  return head.init !== undefined || quantize !== undefined ? "kept" : "whitened";
}

/** The network before training: an encoder from a checkpoint or from scratch, with a new head for the task, or the one that it has. */
export function startModel(config: FinetuneConfig, spec: TaskSpec, init: StartWeights | undefined): PanlunaModel {
  const { seed, sizes = PUBLISHED, mode, init: path, initialScale } = config;
  const head: Head = { kind: "classify", numClasses: headWidth(spec) };
  if (init !== undefined) {
    const { tensors, name } = init;
    const keeps = headStart(config) === "kept";
    const from = keeps ? tensors : modelFromCheckpoint(tensors, { name, head: { kind: "none" } }).weights;
    const whole = modelFromCheckpoint(from, { name, head, seed, scale: initialScale });
    if (keeps && whole.initialized.length > 0) throw headless(name);
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

const headless = (where: string): WeightsError =>
  new WeightsError({
    where,
    what: "has no head for a task",
    todo: "Name the best.safetensors of a fine-tuning with init, a head with head.init, or let the head start anew with head.start",
  });

/** Adapters before training, where the mode asks for them. */
export function startAdapters({ mode, lora, seed }: FinetuneConfig, { sizes }: PanlunaModel): LoraAdapters | undefined {
  if (mode !== "lora") return undefined;
  return { tensors: initializeLora(loraTargets(sizes), lora.rank, seed), scaling: lora.alpha / lora.rank };
}
