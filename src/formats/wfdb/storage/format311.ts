import type { StorageFormat } from "./storageFormat.ts";

/** Three 10-bit two's complement samples in a little-endian 32-bit word: bits 0–9, 10–19 and 20–29. */
export const format311: StorageFormat = {
  code: 311,
  samplesPerBlock: 3,
  bytesPerBlock: 4,
  partial: (bytes) => Math.floor((bytes * 8) / 10),
  missing: -0x200,
  decode(bytes, nBlocks, out) {
    for (let block = 0, b = 0, i = 0; block < nBlocks; block++, b += 4, i += 3) {
      const word = bytes[b] | (bytes[b + 1] << 8) | (bytes[b + 2] << 16) | (bytes[b + 3] << 24);
      out[i] = (word << 22) >> 22;
      out[i + 1] = (word << 12) >> 22;
      out[i + 2] = (word << 2) >> 22;
    }
  },
};
