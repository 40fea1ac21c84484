import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { findRecipe } from "../../datasets/index.ts";
import { finetuneConfig, parseConfig, pretrainConfig } from "../../train/config/index.ts";
import { taskScores } from "./taskScores.ts";

const folder = new URL("../../../configs/", import.meta.url);
const nothing = { list: async () => [], read: () => Promise.reject(new Error("no file is read")) };
const recipeOf = (store: string) => findRecipe(basename(store), nothing as never);

const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".yaml"));

/** Stores are named for the recipes that make them. */
describe.each(files)("configs/%s", (name) => {
  const text = readFileSync(new URL(name, folder), "utf8");

  it("names stores that recipes make, and tasks that they have", async () => {
    if (name.startsWith("pretrain")) {
      const { corpora } = parseConfig(text, pretrainConfig, { name });
      for (const { store } of corpora) expect((await recipeOf(store)).name).toBe(basename(store));
      return;
    }
    const { stores, task, earlyStopping } = parseConfig(text, finetuneConfig, { name });
    for (const store of stores) {
      const spec = (await recipeOf(store)).tasks[task];
      expect(spec, `${task} of ${store}`).toBeDefined();
      if (earlyStopping.metric !== "loss") taskScores.isBetterLarger(earlyStopping.metric, spec);
    }
  });

  it("says how to make its stores and how to use it", async () => {
    const commands = text.split("\n").filter((line) => line.startsWith("#   panluna"));
    const prepare = commands.flatMap((line) => {
      const [, recipe, store] = /prepare <folder> --recipe (\S+) .*--output stores\/(\S+)$/.exec(line) ?? [];
      return recipe === undefined ? [] : [{ recipe, store }];
    });
    const script = /docs\/\S+\.sh/.exec(text)?.[0];
    expect(prepare.length > 0 || (script !== undefined && existsSync(new URL(`../${script}`, folder)))).toBe(true);
    for (const { recipe, store } of prepare) {
      expect(recipe).toBe(store);
      if (recipe !== "RECIPE") await recipeOf(recipe);
    }
    expect(commands.at(-1)).toMatch(new RegExp(`panluna (pretrain|finetune) configs/${name} runs/`));
  });
});
