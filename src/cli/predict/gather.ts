import type { Communicator } from "../../train/distributed/communicator.ts";
import { fromEach } from "../../train/distributed/shares.ts";
import type { PredictedRecording } from "./predictRecording.ts";

/** The predictions of all ranks, on all ranks, in the order of the files. */
export async function gatherPredictions(
  own: readonly PredictedRecording[],
  files: readonly string[],
  ranks: Communicator,
): Promise<readonly PredictedRecording[]> {
  if (ranks.size === 1) return own;
  const each = await fromEach(ranks, own.map(asLists));
  const place = ({ path }: PredictedRecording) => files.indexOf(path);
  return each
    .flat()
    .map(asArrays)
    .sort((a, b) => place(a) - place(b));
}

/** Ranks speak JSON, which has lists only, and null for what is no number. */
const asLists = ({ outputs, attention, ...rest }: PredictedRecording) => ({
  ...rest,
  outputs: Array.from<number | null>(outputs),
  ...(attention && { attention: { ...attention, scores: Array.from<number | null>(attention.scores) } }),
});

function asArrays({ outputs, attention, ...rest }: ReturnType<typeof asLists>): PredictedRecording {
  const array = (values: readonly (number | null)[]) => Float64Array.from(values, (value) => value ?? Number.NaN);
  const scores = attention && array(attention.scores);
  return { ...rest, outputs: array(outputs), ...(attention && scores && { attention: { ...attention, scores } }) };
}
