import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { FormatError } from "../errors.ts";

/** Where this package lies, and what its package.json says; found from wherever the code was built to. */
export function findPackage(): { readonly folder: string; readonly version: string } {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    try {
      const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
      if (name === "panluna") return { folder, version };
    } catch {
      // no package.json here: look one folder up
    }
    const parent = dirname(folder);
    if (parent === folder) throw new FormatError({ where: "panluna", what: "is not installed as a package" });
    folder = parent;
  }
}
