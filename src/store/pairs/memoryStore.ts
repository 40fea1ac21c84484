import { readdirSync, readFileSync } from "node:fs";
import { basename, join, relative, sep } from "node:path";
import type { StoreSource } from "../open/storeSource.ts";

/** The files of a store as they are now, in memory, behind a source that cannot list folders: what HTTP is. */
export function memoryStore(folder: string): StoreSource & { readonly files: Map<string, Uint8Array> } {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name));
  const files = new Map(
    paths.map((path) => [relative(folder, path).split(sep).join("/"), new Uint8Array(readFileSync(path))]),
  );
  return {
    name: basename(folder),
    files,
    size: async (path) => files.get(path)?.length,
    read: async (path, offset, length) => files.get(path)!.subarray(offset, offset + length),
    close: async () => {},
  };
}
