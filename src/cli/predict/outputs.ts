import { extname, join, sep } from "node:path";
import { UsageError } from "../../errors.ts";
import { checkDistinct, refuseInput, stemOf } from "../destination.ts";
import type { Effects } from "../effects.ts";

/** Kinds of files that predictions are written to. */
export const KINDS = ["json", "csv", "edf", "svg", "png"] as const;
export type Kind = (typeof KINDS)[number];

/** Kinds that hold one recording. */
const ONE_RECORDING: readonly Kind[] = ["edf", "svg", "png"];

/** A file to write, and the recordings that it tells of. */
export interface PredictionTarget {
  readonly path: string;
  readonly kind: Kind;
  readonly inputs: readonly string[];
}

export const isPicture = ({ kind }: PredictionTarget): boolean => kind === "svg" || kind === "png";

/**
 * The files of `--out`: each by its extension, or a folder (there is one, or it ends in a slash) with a file per recording and kind.
 * @throws UsageError for a kind that there is none of, a picture of several recordings, a file that would replace a recording, and two of one name
 */
export async function planOutputs(
  inputs: readonly string[],
  { out = [], format }: { readonly out?: readonly string[]; readonly format?: readonly Kind[] },
  effects: Effects,
): Promise<PredictionTarget[]> {
  const targets: PredictionTarget[] = [];
  const folders: string[] = [];
  for (const path of out) {
    const isFolder = /[/\\]$/.test(path) || (await effects.statPath(path))?.isFolder === true;
    if (isFolder) {
      folders.push(path);
      targets.push(...inFolder(path, inputs, format ?? ["json", "svg"]));
    } else targets.push(asFile(path, inputs));
  }
  if (format !== undefined && folders.length === 0) {
    throw new UsageError({
      where: "--format",
      what: "is for folders",
      expected: "--out FOLDER/",
      got: out.join(", ") || "no --out",
      todo: "Name files with the extension that you want, or a folder",
    });
  }
  checkDistinct(targets);
  for (const { path } of targets) await refuseInput(path, inputs, effects);
  for (const folder of folders) await effects.makeFolder(folder.endsWith(sep) ? folder.slice(0, -1) || sep : folder);
  return targets;
}

const inFolder = (folder: string, inputs: readonly string[], kinds: readonly Kind[]): PredictionTarget[] =>
  inputs.flatMap((input) =>
    kinds.map((kind) => ({ path: join(folder, `${stemOf(input)}.${kind}`), kind, inputs: [input] })),
  );

function asFile(path: string, inputs: readonly string[]): PredictionTarget {
  const extension = extname(path).toLowerCase();
  const kind = KINDS.find((each) => `.${each}` === extension);
  if (kind === undefined) {
    const expected = `a name with ${KINDS.map((each) => `.${each}`).join(", ")}, or a folder ending in /`;
    throw new UsageError({ where: "--out", what: "is no file for predictions", expected, got: extension || "none" });
  }
  if (inputs.length > 1 && ONE_RECORDING.includes(kind)) {
    throw new UsageError({
      where: "--out",
      what: `a .${kind} holds one recording`,
      got: `${inputs.length} recordings`,
      todo: `Name a folder for a file each: --out predictions/ --format ${kind}`,
    });
  }
  return { path, kind, inputs };
}
