import type { NoiseInput } from "../../model/index.ts";
import type { Feeds } from "../../runtime/session.ts";
import type { LoadedMicroBatch } from "../loader/index.ts";
import { feedsOf } from "../predict/index.ts";
import { noiseFeeds } from "../trainer/noiseFeeds.ts";
import type { StepKey } from "../windowStream.ts";
import { type LabelRules, targetsOf } from "./taskLabels.ts";

/** What the inputs of a micro-batch depend on beside its windows. */
export interface FinetuneContext {
  readonly key: StepKey;
  readonly task: string;
  readonly rules: LabelRules;
  /** Of the whole batch, see `massOf`. */
  readonly mass: number;
  readonly noise: readonly NoiseInput[];
  readonly patchSize: number;
}

/** Inputs of a graph with `labelledObjective`. */
export function finetuneFeeds(
  micro: LoadedMicroBatch,
  { key, task, rules, mass, noise, patchSize }: FinetuneContext,
): Feeds {
  const [B, C, nTimes] = micro.shape;
  const target = targetsOf(micro.labels.get(task)!, rules);
  return {
    ...feedsOf(micro),
    ...noiseFeeds(noise, key, micro.indices, { B, C, S: nTimes / patchSize }),
    target: { dtype: "float32", shape: [B, target.length / B], data: target },
    window_weight: { dtype: "float32", shape: [B], data: new Float32Array(B).fill(1 / mass) },
  };
}
