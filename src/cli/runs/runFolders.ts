import { basename, dirname, join, relative } from "node:path";
import { UsageError } from "../../errors.ts";
import { readRunFile } from "../../train/run/identity.ts";
import { readMetrics } from "../../train/run/metrics.ts";
import type { RecordedRun } from "../../train/run/summary.ts";
import type { Effects } from "../effects.ts";

/**
 * The runs in some folders and below them, each once, in the order given. A run that is going on is read as far as it is.
 * @throws UsageError when a folder holds none
 */
export async function readRuns(folders: readonly string[], effects: Effects): Promise<RecordedRun[]> {
  const found = new Map<string, string>();
  for (const folder of folders) {
    for (const path of await runsBelow(folder, effects)) {
      const real = (await effects.statPath(path))?.realPath ?? path;
      if (!found.has(real)) found.set(real, dirname(path));
    }
  }
  const names = namesOf([...found.values()]);
  return Promise.all([...found.values()].map((folder, i) => readRun(folder, names[i], effects)));
}

async function runsBelow(folder: string, effects: Effects): Promise<string[]> {
  const where = await effects.statPath(folder);
  const paths = where?.isFolder === true ? await effects.findFiles(folder, "run.json") : [];
  if (paths.length > 0) return paths;
  throw new UsageError({
    where: basename(folder),
    what: where === undefined ? "is not there" : where.isFolder ? "holds no run" : "is not a folder",
    expected: "the folder of a run, or one that holds such folders",
    todo: "Name what was given to --out of pretrain or finetune",
  });
}

async function readRun(folder: string, name: string, effects: Effects): Promise<RecordedRun> {
  const read = async (file: string) => new TextDecoder().decode(await effects.readFile(join(folder, file)));
  const file = readRunFile(await read("run.json"), join(name, "run.json"));
  const hasMetrics = (await effects.statPath(join(folder, "metrics.jsonl"))) !== undefined;
  const { entries, damaged } = readMetrics(hasMetrics ? await read("metrics.jsonl") : "");
  if (damaged.length > 0) effects.note(`${name}: metrics.jsonl has ${damaged.length} lines that cannot be read`);
  return { name, file, entries };
}

/** The last part of each path, and as many parts before it as tell all apart. */
function namesOf(folders: readonly string[]): string[] {
  const plain = folders.map((folder) => basename(relative(".", folder)) || basename(join(process.cwd(), folder)));
  if (new Set(plain).size === plain.length) return plain;
  const parts = folders.map((folder) => folder.split(/[/\\]/).filter((part) => part !== "" && part !== "."));
  const longest = Math.max(...parts.map(({ length }) => length));
  for (let count = 2; count <= longest; count++) {
    const names = parts.map((p) => p.slice(-count).join("/"));
    if (new Set(names).size === names.length) return names;
  }
  return folders.map((_, i) => `${plain[i]} (${i + 1})`);
}
