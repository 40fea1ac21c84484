import { FormatError } from "../../errors.ts";

/** Random access to the bytes of one file, wherever they are. Readers of every format work on this alone. */
export interface ByteSource {
  /** File name without folder; used in messages. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /**
   * Exactly `length` bytes from `offset`; the caller may keep but not change them.
   * @throws FormatError when the range leaves the file or the medium fails
   */
  read(offset: number, length: number): Promise<Uint8Array>;
  /**
   * Another file of the same folder, for formats that spread over several (WFDB).
   * @param name a plain file name; anything that could leave the folder is refused
   * @throws FormatError when there is no such file or the source has no folder
   */
  sibling(name: string): Promise<ByteSource>;
  close(): Promise<void>;
}

/**
 * Check a range before anything is allocated.
 * @throws FormatError naming the file, the range and the size
 */
export function checkRange({ name, size }: Pick<ByteSource, "name" | "size">, offset: number, length: number): void {
  if (Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0) {
    if (offset + length <= size) return;
  }
  throw new FormatError({
    where: name,
    what: "read past the end of the file",
    at: `byte ${offset}`,
    expected: `a range inside ${size} bytes`,
    got: `${length} bytes`,
    todo: "The file is truncated or its header is wrong",
  });
}

/**
 * Check that a name taken from inside a file names a file of the same folder.
 * @throws FormatError for separators, drive letters, "..", control characters and empty names
 */
export function checkSiblingName(where: string, name: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must be refused
  if (name !== "" && name !== "." && name !== ".." && !/[/\\:\u0000-\u001f\u007f]/.test(name)) return;
  throw new FormatError({
    where,
    what: "refuses to open a file outside its own folder",
    expected: "a plain file name",
    got: JSON.stringify(name.slice(0, 80)),
  });
}

/** Bytes in memory; `siblings` are further files that the reader may ask for. */
export function memorySource(
  bytes: Uint8Array,
  name = "memory",
  siblings: ReadonlyMap<string, Uint8Array> = new Map(),
): ByteSource {
  return {
    name,
    size: bytes.length,
    async read(offset, length) {
      checkRange(this, offset, length);
      return bytes.subarray(offset, offset + length);
    },
    async sibling(other) {
      checkSiblingName(name, other);
      const found = siblings.get(other);
      if (found === undefined) throw missingSibling(name, other);
      return memorySource(found, other, siblings);
    },
    async close() {},
  };
}

/** The error for a companion file that is not there. */
export function missingSibling(where: string, name: string, cause?: unknown): FormatError {
  return new FormatError({
    where,
    what: `needs the file ${name} beside it`,
    todo: "Keep all files of a record in one folder, or pass them together",
    cause,
  });
}
