import type { WindowStore } from "../../store/index.ts";

/** Where a window comes from, for errors. */
export interface WindowPlace {
  /** "eegmat: Subject00_1" */
  readonly recording: string;
  /** Seconds from the start of the recording. */
  readonly onset: number;
}

export const placeOfWindow = ({ name, recordings, windows }: WindowStore, row: number): WindowPlace => ({
  recording: `${name}: ${recordings[windows.recording[row]]}`,
  onset: windows.onset[row],
});
