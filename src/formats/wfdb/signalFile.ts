import { FormatError } from "../../errors.ts";
import type { ByteSource } from "../source/byteSource.ts";
import type { FilePool } from "./filePool.ts";
import { NULL_FORMAT, STORAGE_FORMATS } from "./formats.ts";
import type { WfdbHeader } from "./header.ts";
import type { WfdbSignal } from "./signalLine.ts";
import type { StorageFormat } from "./storage/storageFormat.ts";

/** Samples decoded at a time (about 200 kB of a file), unless a single frame holds more. */
const CHUNK_SAMPLES = 2 ** 17;
const MAX_FRAME_SAMPLES = 2 ** 22;

/** A signal inside its file. */
export interface FiledSignal extends WfdbSignal {
  /** Index of the signal in its header. */
  readonly index: number;
  /** Samples of the frame that stand before it. */
  readonly frameOffset: number;
}

/** Stored values of successive frames, all signals of the file interleaved; valid until the next chunk is asked for. */
export interface Chunk {
  readonly firstFrame: number;
  readonly nFrames: number;
  /** (nFrames, frameLength) */
  readonly samples: Int32Array;
}

/** One signal file with the signals that share it. */
export class SignalFile {
  readonly fileName: string;
  readonly format: StorageFormat;
  readonly signals: readonly FiledSignal[];
  /** Samples per frame, all signals together. */
  readonly frameLength: number;
  /** Whole frames in the file. */
  readonly nFrames: number;
  readonly #byteOffset: number;
  readonly #chunkFrames: number;
  /** Format 8: value of each signal before frame `k · chunkFrames`, as far as the file has been read. */
  readonly #sums: Int32Array[];

  constructor(signals: readonly FiledSignal[], size: number, header: string) {
    const [{ fileName, format, byteOffset }] = signals;
    this.fileName = fileName;
    this.format = STORAGE_FORMATS.get(format)!;
    this.signals = signals;
    this.frameLength = signals.reduce((sum, { samplesPerFrame }) => sum + samplesPerFrame, 0);
    if (this.frameLength > MAX_FRAME_SAMPLES) throw frameTooLong(header, this.frameLength);
    this.#byteOffset = byteOffset;
    this.nFrames = Math.floor(samplesIn(size - byteOffset, this.format) / this.frameLength);
    this.#chunkFrames = Math.max(1, Math.floor(CHUNK_SAMPLES / this.frameLength));
    this.#sums = [Int32Array.from(signals, ({ initialValue }) => initialValue)];
  }

  /**
   * The stored values of frames `from` to `to`, in chunks of bounded size.
   * Differences are summed up, from the last place known where reading starts in the middle.
   * @throws FormatError where the bytes cannot be read
   */
  async *chunks(pool: FilePool, from: number, to: number): AsyncGenerator<Chunk> {
    if (from >= to) return;
    const { differences } = this.format;
    const size = this.#chunkFrames;
    const known = differences ? Math.min(Math.floor(from / size), this.#sums.length - 1) : 0;
    const first = differences ? known * size : from;
    const longest = Math.min(size, to - first) * this.frameLength + 2 * this.format.samplesPerBlock;
    const buffer = new Int32Array(longest);
    for (let frame = first; frame < to; frame += size) {
      const nFrames = Math.min(size, to - frame);
      const samples = await pool.use(this.fileName, (source) => this.#decode(source, frame, nFrames, buffer));
      if (differences) this.#sumUp(samples, frame / size, nFrames);
      if (frame + nFrames > from) yield { firstFrame: frame, nFrames, samples };
    }
  }

  async #decode(source: ByteSource, frame: number, nFrames: number, out: Int32Array): Promise<Int32Array> {
    const { samplesPerBlock, bytesPerBlock } = this.format;
    const first = frame * this.frameLength;
    const block = Math.floor(first / samplesPerBlock);
    const nBlocks = Math.ceil((first + nFrames * this.frameLength) / samplesPerBlock) - block;
    const start = this.#byteOffset + block * bytesPerBlock;
    const length = Math.min(nBlocks * bytesPerBlock, source.size - start);
    const bytes = await source.read(start, length);
    const whole = Math.floor(length / bytesPerBlock);
    this.format.decode(bytes, whole, out);
    if (whole < nBlocks) {
      const last = new Uint8Array(bytesPerBlock); // the block that was not written whole
      last.set(bytes.subarray(whole * bytesPerBlock));
      this.format.decode(last, 1, out.subarray(whole * samplesPerBlock));
    }
    const skipped = first - block * samplesPerBlock;
    return out.subarray(skipped, skipped + nFrames * this.frameLength);
  }

  /** x[n] = x[n−1] + d[n] per signal, in place. */
  #sumUp(samples: Int32Array, chunk: number, nFrames: number): void {
    const sums = this.#sums[chunk].slice();
    this.signals.forEach(({ frameOffset, samplesPerFrame }, s) => {
      let sum = sums[s];
      for (let frame = 0, at = frameOffset; frame < nFrames; frame++, at += this.frameLength) {
        for (let j = at; j < at + samplesPerFrame; j++) {
          sum = (sum + samples[j]) | 0;
          samples[j] = sum;
        }
      }
      sums[s] = sum;
    });
    if (nFrames === this.#chunkFrames && this.#sums.length === chunk + 1) this.#sums.push(sums);
  }
}

/**
 * The signal files that a single-segment header names, each opened once to learn its size.
 * @throws FormatError for a file that is missing or shorter than its byte offset, and for signals that share a file but not its layout
 */
export async function openSignalFiles(header: WfdbHeader, pool: FilePool): Promise<SignalFile[]> {
  const files: SignalFile[] = [];
  for (const signals of groupByFile(header)) {
    const [{ fileName, byteOffset }] = signals;
    const size = await pool.use(fileName, async (source) => source.size);
    if (byteOffset > size) {
      throw new FormatError({
        where: fileName,
        what: "is shorter than the byte offset in its header",
        expected: `at least ${byteOffset} bytes`,
        got: `${size} bytes`,
        todo: `The file is truncated or ${header.file} is wrong`,
      });
    }
    files.push(new SignalFile(signals, size, header.file));
  }
  return files;
}

function groupByFile(header: WfdbHeader): FiledSignal[][] {
  const groups = new Map<string, FiledSignal[]>();
  let last = "";
  header.signals.forEach((signal, index) => {
    if (signal.format === NULL_FORMAT) return;
    const group = groups.get(signal.fileName);
    if (group === undefined) groups.set(signal.fileName, [{ ...signal, index, frameOffset: 0 }]);
    else {
      checkSameLayout(header.file, group[0], signal, last);
      const { frameOffset, samplesPerFrame } = group.at(-1)!;
      group.push({ ...signal, index, frameOffset: frameOffset + samplesPerFrame });
    }
    last = signal.fileName;
  });
  return [...groups.values()];
}

function checkSameLayout(file: string, first: FiledSignal, signal: WfdbSignal, last: string): void {
  const fail = (what: string, expected: string, got: string) =>
    new FormatError({ where: file, what: `${what} (${signal.fileName})`, expected, got });
  if (signal.fileName !== last) throw fail("signals of one file are not listed together", signal.fileName, last);
  if (signal.format !== first.format) {
    throw fail("signals of one file differ in storage format", String(first.format), String(signal.format));
  }
  if (signal.byteOffset !== first.byteOffset) {
    throw fail("signals of one file differ in byte offset", String(first.byteOffset), String(signal.byteOffset));
  }
}

function samplesIn(bytes: number, { samplesPerBlock, bytesPerBlock, partial }: StorageFormat): number {
  return Math.floor(bytes / bytesPerBlock) * samplesPerBlock + partial(bytes % bytesPerBlock);
}

function frameTooLong(file: string, length: number): FormatError {
  return new FormatError({
    where: file,
    what: "a frame holds too many samples",
    expected: `at most ${MAX_FRAME_SAMPLES}`,
    got: String(length),
  });
}
