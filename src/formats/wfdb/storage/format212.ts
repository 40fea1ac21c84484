import type { StorageFormat } from "./storageFormat.ts";

/**
 * Two 12-bit two's complement samples in three bytes: the first is byte 0 and the low half of byte 1,
 * the second is byte 2 with the high half of byte 1 as its four highest bits.
 */
export const format212: StorageFormat = {
  code: 212,
  samplesPerBlock: 2,
  bytesPerBlock: 3,
  partial: (bytes) => (bytes >= 2 ? 1 : 0),
  missing: -0x800,
  decode(bytes, nBlocks, out) {
    for (let block = 0, b = 0, i = 0; block < nBlocks; block++, b += 3, i += 2) {
      const middle = bytes[b + 1];
      out[i] = ((bytes[b] << 20) | (middle << 28)) >> 20;
      out[i + 1] = ((bytes[b + 2] << 20) | ((middle & 0xf0) << 24)) >> 20;
    }
  },
};
