import { type ByteSource, checkRange, checkSiblingName, missingSibling } from "./byteSource.ts";

/** A Blob or File; `siblings` are the other files that the user picked with it. Nothing is read before it is asked for. */
export function blobSource(blob: Blob, name = "blob", siblings: readonly File[] = []): ByteSource {
  return {
    name,
    size: blob.size,
    async read(offset, length) {
      checkRange(this, offset, length);
      return new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer());
    },
    async sibling(other) {
      checkSiblingName(name, other);
      const found = siblings.find((file) => file.name === other);
      if (found === undefined) throw missingSibling(name, other);
      return blobSource(found, other, siblings);
    },
    async close() {},
  };
}
