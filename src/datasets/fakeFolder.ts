import { FormatError } from "../errors.ts";
import type { Recording } from "../signal/index.ts";
import type { DataFolder } from "./recipe.ts";

/** A folder in memory for tests: bytes, texts, recordings, or errors that opening them throws. */
export function fakeFolder(files: Readonly<Record<string, Uint8Array | string | Recording | Error>>): DataFolder {
  const find = (path: string) => {
    const found = files[path];
    if (found === undefined) throw new FormatError({ where: path, what: "cannot be opened", got: "no such file" });
    if (found instanceof Error) throw found;
    return found;
  };
  return {
    list: async () => Object.keys(files).sort(),
    async read(path) {
      const found = find(path);
      if (typeof found === "string") return new TextEncoder().encode(found);
      if (found instanceof Uint8Array) return found;
      throw new FormatError({ where: path, what: "is a recording here, not bytes" });
    },
    async open(path) {
      const found = find(path);
      if (typeof found !== "string" && !(found instanceof Uint8Array)) return found;
      throw new FormatError({ where: path, what: "is of no known format" });
    },
  };
}
