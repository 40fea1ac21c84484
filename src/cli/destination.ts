import { basename, extname, join, sep } from "node:path";
import { UsageError } from "../errors.ts";
import type { Effects } from "./effects.ts";
import { TABLE_FORMATS, type TableFormat, type TableFormatName, tableFormatOf } from "./embeddings/index.ts";

/** A file to write, and the recordings whose rows go into it. */
export interface Target {
  readonly path: string;
  readonly format: TableFormat;
  readonly inputs: readonly string[];
}

/**
 * Where the embeddings of some recordings go: into one file, or into one per recording where `out` is a folder
 * (there is one, or it ends in a slash).
 * @throws UsageError when a file would replace a recording, or two would have one name
 */
export async function planTargets(
  inputs: readonly string[],
  out: string | undefined,
  format: TableFormatName | undefined,
  effects: Effects,
): Promise<Target[]> {
  if (out === undefined) return [];
  const folder = /[/\\]$/.test(out) || (await effects.statPath(out))?.isFolder === true;
  const chosen = TABLE_FORMATS[format ?? "npy"];
  const targets = folder
    ? inputs.map((input) => ({ path: join(out, stemOf(input) + chosen.extension), format: chosen, inputs: [input] }))
    : [{ path: out, format: tableFormatOf(out), inputs }];
  if (!folder && format !== undefined && targets[0].format !== chosen) {
    throw new UsageError({
      where: "--format",
      what: "contradicts --out",
      expected: chosen.extension,
      got: extname(out),
    });
  }
  checkDistinct(targets);
  for (const { path } of targets) await refuseInput(path, inputs, effects);
  if (folder) await effects.makeFolder(out.endsWith(sep) ? out.slice(0, -1) || sep : out);
  return targets;
}

/** "100.csv.gz" → "100" */
export const stemOf = (path: string): string =>
  basename(path)
    .replace(/\.(gz|zip)$/i, "")
    .replace(/\.[^.]+$/, "");

/** @throws UsageError when two files would have one name */
export function checkDistinct(targets: readonly { readonly path: string }[]): void {
  const seen = new Set<string>();
  for (const { path } of targets) {
    if (seen.has(path)) {
      throw new UsageError({
        where: basename(path),
        what: "would be written for two recordings of one name",
        todo: "Write them into folders of their own, or all into one file",
      });
    }
    seen.add(path);
  }
}

/** @throws UsageError when `path` is one of the files that are read */
export async function refuseInput(path: string, inputs: readonly string[], effects: Effects): Promise<void> {
  const target = await effects.statPath(path);
  if (target === undefined) return;
  for (const input of inputs) {
    if ((await effects.statPath(input))?.realPath !== target.realPath) continue;
    throw new UsageError({
      where: basename(path),
      what: "is the recording itself",
      todo: "Name another file for --out",
    });
  }
}
