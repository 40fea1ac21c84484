import type { Recording } from "../../signal/recording.ts";
import type { RecordPlan } from "./recordPlan.ts";
import { nanoseconds } from "./talPlan.ts";

/** When the data records of a file start. */
export interface Timeline {
  readonly kind: "EDF+C" | "EDF+D";
  readonly nRecords: number;
  /** Seconds from the header's start time to the start of a record. */
  onsetOf(record: number): number;
  /** Added to times of the recording, seconds. */
  readonly shift: number;
  /** Start time for the header in whole seconds, ISO 8601; undefined where not known or not asked for. */
  readonly start: string | undefined;
}

/**
 * Lay the records of all segments on the time of the file, which starts with the first segment.
 * The header's start time has whole seconds; its fraction is kept by the records, as EDF+ demands.
 * @param startTime of the recording, ISO 8601 without zone
 * @param warnings gets a sentence where padding reaches into the next segment
 */
export function planTimeline(
  { segments }: Pick<Recording, "segments">,
  { records, duration }: RecordPlan,
  startTime: string | undefined,
  warnings: string[],
): Timeline {
  const base = segments[0]?.onset ?? 0;
  const milliseconds = Math.round(Date.parse(`${startTime}Z`) + base * 1000);
  const isKnown = Math.abs(milliseconds) < 8.64e15;
  const fraction = isKnown ? (((milliseconds % 1000) + 1000) % 1000) / 1000 : 0;
  const shift = fraction - base;
  const firsts = cumulated(records);
  const nRecords = firsts[records.length];
  const onsets = records.map((_, s) => (segments[s]?.onset ?? 0) + shift);
  const ends = onsets.map((onset, s) => onset + records[s] * duration);
  const gaps = onsets.slice(1).map((onset, s) => onset - ends[s]);
  const overlaps = gaps.filter((gap) => gap < -1e-6).length;
  if (overlaps > 0)
    warnings.push(`${overlaps} segments start before the data records of the one in front of them end.`);
  let segment = 0;
  return {
    kind: gaps.some((gap) => Math.abs(gap) > 1e-6) ? "EDF+D" : "EDF+C",
    nRecords,
    onsetOf(record) {
      if (record < firsts[segment]) segment = 0; // records are asked for in order: the search goes on from the last
      while (record >= firsts[segment + 1]) segment++;
      return nanoseconds(onsets[segment] + (record - firsts[segment]) * duration);
    },
    shift,
    start: isKnown ? new Date(milliseconds - fraction * 1000).toISOString().slice(0, 19) : undefined,
  };
}

/** First record of every segment, and the number of records at the end. */
function cumulated(records: readonly number[]): number[] {
  let sum = 0;
  return [0, ...records.map((count) => (sum += count))];
}
