import type { FilePool } from "./filePool.ts";
import type { SignalFile } from "./signalFile.ts";
import type { StoredRecord } from "./storedRecord.ts";
import type { WfdbRecording } from "./wfdb.ts";

/** What the header says of a signal against what its file holds. */
export interface ChecksumReport {
  /** Name of the record, or of the segment in a multi-segment record. */
  readonly record: string;
  /** Index of the signal in that record's header. */
  readonly signal: number;
  readonly description: string;
  /** Signed 16-bit sum of all samples; undefined where the header has none or leaves the number of samples open. */
  readonly expected?: number;
  readonly actual: number;
  /** First sample by the header; undefined where it has none. */
  readonly expectedFirst?: number;
  /** First sample in the file; undefined where there is none. */
  readonly actualFirst?: number;
  /** Whether everything that the header says holds; undefined where it says nothing. */
  readonly ok?: boolean;
}

/**
 * Sum up all samples of all signal files, skewed and surplus-free as header(5) defines it, and compare with the headers.
 * Memory stays bounded: each file is read once, in chunks.
 * @throws FormatError where the bytes cannot be read
 * @throws the reason of `signal` when it is aborted
 */
export async function verifyChecksums(
  { stored, pool }: Pick<WfdbRecording, "stored" | "pool">,
  signal?: AbortSignal,
): Promise<ChecksumReport[]> {
  const reports: ChecksumReport[] = [];
  for (const record of stored) {
    for (const file of record.files) reports.push(...(await verifyFile(record, file, pool, signal)));
  }
  return reports;
}

async function verifyFile(
  record: StoredRecord,
  file: SignalFile,
  pool: FilePool,
  abort: AbortSignal | undefined,
): Promise<ChecksumReport[]> {
  const sums = new Int32Array(file.signals.length);
  let first: number[] | undefined;
  for await (const { samples, nFrames } of file.chunks(pool, 0, Math.min(record.nFrames, file.nFrames))) {
    abort?.throwIfAborted();
    first ??= file.signals.map(({ frameOffset }) => samples[frameOffset]);
    addUp(samples, nFrames, file, sums);
  }
  return file.signals.map((signal, s): ChecksumReport => {
    const { index, description, checksum, initialValue, hasInitialValue } = signal;
    const counted = record.header.nFrames !== undefined;
    const expected = counted ? checksum : undefined;
    const expectedFirst = hasInitialValue && counted ? initialValue : undefined;
    const actual = (sums[s] << 16) >> 16;
    const actualFirst = first?.[s];
    const sumHolds = expected === undefined || ((expected - actual) & 0xffff) === 0;
    const whole = !counted || file.nFrames >= record.header.nFrames!;
    // the value before the first difference is the first sample in files of the WFDB software, but need not be
    const firstHolds = expectedFirst === undefined || file.format.differences || expectedFirst === actualFirst;
    const ok = expected === undefined ? undefined : sumHolds && whole && firstHolds;
    const name = record.header.recordName;
    return { record: name, signal: index, description, expected, actual, expectedFirst, actualFirst, ok };
  });
}

/** Σ x modulo 2^32 per signal; modulo 2^16 is taken at the end. */
function addUp(samples: Int32Array, nFrames: number, { signals, frameLength }: SignalFile, sums: Int32Array): void {
  signals.forEach(({ frameOffset, samplesPerFrame }, s) => {
    let sum = sums[s];
    for (let frame = 0, at = frameOffset; frame < nFrames; frame++, at += frameLength) {
      for (let j = at; j < at + samplesPerFrame; j++) sum = (sum + samples[j]) | 0;
    }
    sums[s] = sum;
  });
}
