/** Reversed Castagnoli polynomial. */
const POLYNOMIAL = 0x82f63b78;

/** `TABLES[k][b]`: remainder of byte b with k zero bytes after it. */
const TABLES = tables();

function tables(): readonly Int32Array[] {
  const first = Int32Array.from({ length: 256 }, (_, byte) => {
    let rest = byte;
    for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (rest & 1 ? POLYNOMIAL : 0);
    return rest;
  });
  const all = [first];
  for (let k = 1; k < 8; k++) all.push(all[k - 1].map((rest) => (rest >>> 8) ^ first[rest & 0xff]));
  return all;
}

/**
 * CRC-32C (Castagnoli), eight bytes at a time. `crc32c(ab) = crc32c(b, crc32c(a))`.
 * @see RFC 3720, section B.4
 */
export function crc32c(bytes: Uint8Array, sum = 0): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = TABLES;
  const whole = bytes.length - (bytes.length % 8);
  let rest = ~sum;
  let i = 0;
  for (; i < whole; i += 8) {
    const a = rest ^ (bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24));
    rest =
      t7[a & 0xff] ^
      t6[(a >>> 8) & 0xff] ^
      t5[(a >>> 16) & 0xff] ^
      t4[a >>> 24] ^
      t3[bytes[i + 4]] ^
      t2[bytes[i + 5]] ^
      t1[bytes[i + 6]] ^
      t0[bytes[i + 7]];
  }
  for (; i < bytes.length; i++) rest = (rest >>> 8) ^ t0[(rest ^ bytes[i]) & 0xff];
  return ~rest >>> 0;
}
