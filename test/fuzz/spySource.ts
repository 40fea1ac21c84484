import { type ByteSource, checkRange, missingSibling } from "../../src/formats/source/byteSource.ts";

/** What was asked of the files of one record. */
export interface Spy {
  readonly source: ByteSource;
  /** Every name that reached the folder, found or not. */
  readonly names: string[];
  /** Bytes handed out, counted again each time. */
  bytesRead: number;
  /** Bytes of all files that were opened. */
  bytesOpened: number;
  /** Opened and not yet closed. */
  open: number;
}

/**
 * A record in memory that hands out what it is asked for and writes it down. Unlike `memorySource` it opens any name
 * without a check of its own, so that a reader which does not check one is caught.
 */
export function spySource(files: ReadonlyMap<string, Uint8Array>, name: string): Spy {
  const open = (file: string, bytes: Uint8Array): ByteSource => {
    let closed = false;
    spy.open++;
    spy.bytesOpened += bytes.length;
    return {
      name: file,
      size: bytes.length,
      async read(offset, length) {
        if (closed) throw new Error(`${file} is read after it was closed`);
        checkRange({ name: file, size: bytes.length }, offset, length);
        spy.bytesRead += length;
        return bytes.subarray(offset, offset + length);
      },
      async sibling(other) {
        spy.names.push(other);
        const found = files.get(other);
        if (found === undefined) throw missingSibling(file, other);
        return open(other, found);
      },
      async close() {
        if (!closed) spy.open--;
        closed = true;
      },
    };
  };
  const spy: { -readonly [K in keyof Spy]: Spy[K] } = {
    source: undefined as unknown as ByteSource,
    names: [],
    bytesRead: 0,
    bytesOpened: 0,
    open: 0,
  };
  spy.source = open(name, files.get(name)!);
  return spy;
}
