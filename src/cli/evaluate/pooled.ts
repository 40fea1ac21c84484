import { UsageError } from "../../errors.ts";
import {
  averageOutputs,
  type Predictions,
  poolPredictions,
  type Scored,
  type SeededPredictions,
} from "../../evaluate/index.ts";
import type { JudgedModel } from "./models.ts";

/** Puts what each model said together: folds side by side, and where it is asked for the mean of the outputs of seeds. */
export interface Pool {
  /** @param said by model */
  predictions(said: readonly Predictions[]): Predictions;
  /** The same by seed, before the mean; undefined where seeds are not averaged. */
  bySeed(said: readonly Predictions[]): SeededPredictions[] | undefined;
  /** Models whose windows, one model after the other, are the rows of the result. */
  readonly first: readonly number[];
}

/** @throws UsageError for seeds that are to be averaged of models that come without a run */
export function poolOf(models: readonly JudgedModel[], averageSeeds: boolean): Pool {
  const everyone = models.map((_, i) => i);
  const pool = (said: readonly Predictions[], members: readonly number[]) =>
    poolPredictions(members.map((i) => ({ name: models[i].name, predictions: said[i] })));
  if (!averageSeeds) return { predictions: (said) => pool(said, everyone), bySeed: () => undefined, first: everyone };
  const seeds = [...new Set(models.map(seedOf))].sort((a, b) => a - b);
  const membersOf = (seed: number) => everyone.filter((i) => seedOf(models[i]) === seed);
  const bySeed = (said: readonly Predictions[]) =>
    seeds.map((seed) => ({ seed, predictions: pool(said, membersOf(seed)) }));
  return { predictions: (said) => averageOutputs(bySeed(said)), bySeed, first: membersOf(seeds[0]) };
}

/** What models said together, and by seed where seeds are averaged. */
export const scoredOf = (pool: Pool, said: readonly Predictions[]): Scored => ({
  predictions: pool.predictions(said),
  bySeed: pool.bySeed(said)?.map(({ predictions }) => predictions),
});

/** Are the seeds of one side averaged? Of two sides one may have a single seed, but not both. */
export function averagesSeeds(side: readonly JudgedModel[], others: readonly (readonly JudgedModel[])[]): boolean {
  const several = (models: readonly JudgedModel[]) => new Set(models.map(seedOf)).size > 1;
  return several(side) || !others.some(several);
}

function seedOf({ name, run }: JudgedModel): number {
  if (run !== undefined) return run.seed;
  throw new UsageError({
    where: name,
    what: "comes without its run, so its seed is not known",
    todo: "Name the folders of the runs, or leave --average-seeds out",
  });
}
