import { SessionError } from "../../errors.ts";
import type { LoadedBatch } from "../loader/index.ts";
import type { WindowPlace } from "./placeOfWindow.ts";
import type { TrainingProgram } from "./program.ts";

/** Recordings that an error lists, and windows of each. */
const [MOST_RECORDINGS, MOST_WINDOWS] = [32, 4];

/**
 * Nothing is learned from a number that is none.
 * @param of "loss", or the gradient of a tensor
 * @throws SessionError that names the recordings of the windows
 */
export function checkFinite(
  value: number,
  of: string,
  program: Pick<TrainingProgram, "placeOf">,
  { step, microBatches }: Pick<LoadedBatch, "step" | "microBatches">,
): void {
  if (Number.isFinite(value)) return;
  const windows = microBatches.flatMap(({ corpus, rows }) => Array.from(rows, (row) => program.placeOf(corpus, row)));
  throw new SessionError({
    where: `step ${step + 1}`,
    what: `the ${of} is not finite; nothing was learned from it`,
    got: `${value} from ${windows.length === 0 ? "another rank" : listed(windows)}`,
    todo: "Look at these recordings, or train with a lower learning rate",
  });
}

/** "eegmat: Subject00_1 at 35, 40 s; eegmat: Subject07_1 at 10 s" */
function listed(windows: readonly WindowPlace[]): string {
  const onsets = new Map<string, number[]>();
  for (const { recording, onset } of windows) onsets.set(recording, [...(onsets.get(recording) ?? []), onset]);
  const texts = [...onsets].map(([recording, all]) => {
    const shown = all.sort((a, b) => a - b).slice(0, MOST_WINDOWS);
    return `${recording} at ${shown.join(", ")}${all.length > MOST_WINDOWS ? ", …" : ""} s`;
  });
  const more = texts.length > MOST_RECORDINGS ? `; and ${texts.length - MOST_RECORDINGS} more` : "";
  return texts.slice(0, MOST_RECORDINGS).join("; ") + more;
}
