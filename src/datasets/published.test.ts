import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { findRecipe } from "./index.ts";
import { openDataFolder } from "./node.ts";
import type { Recipe } from "./recipe.ts";
import { type Survey, survey } from "./survey.ts";

/** What h5py, SciPy and NumPy make of the same files, windows laid and labelled by hand; made by pairs/published.py. */
interface Published {
  readonly sha256: string;
  readonly windows: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly recording: string;
  /** Σ |x| per channel of that recording. */
  readonly sums: readonly number[];
}

const published: Readonly<Record<string, Published>> = JSON.parse(
  readFileSync(new URL("pairs/published.json", import.meta.url), "utf8"),
);

const DATA = "../shared/data";

/** What data/README.md says of each dataset, and the folders say themselves. */
const DATASETS = [
  { name: "ptbxl-raw", folder: "ptbxl", parts: 9, recordings: 434, subjects: 407, hours: 434 / 360 },
  { name: "mitdb", folder: "mitdb", parts: 8, recordings: 8, subjects: 7, hours: 4.01 },
  { name: "troika", folder: "troika", parts: 9, recordings: 9, subjects: 9, hours: 0.72 },
  { name: "stress-predict", folder: "stress-predict", parts: 28, recordings: 28, subjects: 28, hours: 25.675 },
  { name: "adhd", folder: "adhd", parts: 97, recordings: 97, subjects: 97, hours: 3.83 },
  { name: "muse-erp", folder: "muse", parts: 8, recordings: 121, subjects: 59, hours: 5.63 }, // 122, one of them twice
  { name: "muse-sequence", folder: "muse", parts: 56, recordings: 1564, subjects: 56, hours: 5.12 },
  { name: "welltory", folder: "welltory", parts: 21, recordings: 21, subjects: 1, hours: 0.49 }, // 13 people, not told apart
];

describe.skipIf(!existsSync(DATA))("datasets as published (needs ../shared/data)", () => {
  describe.each(DATASETS)("$name", ({ name, folder: place, ...counts }) => {
    let recipe: Recipe;
    let found: Survey;
    beforeAll(async () => {
      const folder = await openDataFolder(`${DATA}/${place}`);
      recipe = await findRecipe(name, folder);
      found = await survey(recipe, folder);
    }, 60_000);

    it("has the recordings, people and hours that it should have", () => {
      expect(found.parts).toHaveLength(counts.parts);
      expect(new Set(found.parts).size).toBe(counts.parts);
      expect(new Set(found.recordings.map(({ id }) => id)).size).toBe(counts.recordings);
      expect(found.recordings).toHaveLength(counts.recordings);
      expect(found.subjects.size).toBe(counts.subjects);
      expect(Math.abs(found.hours - counts.hours)).toBeLessThan(0.005);
      expect(found.recordings.some(({ filtered }) => filtered)).toBe(false);
    });

    it("labels every window as an independent reading does", () => {
      for (const task of Object.keys(recipe.tasks)) {
        const want = published[`${name} ${task}`];
        const regression = recipe.tasks[task].kind === "regression";
        if (!regression) expect(found.count(task)).toEqual(want.counts);
        expect(found.windows).toHaveLength(want.windows);
        expect(digest(found, task, regression)).toBe(want.sha256);
      }
    });

    it("holds the samples, in the unit that the dataset states", async () => {
      const want = published[`${name} ${Object.keys(recipe.tasks)[0]}`];
      const { recording } = found.recordings.find(({ id }) => id === want.recording)!;
      const sums = (await recording.read()).map((x) => x.reduce((sum, value) => sum + Math.abs(value), 0));
      expect(sums).toHaveLength(want.sums.length);
      sums.forEach((sum, c) => {
        expect(Math.abs(sum / want.sums[c] - 1)).toBeLessThan(1e-9);
      });
    });
  });
});

/** Of one line per window, as pairs/published.py writes them. */
function digest({ windows }: Survey, task: string, regression: boolean): string {
  const lines = windows.map(({ recording, onset, labels: { [task]: label } }) => {
    const text = label === undefined ? "-" : regression ? Math.round(1000 * Number(label)) : String(label);
    return `${recording} ${Math.round(256 * onset)} ${text}`;
  });
  return createHash("sha256").update(lines.sort().join("\n")).digest("hex");
}
