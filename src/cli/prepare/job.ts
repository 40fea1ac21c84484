import { createHash } from "node:crypto";
import {
  type DataFolder,
  type DatasetPart,
  type FolderOptions,
  findRecipe,
  type Recipe,
} from "../../datasets/index.ts";
import { openDataFolder } from "../../datasets/node.ts";
import { type PrepareSettings, planSettings, storeMeta } from "../../datasets/prepare/index.ts";
import type { StoreWriter } from "../../store/index.ts";
import { createStore } from "../../store/node.ts";

/** What is prepared, and how: plain data, so that every thread makes the same of it. */
export interface PrepareJob {
  /** Path of the dataset. */
  readonly folder: string;
  /** Name of its recipe. */
  readonly recipe: string;
  readonly options: FolderOptions;
  /** The rest is the recipe's. */
  readonly settings: Partial<PrepareSettings>;
  /** Path of the store. */
  readonly output: string;
  /** Of this program. */
  readonly version: string;
}

/** A job with its folder, recipe and store open. */
export interface OpenedJob {
  readonly recipe: Recipe;
  readonly settings: PrepareSettings;
  /** In the order of the plan. */
  readonly parts: ReadonlyMap<string, DatasetPart>;
  readonly store: StoreWriter;
}

/**
 * @throws UsageError for options that cannot be honoured, or a store that was made with others
 * @throws FormatError where the folder is not the dataset
 */
export async function openJob(job: PrepareJob): Promise<OpenedJob> {
  const folder = await openDataFolder(job.folder);
  const recipe = await findRecipe(job.recipe, folder, job.options);
  const settings = planSettings(recipe, job.settings);
  const parts = await recipe.plan(folder);
  const meta = storeMeta(recipe, settings, job.version, await sourceOf(folder, job.options));
  const store = await createStore(job.output, meta);
  return { recipe, settings, parts: new Map(parts.map((part) => [part.id, part])), store };
}

/** What decides on subjects and labels beside the folder. */
async function sourceOf(folder: DataFolder, { subject, table }: FolderOptions): Promise<Record<string, string>> {
  const source: Record<string, string> = {};
  if (subject !== undefined) source["subject"] = subject;
  if (table !== undefined)
    source["table"] = createHash("sha256")
      .update(await folder.read(table))
      .digest("hex");
  return source;
}
