import { SessionError } from "../../errors.ts";
import type { LoadedBatch } from "../loader/index.ts";
import type { TrainingProgram } from "./program.ts";

/** Recordings that an error lists. */
const MOST_LISTED = 8;

/**
 * Nothing is learned from a number that is none.
 * @param of "loss", or the gradient of a tensor
 * @throws SessionError that names the recordings of the windows
 */
export function checkFinite(
  value: number,
  of: string,
  program: Pick<TrainingProgram, "describe">,
  { step, microBatches }: Pick<LoadedBatch, "step" | "microBatches">,
): void {
  if (Number.isFinite(value)) return;
  const windows = microBatches.flatMap(({ corpus, rows }) => Array.from(rows, (row) => program.describe(corpus, row)));
  const listed = windows.slice(0, MOST_LISTED).join("; ");
  const more = windows.length > MOST_LISTED ? `; and ${windows.length - MOST_LISTED} more` : "";
  throw new SessionError({
    where: `step ${step + 1}`,
    what: `the ${of} is not finite; nothing was learned from it`,
    got: `${value} from ${listed || "another rank"}${more}`,
    todo: "Look at these recordings, or train with a lower learning rate",
  });
}
