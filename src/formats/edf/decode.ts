/** `physical = (digital − digitalMin) · gain + physicalMin` */
export interface Calibration {
  readonly gain: number;
  readonly digitalMin: number;
  readonly physicalMin: number;
}

const hostIsLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** The little-endian 16-bit samples of `bytes`; a view where alignment and host allow it, a copy otherwise. */
export function int16View(bytes: Uint8Array): Int16Array {
  const length = bytes.length >> 1;
  if (hostIsLittleEndian && bytes.byteOffset % 2 === 0) return new Int16Array(bytes.buffer, bytes.byteOffset, length);
  const copy = bytes.slice(0, 2 * length);
  if (!hostIsLittleEndian) swapPairs(copy);
  return new Int16Array(copy.buffer, 0, length);
}

/** The bytes of 16-bit samples in the byte order of the file; `samples` is given away. */
export function int16Bytes(samples: Int16Array): Uint8Array {
  const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
  if (!hostIsLittleEndian) swapPairs(bytes);
  return bytes;
}

function swapPairs(bytes: Uint8Array): void {
  for (let i = 0; i + 1 < bytes.length; i += 2) {
    const low = bytes[i];
    bytes[i] = bytes[i + 1];
    bytes[i + 1] = low;
  }
}

/** Calibrate `count` samples from index `from` of `view` into `out` at `at`. */
export function decodeInt16(
  view: Int16Array,
  from: number,
  count: number,
  { gain, digitalMin, physicalMin }: Calibration,
  out: Float64Array,
  at: number,
): void {
  for (let i = 0; i < count; i++) out[at + i] = (view[from + i] - digitalMin) * gain + physicalMin;
}

/** Calibrate `count` little-endian 24-bit samples from byte `from` of `bytes` into `out` at `at`. */
export function decodeInt24(
  bytes: Uint8Array,
  from: number,
  count: number,
  { gain, digitalMin, physicalMin }: Calibration,
  out: Float64Array,
  at: number,
): void {
  let j = from;
  for (let i = 0; i < count; i++, j += 3) {
    const digital = ((bytes[j] << 8) | (bytes[j + 1] << 16) | (bytes[j + 2] << 24)) >> 8; // shifting back keeps the sign
    out[at + i] = (digital - digitalMin) * gain + physicalMin;
  }
}
