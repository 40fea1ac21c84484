import { FormatError } from "../../errors.ts";
import { crc32c } from "../crc32c.ts";

/** Key of the metadata of a sealed file that holds the checksum: CRC-32C of the whole file with zeros in its place, 8 hex digits. */
export const CHECKSUM_KEY = "panluna.checksum";

/** What stands in the place of the checksum while it is computed. */
export const UNSEALED = "00000000";

/** How a file with a checksum begins, after the 8 bytes of the header's length. */
const BEFORE = new TextEncoder().encode(`{"__metadata__":{"${CHECKSUM_KEY}":"`);
const START = 8 + BEFORE.length;
const STOP = START + UNSEALED.length;

/** Put the checksum in its place in a safetensors file whose metadata begins with it, unsealed. @returns `bytes` itself */
export function seal(bytes: Uint8Array): Uint8Array {
  bytes.set(new TextEncoder().encode(sumOf(bytes)), START);
  return bytes;
}

/** @throws FormatError that names the file when a byte of it has changed or is missing */
export function checkSeal(bytes: Uint8Array, name: string): void {
  if (bytes.length < STOP || BEFORE.some((byte, i) => bytes[8 + i] !== byte)) {
    throw damaged(
      name,
      "does not begin as a checkpoint does",
      `a header with ${CHECKSUM_KEY}`,
      `${bytes.length} bytes`,
    );
  }
  const written = new TextDecoder().decode(bytes.subarray(START, STOP));
  const found = sumOf(bytes);
  if (written !== found) throw damaged(name, "is damaged", `checksum ${written}`, found);
}

function sumOf(bytes: Uint8Array): string {
  const zeros = new TextEncoder().encode(UNSEALED);
  const sum = crc32c(bytes.subarray(STOP), crc32c(zeros, crc32c(bytes.subarray(0, START))));
  return sum.toString(16).padStart(8, "0");
}

const damaged = (where: string, what: string, expected: string, got: string): FormatError =>
  new FormatError({ where, what, expected, got, todo: "Delete it: the run goes on from the checkpoint before it" });
