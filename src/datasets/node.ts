import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { FormatError } from "../errors.ts";
import { open } from "../formats/node.ts";
import type { DataFolder } from "./recipe.ts";

export * from "./index.ts";

/** Deepest folder that is looked into: deeper ones are loops of links, or a mistake. */
const MOST_DEEP = 16;

/** Most files of one dataset. */
const MOST_FILES = 5_000_000;

/**
 * A folder on disk. Hidden files and folders are left out; links are followed.
 * @throws FormatError when it is no folder that can be read
 */
export async function openDataFolder(path: string): Promise<DataFolder> {
  const found = await stat(path).catch((cause: unknown) => cause as NodeJS.ErrnoException);
  if (!("isDirectory" in found) || !found.isDirectory()) {
    const got = "isDirectory" in found ? "a file" : found.code === "ENOENT" ? "no such folder" : String(found.code);
    throw new FormatError({ where: basename(path), what: "is not a folder that can be read", got });
  }
  let files: Promise<readonly string[]> | undefined;
  return {
    list() {
      files ??= listFiles(path, "", 0, []).then((all) => all.sort((a, b) => (a < b ? -1 : 1)));
      return files;
    },
    read: (file) => readBytes(inside(path, file)),
    open: (file) => open(inside(path, file)),
  };
}

async function listFiles(root: string, folder: string, depth: number, found: string[]): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch((cause: unknown) => {
    throw new FormatError({ where: basename(folder || root), what: "is not a folder that can be read", cause });
  });
  for (const entry of entries) {
    if (entry.name.startsWith(".")) continue;
    const file = folder === "" ? entry.name : `${folder}/${entry.name}`;
    const kind = entry.isSymbolicLink() ? await stat(join(root, file)).catch(() => entry) : entry;
    if (kind.isFile()) found.push(file);
    if (kind.isDirectory() && depth < MOST_DEEP) await listFiles(root, file, depth + 1, found);
    if (found.length > MOST_FILES) {
      throw new FormatError({ where: basename(root), what: "holds too many files", expected: `at most ${MOST_FILES}` });
    }
  }
  return found;
}

/** @throws FormatError for a path that would leave the folder */
function inside(root: string, file: string): string {
  if (file !== "" && !file.startsWith("/") && !file.includes("\\") && !file.split("/").includes("..")) {
    return join(root, file);
  }
  throw new FormatError({
    where: basename(root),
    what: "refuses to open a file outside the folder",
    expected: "a path below it",
    got: JSON.stringify(file.slice(0, 80)),
  });
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    const got = code === "ENOENT" ? "no such file" : String(code);
    throw new FormatError({ where: basename(path), what: "cannot be opened", got, cause });
  }
}
