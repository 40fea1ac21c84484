import type { WindowStore } from "../../store/index.ts";

/** "eegmat: Subject00_1 at 35 s": where a window comes from, for errors. */
export function placeOfWindow({ name, recordings, windows }: WindowStore, row: number): string {
  return `${name}: ${recordings[windows.recording[row]]} at ${windows.onset[row]} s`;
}
