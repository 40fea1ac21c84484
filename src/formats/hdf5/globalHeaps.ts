import { FormatError } from "../../errors.ts";

/** "GCOL" and version 1: how a collection of the global heap starts, which holds texts and lists of variable length. */
const SIGNATURE = [0x47, 0x43, 0x4f, 0x4c, 1] as const;
/** Bytes of a collection's header: signature, version, three of nothing, size. */
const COLLECTION_HEADER = 16;
/** Bytes of an object's header, padded: index, reference count, four of nothing, size. */
const OBJECT_HEADER = 16;

/** Where collections start in a piece of a file, as offsets into it. A start that the piece cuts off is not found. */
export function findCollections(piece: Uint8Array): number[] {
  const found: number[] = [];
  for (let at = piece.indexOf(SIGNATURE[0]); at >= 0; at = piece.indexOf(SIGNATURE[0], at + 1)) {
    if (SIGNATURE.every((byte, i) => piece[at + i] === byte)) found.push(at);
  }
  return found;
}

/** Bytes by which two pieces must overlap so that no start is missed. */
export const OVERLAP = SIGNATURE.length - 1;

/**
 * Check that every collection can be walked to its end. The HDF5 library steps from object to object by the sizes that
 * they state and never ends at free space that states less than its own header.
 * @param read up to 16 bytes of the file
 * @param lengthBytes bytes of a length in this file (the superblock says it)
 * @throws FormatError naming the offset of the object
 */
export function checkCollections(
  starts: readonly number[],
  fileSize: number,
  lengthBytes: number,
  read: (at: number) => DataView,
  where: string,
): void {
  let steps = fileSize / OBJECT_HEADER; // all that collections beside each other can have
  const length = (at: number): number => {
    const view = read(at);
    const bytes = Array.from({ length: lengthBytes }, (_, i) => view.getUint8(8 + i));
    return bytes.reduceRight((sum, byte) => sum * 256 + byte, 0);
  };
  for (const start of starts) {
    if (start + COLLECTION_HEADER > fileSize) continue;
    const end = Math.min(fileSize, start + length(start));
    for (let at = start + COLLECTION_HEADER; at + OBJECT_HEADER <= end; ) {
      const isFree = read(at).getUint16(0, true) === 0;
      const size = length(at);
      const next = at + (isFree ? size : OBJECT_HEADER + Math.ceil(size / 8) * 8);
      if (--steps < 0 || next < at + OBJECT_HEADER || next > end) throw endless(where, at);
      at = next;
    }
  }
}

const endless = (where: string, at: number): FormatError =>
  new FormatError({
    where,
    what: "is a damaged HDF5 file",
    at: `byte ${at}`,
    expected: "objects of the global heap that lead to its end",
    got: "one that leads nowhere",
    todo: "The file is truncated or damaged",
  });

/** \x89HDF\r\n\x1a\n */
const HDF = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a] as const;

/** Bytes of a length, as the superblock at the start of `bytes` states it; undefined where there is no superblock. */
export function lengthBytesOf(bytes: Uint8Array): number | undefined {
  if (!HDF.every((byte, i) => bytes[i] === byte)) return undefined;
  return bytes[8] < 2 ? bytes[14] : bytes[10]; // versions 0 and 1, versions 2 and 3
}
