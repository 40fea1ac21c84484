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

/** What to do about a damaged file that came from somewhere. */
export const TAKE_ANOTHER = "Take another copy of it";

/** Check a file of weights where it has a checksum: those of other programs have none. @throws FormatError as `checkSeal` */
export function checkIfSealed(bytes: Uint8Array, metadata: Readonly<Record<string, string>>, name: string): void {
  if (CHECKSUM_KEY in metadata) checkSeal(bytes, name, TAKE_ANOTHER);
}

/**
 * @param todo what to do about a damaged file
 * @throws FormatError that names the file when a byte of it has changed or is missing
 */
export function checkSeal(bytes: Uint8Array, name: string, todo: string): void {
  const damaged = (what: string, expected: string, got: string) =>
    new FormatError({ where: name, what, expected, got, todo });
  if (bytes.length < STOP || BEFORE.some((byte, i) => bytes[8 + i] !== byte)) {
    throw damaged("does not begin as a checkpoint does", `a header with ${CHECKSUM_KEY}`, `${bytes.length} bytes`);
  }
  const written = new TextDecoder().decode(bytes.subarray(START, STOP));
  const found = sumOf(bytes);
  if (written !== found) throw damaged("is damaged", `checksum ${written}`, found);
}

function sumOf(bytes: Uint8Array): string {
  const zeros = new TextEncoder().encode(UNSEALED);
  const sum = crc32c(bytes.subarray(STOP), crc32c(zeros, crc32c(bytes.subarray(0, START))));
  return sum.toString(16).padStart(8, "0");
}
