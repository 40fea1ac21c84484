import { type FileHandle, open } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { FormatError } from "../../errors.ts";
import { type ByteSource, checkRange, checkSiblingName, missingSibling } from "./byteSource.ts";

/**
 * A file on disk. The handle stays open until `close`.
 * @throws FormatError when there is no such file, it cannot be read, or it is a folder
 */
export async function fileSource(path: string): Promise<ByteSource> {
  const name = basename(path);
  const handle = await openFile(path, name);
  const stat = await handle.stat();
  if (!stat.isFile()) {
    await handle.close();
    throw new FormatError({ where: name, what: "is not a file", todo: "Name a recording, not a folder" });
  }
  return {
    name,
    size: stat.size,
    async read(offset, length) {
      checkRange({ name, size: stat.size }, offset, length);
      return readFully(handle, name, offset, length);
    },
    async sibling(other) {
      checkSiblingName(name, other);
      try {
        return await fileSource(join(dirname(path), other));
      } catch (cause) {
        throw missingSibling(name, other, cause);
      }
    },
    close: () => handle.close(),
  };
}

async function readFully(handle: FileHandle, name: string, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
    if (bytesRead === 0) {
      throw new FormatError({
        where: name,
        what: "became shorter while it was read",
        at: `byte ${offset + done}`,
        expected: `${length - done} more bytes`,
        got: "the end of the file",
      });
    }
    done += bytesRead;
  }
  return bytes;
}

async function openFile(path: string, name: string): Promise<FileHandle> {
  try {
    return await open(path, "r");
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    const reasons: Record<string, string> = {
      ENOENT: "no such file",
      EACCES: "no permission to read it",
      EMFILE: "too many open files",
    };
    throw new FormatError({
      where: name,
      what: "cannot be opened",
      got: reasons[code ?? ""] ?? String(code),
      todo: code === "ENOENT" ? "Check the path" : undefined,
      cause,
    });
  }
}
