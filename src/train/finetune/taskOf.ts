import { UsageError } from "../../errors.ts";
import type { PanlunaSizes } from "../../model/index.ts";
import type { TaskSpec, WindowStore } from "../../store/index.ts";
import { describeSpec } from "../../task/index.ts";
import type { FinetuneConfig } from "../config/index.ts";

/** The task of the stores that has a name. @throws UsageError where one lacks it, or has another of that name */
export function taskOf(stores: readonly WindowStore[], task: string): TaskSpec {
  for (const { name, tasks } of stores) {
    if (Object.hasOwn(tasks, task)) continue;
    const got = Object.keys(tasks).join(", ") || "none";
    throw new UsageError({ where: name, what: `has no task ${task}`, expected: "one of its tasks", got });
  }
  const [spec, ...others] = stores.map(({ tasks }) => tasks[task]);
  const other = others.findIndex((each) => describeSpec(each) !== describeSpec(spec));
  if (other < 0) return spec;
  throw new UsageError({
    where: `${stores[other + 1].name}, task ${task}`,
    what: `is another task than that of ${stores[0].name}`,
    expected: describeSpec(spec),
    got: describeSpec(others[other]),
  });
}

/** Samples of a window that the model sees: all, or as many as the configuration crops. @throws UsageError where patches do not fit */
export function lengthOfWindows(
  stores: readonly WindowStore[],
  { crop }: Pick<FinetuneConfig, "crop">,
  { patchSize }: PanlunaSizes,
): number {
  const shortest = stores.reduce((least, store) => (store.nTimes < least.nTimes ? store : least));
  const { sfreq, nTimes } = shortest;
  const wanted = crop === undefined ? nTimes : crop.seconds * sfreq;
  if (wanted <= nTimes && wanted % patchSize === 0) return wanted;
  throw new UsageError({
    where: crop === undefined ? shortest.name : "crop.seconds",
    what: wanted > nTimes ? "is longer than the windows" : "does not divide into patches",
    expected: `a multiple of ${patchSize / sfreq} s, at most ${nTimes / sfreq} s`,
    got: `${wanted / sfreq} s`,
    todo: "Set crop.seconds, or prepare with another --window",
  });
}
