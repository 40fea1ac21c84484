import type { OutputFile } from "../../formats/target/node.ts";

/** One row of embeddings. */
export interface EmbeddingRows {
  /** File name of the recording. */
  readonly recording: string;
  /** Seconds from the start of the recording, one per row. */
  readonly onsets: readonly number[];
  /** Seconds, the same for all rows. */
  readonly duration: number;
  /** (rows, width), row major. */
  readonly embeddings: Float32Array;
}

export interface TableShape {
  /** All rows that will come: known before the first. */
  readonly rows: number;
  /** Length of an embedding. */
  readonly width: number;
  /** Goes with the table: what the rows are of. JSON text. */
  readonly description: () => string;
}

/** Writes rows as they come, in memory that does not grow with them. */
export interface EmbeddingTable {
  add(rows: EmbeddingRows): Promise<void>;
  /** All rows have come. */
  finish(): Promise<void>;
}

/** A kind of file for embeddings. */
export interface TableFormat {
  readonly extension: string;
  /** Whether the file cannot hold times and names, so that a .json beside it must. */
  readonly needsSidecar: boolean;
  start(file: OutputFile, shape: TableShape): Promise<EmbeddingTable>;
}
