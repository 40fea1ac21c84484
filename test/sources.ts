import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** One import of a source file. */
export interface Import {
  /** As written: "node:fs", "fflate", "../errors.ts". */
  readonly specifier: string;
  /** The file it means, from the root of the project; undefined for packages. */
  readonly path?: string;
  /** Gone after compilation. */
  readonly typeOnly: boolean;
}

/** A file of the project that is code. */
export interface SourceFile {
  /** From the root of the project, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

const CODE = /\.(ts|tsx|mjs|css|html|c|h|py)$/;

/** Every code file under a folder of the project. */
export function sourceFiles(folder: string): SourceFile[] {
  if (!existsSync(join(ROOT, folder))) return [];
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && CODE.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length))
    .sort()
    .map((path) => {
      const text = readText(path);
      return { path, text, imports: /\.(ts|tsx|mjs)$/.test(path) ? importsOf(path, text) : [] };
    });
}

export const readText = (path: string): string => readFileSync(join(ROOT, path), "utf8");

export const isTest = (path: string): boolean => path.endsWith(".test.ts") || path.includes("/pairs/");

function importsOf(path: string, text: string): Import[] {
  const statements = text.matchAll(/^(?:import|export)\s+(type\s)?[^;"']*?\bfrom\s+"([^"]+)"/gm);
  const effects = text.matchAll(/^import\s+"([^"]+)"/gm);
  const calls = text.matchAll(/\bimport\(\s*"([^"]+)"|\bnew URL\(\s*"(\.[^"]+)", import\.meta\.url/g);
  const resolve = (specifier: string, typeOnly: boolean): Import => ({
    specifier,
    typeOnly,
    path: specifier.startsWith(".") ? normalize(join(dirname(path), specifier)) : undefined,
  });
  return [
    ...[...statements].map(([, type, specifier]) => resolve(specifier, type !== undefined)),
    ...[...effects].map(([, specifier]) => resolve(specifier, false)),
    ...[...calls].map(([, called, url]) => resolve(called ?? url, false)),
  ];
}

/** Names that a module exports; `export *` is followed. */
export function exportsOf(path: string): string[] {
  const text = readText(path);
  const lists = [...text.matchAll(/^export\s+(?:type\s+)?\{([^}]*)\}/gm)].flatMap(([, list]) => list.split(","));
  const renamed = lists.map((item) =>
    item
      .trim()
      .replace(/^type\s+/, "")
      .replace(/^.*\sas\s+/, ""),
  );
  const declared = [
    ...text.matchAll(
      /^export\s+(?:declare\s+|abstract\s+|async\s+)*(?:class|const|function\*?|interface|type|enum)\s+(\w+)/gm,
    ),
  ].map(([, name]) => name);
  const stars = [...text.matchAll(/^export\s+\*\s+from\s+"([^"]+)"/gm)].flatMap(([, specifier]) =>
    exportsOf(join(dirname(path), specifier)),
  );
  return [...new Set([...renamed.filter((name) => name !== ""), ...declared, ...stars])].sort();
}
