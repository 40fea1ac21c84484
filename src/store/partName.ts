import { UsageError } from "../errors.ts";

/** Bytes that a folder name may have on every common file system, less room for the names of temporary folders. */
const LONGEST = 200;

/**
 * Name of the folder of a part: letters, digits, `.`, `_` and `-` stand for themselves, any other byte of UTF-8 (and a
 * leading `.` or `_`, which hide a folder or belong to Zarr) as `~hh`.
 * @throws UsageError for names that are empty or too long
 */
export function partFolder(partId: string): string {
  let name = "";
  for (const byte of new TextEncoder().encode(partId)) {
    const char = String.fromCharCode(byte);
    const plain = name === "" ? /[A-Za-z0-9-]/ : /[A-Za-z0-9._-]/;
    name += plain.test(char) ? char : `~${byte.toString(16).padStart(2, "0")}`;
  }
  if (name === "zarr.json") name = "zarr~2ejson"; // the root's own document
  if (name.length > 0 && name.length <= LONGEST) return name;
  throw new UsageError({
    where: "store",
    what: "the name of a part cannot be a folder name",
    expected: `1 to ${LONGEST} characters once escaped`,
    got: JSON.stringify(partId.slice(0, 80)),
  });
}

/** The id of the part in a folder; undefined where the name is not one of `partFolder`'s. */
export function partIdOf(folder: string): string | undefined {
  if (!/^(?:[A-Za-z0-9._-]|~[0-9a-f]{2})+$/.test(folder)) return undefined;
  try {
    const id = decodeURIComponent(folder.replaceAll("~", "%"));
    return partFolder(id) === folder ? id : undefined;
  } catch {
    return undefined; // not UTF-8, or too long
  }
}
