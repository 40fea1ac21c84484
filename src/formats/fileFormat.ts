import type { Recording } from "../signal/recording.ts";
import type { ByteSource } from "./source/byteSource.ts";

/** What a file cannot say of itself. Formats that do say it (EDF, WFDB) ignore these. */
export interface OpenOptions {
  /** Samples per second (Hz) of arrays and tables without a time column. */
  readonly sfreq?: number;
  /** Channel names, in the order of the array's channels or the table's columns. */
  readonly labels?: readonly string[];
  /** Physical unit of the samples after `scale`; "" (unknown) if not given. */
  readonly unit?: string;
  /** Physical value = scale · stored value. 1 if not given. */
  readonly scale?: number;
  /** Name of the array inside a MAT, HDF5, NPZ or safetensors file: `sig`, `data_group_0/X`. */
  readonly variable?: string;
  /** Which axis of a 2-D array (or of each record of a 3-D array) is the channel axis; guessed only where it is unambiguous. */
  readonly layout?: "channels-first" | "times-first";
  /** Of a 3-D array [records, …]: the records to open, each becomes a segment; all if not given. */
  readonly records?: readonly number[];
}

/** Bytes of the start of a file handed to `recognise`. */
export const HEAD_BYTES = 4096;

/** One entry of the format registry. */
export interface FileFormat {
  /** "EDF", "WFDB", … */
  readonly name: string;
  /** Extensions with the dot, lower case; only a hint, and what a message suggests. */
  readonly extensions: readonly string[];
  /** Whether the content looks like this format. `head` holds the first bytes (at most HEAD_BYTES), `name` the file name. */
  recognise(head: Uint8Array, name: string): boolean;
  /**
   * @throws FormatError when the bytes are not what the format demands
   * @throws UsageError when `options` lack what the file does not say, with an example of how to say it
   */
  open(source: ByteSource, options: OpenOptions): Promise<Recording>;
}
