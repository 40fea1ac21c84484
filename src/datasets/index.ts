import { UsageError } from "../errors.ts";
import { adhd } from "./adhd.ts";
import { eegmat } from "./eegmat.ts";
import { type FolderOptions, folderRecipe } from "./folder.ts";
import { mitdb } from "./mitdb.ts";
import { museErp } from "./museErp.ts";
import { museSequence } from "./museSequence.ts";
import { ptbxl } from "./ptbxl.ts";
import { ptbxlRaw } from "./ptbxlRaw.ts";
import type { DataFolder, Recipe } from "./recipe.ts";
import { stressPredict } from "./stressPredict.ts";
import { troika } from "./troika.ts";
import { welltory } from "./welltory.ts";

export type { FolderOptions } from "./folder.ts";
export type { DataFolder, DatasetPart, LabelledRecording, Recipe } from "./recipe.ts";

/** Every dataset that is known by name; `folder` takes any recordings, see `folderRecipe`. */
const RECIPES: readonly Recipe[] = [
  eegmat,
  ptbxl, // one line per recipe
  ptbxlRaw,
  mitdb,
  troika,
  stressPredict,
  adhd,
  museErp,
  museSequence,
  welltory,
];

export const recipeNames = (): string[] => [...RECIPES.map(({ name }) => name), "folder"];

/**
 * The recipe of a name; "folder" is made from what lies in the folder and from `options`.
 * @throws UsageError where there is none of that name, or it takes no options
 */
export async function findRecipe(name: string, folder: DataFolder, options: FolderOptions = {}): Promise<Recipe> {
  if (name === "folder") return folderRecipe(folder, options);
  const recipe = RECIPES.find((known) => known.name === name);
  if (recipe === undefined) {
    throw new UsageError({
      where: "recipe",
      what: "is not known",
      expected: recipeNames().join(", "),
      got: JSON.stringify(name),
    });
  }
  if (options.subject === undefined && options.table === undefined) return recipe;
  throw new UsageError({
    where: `recipe ${name}`,
    what: "knows its subjects and labels itself",
    todo: "Leave out --subject and --table, or take --recipe folder",
  });
}
