/**
 * Makes the files of this folder from the folders of training runs:
 * `npx tsx weights/make.ts --encoder RUN/best.safetensors --commit SHA`, then `--task ecg-superclass=RUN/head.safetensors` (as often as wanted),
 * `--drop NAME`. The same runs always give the same bytes. It also writes the list of files that pages fetch, src/weights/urls.ts.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { PanlunaError, UsageError } from "../src/errors.ts";
import { isTaskName, MANIFEST_NAME, readManifest } from "../src/weights/manifest.ts";
import type { NamedBytes } from "../src/weights/modelOfFiles.ts";
import { type Packed, packWeights, type WeightsChange } from "./make/packWeights.ts";
import { urlsModule } from "./make/urlsModule.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** What the command line asks for. @throws UsageError */
export function readChange(argv: readonly string[]): WeightsChange {
  const options = {
    encoder: { type: "string" },
    commit: { type: "string" },
    task: { type: "string", multiple: true },
    drop: { type: "string", multiple: true },
  } as const;
  const { encoder, commit, task = [], drop = [] } = parseArgs({ args: [...argv], options }).values;
  if (encoder !== undefined && !/^[0-9a-f]{7,40}$/.test(commit ?? "")) {
    throw new UsageError({
      where: "--commit",
      what: "must say of which commit the encoder is",
      expected: "its digits",
    });
  }
  const tasks = task.map((text): readonly [string, NamedBytes] => {
    const [name, ...path] = text.split("=");
    if (!isTaskName(name) || path.length === 0) {
      throw new UsageError({
        where: "--task",
        what: "cannot be read",
        expected: "NAME=FILE, a name of a-z, 0-9 and -",
        got: text,
      });
    }
    return [name, fileAt(path.join("="))];
  });
  return { ...(encoder && { encoder: { ...fileAt(encoder), commit: commit! } }), tasks: new Map(tasks), drop };
}

const fileAt = (path: string): NamedBytes => ({ name: basename(path), bytes: readFileSync(path) });

/** The folder as it is: nothing where it was never made. */
export function readFolder(folder: string): Packed {
  const read = (name: string) => new Uint8Array(readFileSync(join(folder, name)));
  if (!existsSync(join(folder, MANIFEST_NAME))) return new Map();
  const { encoder, tasks } = readManifest(read(MANIFEST_NAME));
  const names = [MANIFEST_NAME, ...[encoder, ...Object.values(tasks)].map(({ file }) => file)];
  return new Map(names.map((name) => [name, read(name)]));
}

/** Put the files there and remove those that are there no more. */
export function writeFolder(folder: string, before: Packed, after: Packed): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of after) writeFileSync(join(folder, name), bytes);
  for (const name of before.keys()) if (!after.has(name)) rmSync(join(folder, name));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const folder = join(ROOT, "weights");
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };
    const before = readFolder(folder);
    const after = await packWeights(before, readChange(process.argv.slice(2)), version);
    writeFolder(folder, before, after);
    writeFileSync(join(ROOT, "src/weights/urls.ts"), urlsModule([...after.keys()]));
    for (const [name, bytes] of after) console.log(`${name}\t${bytes.length}`);
  } catch (error) {
    if (!(error instanceof PanlunaError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
