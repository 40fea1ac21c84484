import type { Segment } from "../../signal/recording.ts";
import type { FilePool } from "./filePool.ts";
import { fillTargets, type StoredRecord, type Target } from "./storedRecord.ts";

/** A stored record on the time axis of the recording. */
export interface Piece {
  /** Frame of the recording at which it starts. */
  readonly start: number;
  readonly nFrames: number;
  readonly record: StoredRecord;
  /** Per channel of the recording, the signal of the record; undefined where it has none. */
  readonly signals: readonly (number | undefined)[];
}

/** Pieces without a gap between them: one segment of the recording. */
export interface Run {
  readonly start: number;
  readonly nFrames: number;
  readonly pieces: readonly Piece[];
}

/** Join pieces that follow each other without a gap. `pieces` are in order of time. */
export function joinPieces(pieces: readonly Piece[]): Run[] {
  const runs: { start: number; nFrames: number; pieces: Piece[] }[] = [];
  for (const piece of pieces) {
    if (piece.nFrames === 0) continue;
    const last = runs.at(-1);
    if (last !== undefined && last.start + last.nFrames === piece.start) {
      last.pieces.push(piece);
      last.nFrames += piece.nFrames;
    } else runs.push({ start: piece.start, nFrames: piece.nFrames, pieces: [piece] });
  }
  return runs;
}

export const segmentOf = ({ start, nFrames }: Run, frameRate: number): Segment => ({
  onset: start / frameRate,
  duration: nFrames / frameRate,
});

/** One channel of a read: samples `first …` of the run, counted at the channel's own rate. */
export interface ChannelWindow {
  readonly channel: number;
  readonly samplesPerFrame: number;
  readonly first: number;
  readonly out: Float64Array;
}

/**
 * Fill the windows from the pieces that they touch; what no piece has is left as it is.
 * @throws FormatError where the bytes cannot be read
 */
export async function fillWindows(run: Run, windows: readonly ChannelWindow[], pool: FilePool): Promise<void> {
  for (const { start, nFrames, record, signals } of run.pieces) {
    const before = start - run.start; // frames of the run in front of the piece
    const targets = windows.flatMap(({ channel, samplesPerFrame, first, out }): Target[] => {
      const signal = signals[channel];
      const offset = first - before * samplesPerFrame;
      if (signal === undefined || offset >= nFrames * samplesPerFrame || offset + out.length <= 0) return [];
      return [{ signal, out, first: offset }];
    });
    if (targets.length > 0) await fillTargets(record, targets, nFrames, pool);
  }
}
