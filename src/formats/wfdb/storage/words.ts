import type { StorageFormat } from "./storageFormat.ts";

const none = () => 0;

/** 16-bit two's complement, low byte first. */
export const format16: StorageFormat = {
  code: 16,
  samplesPerBlock: 1,
  bytesPerBlock: 2,
  partial: none,
  missing: -0x8000,
  decode(bytes, nBlocks, out) {
    for (let i = 0, b = 0; i < nBlocks; i++, b += 2) out[i] = ((bytes[b] << 16) | (bytes[b + 1] << 24)) >> 16;
  },
};

/** 16-bit two's complement, high byte first. */
export const format61: StorageFormat = {
  code: 61,
  samplesPerBlock: 1,
  bytesPerBlock: 2,
  partial: none,
  missing: -0x8000,
  decode(bytes, nBlocks, out) {
    for (let i = 0, b = 0; i < nBlocks; i++, b += 2) out[i] = ((bytes[b] << 24) | (bytes[b + 1] << 16)) >> 16;
  },
};

/** 16-bit offset binary, low byte first: value − 32768. */
export const format160: StorageFormat = {
  code: 160,
  samplesPerBlock: 1,
  bytesPerBlock: 2,
  partial: none,
  missing: -0x8000,
  decode(bytes, nBlocks, out) {
    for (let i = 0, b = 0; i < nBlocks; i++, b += 2) out[i] = (bytes[b] | (bytes[b + 1] << 8)) - 0x8000;
  },
};

/** 24-bit two's complement, low byte first. */
export const format24: StorageFormat = {
  code: 24,
  samplesPerBlock: 1,
  bytesPerBlock: 3,
  partial: none,
  missing: -0x800000,
  decode(bytes, nBlocks, out) {
    for (let i = 0, b = 0; i < nBlocks; i++, b += 3) {
      out[i] = ((bytes[b] << 8) | (bytes[b + 1] << 16) | (bytes[b + 2] << 24)) >> 8;
    }
  },
};

/** 32-bit two's complement, low byte first. */
export const format32: StorageFormat = {
  code: 32,
  samplesPerBlock: 1,
  bytesPerBlock: 4,
  partial: none,
  missing: -0x80000000,
  decode(bytes, nBlocks, out) {
    for (let i = 0, b = 0; i < nBlocks; i++, b += 4) {
      out[i] = bytes[b] | (bytes[b + 1] << 8) | (bytes[b + 2] << 16) | (bytes[b + 3] << 24);
    }
  },
};
