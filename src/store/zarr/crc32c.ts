/** Slicing-by-8 tables: `TABLES[k·256 + b]` is the CRC of byte b followed by k zero bytes. */
const TABLES = makeTables();

/**
 * CRC-32C (Castagnoli, reflected polynomial 0x82F63B78), as the codec "crc32c" of Zarr stores it.
 * @see RFC 3720, appendix B.4
 */
export function crc32c(bytes: Uint8Array): number {
  const t = TABLES;
  const end = bytes.length - (bytes.length % 8);
  let crc = ~0;
  let i = 0;
  for (; i < end; i += 8) {
    crc ^= bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24);
    crc =
      t[1792 + (crc & 255)] ^
      t[1536 + ((crc >>> 8) & 255)] ^
      t[1280 + ((crc >>> 16) & 255)] ^
      t[1024 + (crc >>> 24)] ^
      t[768 + bytes[i + 4]] ^
      t[512 + bytes[i + 5]] ^
      t[256 + bytes[i + 6]] ^
      t[bytes[i + 7]];
  }
  for (; i < bytes.length; i++) crc = (crc >>> 8) ^ t[(crc ^ bytes[i]) & 255];
  return ~crc >>> 0;
}

/** The bytes followed by their checksum, little-endian. */
export function withChecksum(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length + 4);
  out.set(bytes);
  new DataView(out.buffer).setUint32(bytes.length, crc32c(bytes), true);
  return out;
}

/** Whether the last four bytes are the checksum of those before. */
export function checksumHolds(bytes: Uint8Array): boolean {
  if (bytes.length < 4) return false;
  const stored = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 4, 4).getUint32(0, true);
  return stored === crc32c(bytes.subarray(0, -4));
}

function makeTables(): Int32Array {
  const tables = new Int32Array(8 * 256);
  for (let b = 0; b < 256; b++) {
    let crc = b;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
    tables[b] = crc;
  }
  for (let i = 256; i < tables.length; i++) tables[i] = (tables[i - 256] >>> 8) ^ tables[tables[i - 256] & 255];
  return tables;
}
