import type { StorageFormat } from "./storageFormat.ts";

/**
 * Three 10-bit two's complement samples in two little-endian words: bits 1–10 of word 0, bits 1–10 of word 1,
 * and bits 11–15 of both, those of word 0 the lower five.
 */
export const format310: StorageFormat = {
  code: 310,
  samplesPerBlock: 3,
  bytesPerBlock: 4,
  partial: (bytes) => (bytes >= 2 ? 1 : 0),
  missing: -0x200,
  decode(bytes, nBlocks, out) {
    for (let block = 0, b = 0, i = 0; block < nBlocks; block++, b += 4, i += 3) {
      const low = bytes[b] | (bytes[b + 1] << 8);
      const high = bytes[b + 2] | (bytes[b + 3] << 8);
      out[i] = (low << 21) >> 22;
      out[i + 1] = (high << 21) >> 22;
      out[i + 2] = (((low >> 11) | ((high >> 11) << 5)) << 22) >> 22;
    }
  },
};
