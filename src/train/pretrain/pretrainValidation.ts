import type { Sensor } from "../../signal/index.ts";
import type { WindowStore } from "../../store/index.ts";
import type { PretrainConfig } from "../config/index.ts";
import { alone } from "../distributed/communicator.ts";
import { sumOverRanks } from "../distributed/shares.ts";
import { lossesOf } from "../engine/hostEngine.ts";
import { type Corpus, everyNthStep, planSequential } from "../sampling/index.ts";
import type { TrainingPlatform } from "../trainer/platform.ts";
import type { OpenedModel } from "../trainer/trainedModel.ts";
import { type PretrainNoise, pretrainFeeds } from "./pretrainFeeds.ts";

export interface ValidationOptions {
  readonly config: PretrainConfig;
  readonly hidden: PretrainNoise;
  /** By corpus. */
  readonly sensors: readonly (readonly Sensor[] | undefined)[];
}

/** Step that the masks of validation are keyed by: the same for every validation, and none of training. */
export const VALIDATION_STEP = -1;

/** Losses on validation windows, with the same masks every time and without any other noise. Gives nothing where there are no windows. */
export function pretrainValidation(
  stores: readonly WindowStore[],
  val: readonly Corpus[],
  platform: TrainingPlatform,
  { engine, losses }: OpenedModel,
  { config, hidden, sensors }: ValidationOptions,
): (signal: AbortSignal | undefined) => Promise<Record<string, number>> {
  const chosen = thinned(val, config.validation.windows);
  const used = chosen.flatMap(({ rows }, i) => (rows.length === 0 ? [] : [i]));
  if (used.length === 0) return async () => ({});
  const { rank, size } = platform.ranks ?? alone;
  const all = planSequential(
    used.map((i) => chosen[i]),
    config.batch.micro,
  );
  const own = everyNthStep(all, rank, size);
  const key = { seed: config.seed, step: VALIDATION_STEP };
  return async (signal) => {
    const sums = Object.fromEntries(losses.map((part) => [part, 0]));
    const usedStores = used.map((i) => stores[i]);
    const loader = platform.startLoader(usedStores, own, { seed: config.seed, sensors: used.map((i) => sensors[i]) });
    try {
      for (let step = 0; step < own.steps; step++) {
        signal?.throwIfAborted();
        for (const micro of (await loader.next(step)).microBatches) {
          const feeds = pretrainFeeds(micro, all.windows, key, { ...hidden, sigma: 0 });
          const parts = lossesOf(await engine.evaluate(feeds, config.ema > 0));
          for (const part of losses) sums[part] += parts[part];
        }
      }
    } finally {
      await loader.close();
    }
    return sumOverRanks(platform.ranks ?? alone, sums);
  };
}

/** At most `limit` windows, evenly from all corpora in proportion to what they hold. */
function thinned(corpora: readonly Corpus[], limit: number): Corpus[] {
  const total = corpora.reduce((sum, { rows }) => sum + rows.length, 0);
  if (total <= limit) return [...corpora];
  return corpora.map((corpus) => {
    const count = Math.max(Math.min(1, corpus.rows.length), Math.floor((corpus.rows.length * limit) / total));
    const rows = Uint32Array.from(
      { length: count },
      (_, i) => corpus.rows[Math.floor((i * corpus.rows.length) / count)],
    );
    return { ...corpus, rows };
  });
}
