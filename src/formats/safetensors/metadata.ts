import { LENGTH_BYTES, readHeaderLength, readSafetensorsHeader } from "./header.ts";

/** The metadata of a safetensors file. @throws FormatError when it is none */
export function metadataIn(bytes: Uint8Array, name: string): Readonly<Record<string, string>> {
  const length = readHeaderLength(bytes, bytes.length, name);
  return readSafetensorsHeader(bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length), bytes.length, name).metadata;
}
