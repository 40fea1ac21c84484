/** How samples lie in a signal file: blocks of whole bytes, one after the other, signals interleaved. */
export interface StorageFormat {
  /** The number of signal(5). */
  readonly code: number;
  readonly samplesPerBlock: number;
  readonly bytesPerBlock: number;
  /** Samples in the first `bytes` bytes (fewer than a block) of a last block that was not written whole. */
  partial(bytes: number): number;
  /** The stored value that marks a missing sample; undefined where the format has none. */
  readonly missing?: number;
  /** Whether stored values are differences between successive samples of a signal. */
  readonly differences?: true;
  /** Decode whole blocks into `out[0 … nBlocks · samplesPerBlock)`. */
  decode(bytes: Uint8Array, nBlocks: number, out: Int32Array): void;
}
