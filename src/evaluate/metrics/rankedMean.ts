import type { TaskKind } from "../../store/index.ts";
import { isDefined, meanOfDefined, type Score, type Scores } from "./metric.ts";

/**
 * The mean over all classes but `without`. A class that is missing from one draw only leaves that draw without a value: a mean over
 * fewer classes would be another quantity.
 */
export function rankedMean(perClass: readonly Score[], without: readonly number[], kind: TaskKind): Scores {
  if (kind === "binary") return { score: perClass[0] };
  const kept = perClass.filter((_, k) => !without.includes(k));
  const lost = kept.find((score) => !isDefined(score));
  return { score: lost ?? meanOfDefined(kept, "no class has windows and windows of others"), perClass, without };
}
