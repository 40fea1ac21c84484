import { registry } from "zarrita";
import type { DataType } from "./arrayMetadata.ts";
import { BLOSC } from "./arrayMetadata.ts";
import { withChecksum } from "./crc32c.ts";

/** Values of an array. */
export type Values = Int16Array | Uint32Array | Float32Array | Float64Array;

export const VALUES_OF: Readonly<Record<DataType, new (length: number) => Values>> = {
  int16: Int16Array,
  uint32: Uint32Array,
  float32: Float32Array,
  float64: Float64Array,
};

interface Blosc {
  encode(bytes: Uint8Array): Promise<Uint8Array>;
}

let blosc: Promise<Blosc> | undefined;

/** A chunk as it lies in the file: little-endian, Blosc, checksum. */
export async function encodeChunk(values: Values): Promise<Uint8Array> {
  blosc ??= loadBlosc();
  return withChecksum(await (await blosc).encode(littleEndian(values)));
}

/** The codec that zarrita decodes with (numcodecs in WebAssembly); it takes the shuffle as a number: 2 is "bitshuffle". */
async function loadBlosc(): Promise<Blosc> {
  const codec = await registry.get("blosc")?.();
  if (codec === undefined) throw new Error("zarrita has no codec blosc");
  const meta = { dataType: "uint8" as const, shape: [], codecs: [], fillValue: null };
  return codec.fromConfig({ ...BLOSC, shuffle: 2 }, meta) as unknown as Blosc;
}

/** The bytes of the values, lowest byte first; a view where the machine has them in that order already. */
export function littleEndian(values: Values): Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  if (new Uint8Array(Uint16Array.of(1).buffer)[0] === 1) return bytes;
  const swapped = bytes.slice();
  for (let i = 0; i < swapped.length; i += values.BYTES_PER_ELEMENT) {
    swapped.subarray(i, i + values.BYTES_PER_ELEMENT).reverse();
  }
  return swapped;
}

/** What the header of a Blosc 1 buffer says of its sizes in bytes. @see c-blosc README_CHUNK_FORMAT */
export function bloscSizes(bytes: Uint8Array): { readonly decoded: number; readonly encoded: number } | undefined {
  if (bytes.length < 16) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, 16);
  return { decoded: view.getUint32(4, true), encoded: view.getUint32(12, true) };
}
