import type { FilePool } from "./filePool.ts";
import type { WfdbHeader } from "./header.ts";
import { type FiledSignal, openSignalFiles, type SignalFile } from "./signalFile.ts";

/** A single-segment record: a header and the files that it names. */
export interface StoredRecord {
  readonly header: WfdbHeader;
  readonly files: readonly SignalFile[];
  /** Frames that can be read: what the header says, or less where the files are shorter. */
  readonly nFrames: number;
  readonly warnings: readonly string[];
}

/** Where the samples of one signal go. */
export interface Target {
  /** Index of the signal in the header. */
  readonly signal: number;
  /** Physical values; samples that the file does not have are left as they are. */
  readonly out: Float64Array;
  /** Index of the sample of the signal that goes into `out[0]`; negative where `out` starts before the record. */
  readonly first: number;
}

/**
 * Open the files of a single-segment header; no samples are read.
 * @throws FormatError for a signal file that is missing or cannot be what the header says
 */
export async function openStoredRecord(header: WfdbHeader, pool: FilePool): Promise<StoredRecord> {
  const files = await openSignalFiles(header, pool);
  const warnings = [...header.warnings];
  const longest = files.reduce((most, { nFrames }) => Math.max(most, nFrames), 0);
  const wanted = header.nFrames ?? longest;
  for (const { fileName, nFrames } of files) {
    if (nFrames >= wanted) continue;
    warnings.push(
      `${fileName} is too short: ${header.file} expects ${wanted} samples per signal, ${nFrames} are there; the rest is missing.`,
    );
  }
  header.signals.forEach(({ calibrated, gain, unit }, i) => {
    if (!calibrated) warnings.push(`${header.file}: signal ${i} has no gain; ${gain} per ${unit} is assumed.`);
  });
  return { header, files, nFrames: files.length === 0 ? wanted : Math.min(wanted, longest), warnings };
}

/**
 * Fill the targets from the samples of a record, `frames` at most counted from its start.
 * @throws FormatError where the bytes cannot be read
 */
export async function fillTargets(
  { files, nFrames }: StoredRecord,
  targets: readonly Target[],
  frames: number,
  pool: FilePool,
): Promise<void> {
  const limit = Math.min(frames, nFrames);
  for (const file of files) {
    const jobs = file.signals.flatMap((signal) =>
      targets.filter((target) => target.signal === signal.index).map((target) => ({ signal, target })),
    );
    const ranges = jobs.map(({ signal, target }) => storedFrames(signal, target, limit));
    const from = ranges.reduce((least, range) => Math.min(least, range.from), Number.POSITIVE_INFINITY);
    const to = ranges.reduce((most, range) => Math.max(most, range.to), 0);
    for await (const chunk of file.chunks(pool, from, Math.min(to, file.nFrames))) {
      const end = chunk.firstFrame + chunk.nFrames;
      jobs.forEach(({ signal, target }, j) => {
        const lo = Math.max(ranges[j].from, chunk.firstFrame);
        scatter(
          chunk.samples,
          (lo - chunk.firstFrame) * file.frameLength,
          file,
          signal,
          target,
          lo,
          Math.min(ranges[j].to, end),
        );
      });
    }
  }
}

/** Frames of the file, skew included, that hold a sample of the target. */
function storedFrames(signal: FiledSignal, { out, first }: Target, limit: number): { from: number; to: number } {
  const { samplesPerFrame, skew } = signal;
  const from = Math.max(0, Math.floor(first / samplesPerFrame));
  const to = Math.min(limit, Math.ceil((first + out.length) / samplesPerFrame));
  return from < to ? { from: from + skew, to: to + skew } : { from: Number.POSITIVE_INFINITY, to: 0 };
}

/** physical = (stored − baseline) / gain, for frames `lo` to `hi` of the file; the sample of frame f is (f − skew) · samplesPerFrame + j. */
function scatter(
  samples: Int32Array,
  start: number,
  { frameLength, format: { missing } }: SignalFile,
  { frameOffset, samplesPerFrame, skew, gain, baseline }: FiledSignal,
  { out, first }: Target,
  lo: number,
  hi: number,
): void {
  let k = (lo - skew) * samplesPerFrame - first;
  if (samplesPerFrame === 1) {
    // the common case: every frame of the range has its place in `out`, and nothing needs to be asked
    for (let frame = lo, at = start + frameOffset; frame < hi; frame++, at += frameLength, k++) {
      const stored = samples[at];
      out[k] = stored === missing ? Number.NaN : (stored - baseline) / gain;
    }
    return;
  }
  for (let frame = lo, at = start + frameOffset; frame < hi; frame++, at += frameLength) {
    for (let j = at; j < at + samplesPerFrame; j++, k++) {
      const stored = samples[j];
      if (k >= 0 && k < out.length) out[k] = stored === missing ? Number.NaN : (stored - baseline) / gain;
    }
  }
}
