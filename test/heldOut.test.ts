import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { runProcess } from "../src/cli/realProcess.ts";
import { openStore, type Split } from "../src/store/node.ts";
import { readManifest } from "../src/weights/manifest.ts";
import { readShippedFile } from "../src/weights/node.ts";

/** What a shipped task is said to reach on the windows of a store of heldOut/. */
interface Figure {
  readonly store: string;
  readonly metric: string;
  /** Rounded to the worse side. */
  readonly value: number;
  /** Of a value that is better when it is smaller. */
  readonly isError?: boolean;
}

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const read = (name: string) => readFileSync(path(name), "utf8");
const { tasks, encoder } = JSON.parse(read("heldOut/figures.json")) as {
  readonly tasks: Readonly<Record<string, Figure>>;
  /** By store and sensor: share of the variance of hidden patches that is explained, rounded down. */
  readonly encoder: Readonly<Record<string, Readonly<Record<string, number>>>>;
};
const card = read("../weights/README.md");
const stores = [...new Set([...Object.values(tasks).map(({ store }) => store), ...Object.keys(encoder)])];

async function evaluate(what: string, store: string) {
  const ended = await runProcess(
    [
      "evaluate",
      what,
      "--store",
      path(`heldOut/stores/${store}`),
      "--split",
      "all",
      "--draws",
      "1",
      "--threads",
      "2",
      "--json",
    ],
    undefined,
    { NODE_OPTIONS: "" },
  );
  expect(ended.code, ended.err).toBe(0);
  return JSON.parse(ended.out);
}

describe("held-out windows", () => {
  it.each(stores)("%s are of test people alone, and attributed", async (name) => {
    const store = await openStore(path(`heldOut/stores/${name}`));
    const splits: Record<string, Split> = JSON.parse(read("../configs/splits/open.json"));
    expect(splits[name].test).toEqual(expect.arrayContaining([...store.subjects]));
    expect(read("heldOut/README.md")).toContain(`**${name}**`);
    await store.close();
  });

  it("are there for every shipped task", async () => {
    expect(Object.keys(readManifest(await readShippedFile("manifest.json")).tasks)).toEqual(Object.keys(tasks));
  });

  it.each(Object.entries(tasks))("are told as well by %s as its model card says", async (task, figure) => {
    const { store, metric, value, isError = false } = figure;
    const { summary } = await evaluate(task, store);
    const reached: number = summary.levels.window.metrics[metric].value;
    if (isError) expect(reached).toBeLessThanOrEqual(value);
    else expect(reached).toBeGreaterThanOrEqual(value);
    expect(card).toMatch(new RegExp(`\\| ${task} \\|.*\\| ${value} \\|`));
  });

  it.each(Object.entries(encoder))("are filled in as well by the encoder as said: %s", async (store, sensors) => {
    const { summary } = await evaluate(path("../weights/encoder.safetensors"), store);
    const rows: { sensor: string; explained: { model: { value: number } } }[] = summary.rows;
    expect(rows.map(({ sensor }) => sensor)).toEqual(Object.keys(sensors));
    for (const { sensor, explained } of rows) {
      expect(explained.model.value, sensor).toBeGreaterThanOrEqual(sensors[sensor]);
    }
  });
});
