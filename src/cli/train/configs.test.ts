import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { findRecipe } from "../../datasets/index.ts";
import { finetuneConfig, parseConfig, pretrainConfig } from "../../train/config/index.ts";
import { taskScores } from "./taskScores.ts";

const folder = new URL("../../../configs/", import.meta.url);
const nothing = { list: async () => [], read: () => Promise.reject(new Error("no file is read")) };
const recipeOf = (store: string) => findRecipe(basename(store), nothing as never);

/** Stores are named for the recipes that make them. */
describe.each(readdirSync(folder).filter((name) => name.endsWith(".yaml")))("configs/%s", (name) => {
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
    const prepare = commands.flatMap(
      (line) => /prepare <folder> --recipe (\S+) --output stores\/(\S+)$/.exec(line) ?? [],
    );
    expect(prepare[1]).toBe(prepare[2]);
    if (prepare[1] !== "RECIPE") await recipeOf(prepare[1]);
    expect(commands.at(-1)).toMatch(new RegExp(`panluna (pretrain|finetune) configs/${name} runs/`));
  });
});
