import type { StorageFormat } from "./storageFormat.ts";

const none = () => 0;

/** 8-bit first differences: sample n is the initial value plus the first n + 1 bytes of the signal. */
export const format8: StorageFormat = {
  code: 8,
  samplesPerBlock: 1,
  bytesPerBlock: 1,
  partial: none,
  differences: true,
  decode(bytes, nBlocks, out) {
    for (let i = 0; i < nBlocks; i++) out[i] = (bytes[i] << 24) >> 24;
  },
};

/** 8-bit offset binary: byte − 128. */
export const format80: StorageFormat = {
  code: 80,
  samplesPerBlock: 1,
  bytesPerBlock: 1,
  partial: none,
  missing: -128,
  decode(bytes, nBlocks, out) {
    for (let i = 0; i < nBlocks; i++) out[i] = bytes[i] - 128;
  },
};
