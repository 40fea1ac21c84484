import { describe, expect, it } from "vitest";
import { recordingFromArrays } from "../signal/index.ts";
import { fakeFolder } from "./fakeFolder.ts";
import { type FolderOptions, folderRecipe } from "./folder.ts";
import { findRecipe, recipeNames } from "./index.ts";

const x = recordingFromArrays([{ label: "Cz", sfreq: 250, samples: new Float64Array(10) }]);

async function tell(files: Parameters<typeof fakeFolder>[0], options?: FolderOptions) {
  const folder = fakeFolder(files);
  const recipe = await folderRecipe(folder, options);
  const parts = await recipe.plan(folder);
  const told: unknown[] = [];
  for (const part of parts) {
    for await (const { subject, split, labels } of part.recordings()) {
      told.push([part.id, subject, ...(split ? [split] : []), labels(0, 5)]);
    }
  }
  return { tasks: recipe.tasks, told };
}

describe("any folder", () => {
  it("takes the first folder for the person, and only files that are recordings", async () => {
    const { told } = await tell({
      "p1/a.edf": x,
      "p1/b/c.hea": x,
      "p1/b/c.dat": x,
      "p1/b/c.atr": x,
      "p2/a.bdf": x,
      "p2/notes.pdf": "",
    });
    expect(told).toEqual([
      ["p1/a.edf", "p1", {}],
      ["p1/b/c.hea", "p1", {}],
      ["p2/a.bdf", "p2", {}],
    ]);
  });

  it("takes the group of an expression, and refuses a file without subject", async () => {
    const files = { "run1/S1_a.edf": x, "run2/S1_b.edf": x };
    expect((await tell(files, { subject: "(S\\d)_" })).told).toEqual([
      ["run1/S1_a.edf", "S1", {}],
      ["run2/S1_b.edf", "S1", {}],
    ]);
    await expect(tell(files, { subject: "(T\\d)_" })).rejects.toThrow("S1_a.edf: has no subject");
    await expect(tell({ "a.edf": x })).rejects.toThrow("got a file beside the folders. Give --subject");
    await expect(tell(files, { subject: "(" })).rejects.toThrow("--subject: is no regular expression");
  });

  it("shortens the id of a part whose path is too long for one, without making two equal", async () => {
    const long = (letter: string) => `p/${letter}${"y".repeat(200)}/a.edf`;
    const { told } = await tell({ [long("a")]: x, [long("b")]: x });
    const ids = told.map((row) => (row as string[])[0]);
    expect(ids.every((id) => id.length < 140)).toBe(true);
    expect(new Set(ids).size).toBe(2);
  });

  it("takes subject, split and labels from a table", async () => {
    const { tasks, told } = await tell(
      {
        "a.edf": x,
        "b.edf": x,
        "c.edf": x,
        "t.csv":
          "file,subject,split,state,age:regression:years,findings:multilabel,dose\nb.edf,P2,train,wake,31,x|y,0.5\na.edf,P1,val,sleep,,y,1\n",
      },
      { table: "t.csv" },
    );
    expect(tasks).toEqual({
      state: { kind: "binary", title: "state", classes: ["sleep", "wake"] },
      age: { kind: "regression", title: "age", classes: [], unit: "years" },
      findings: { kind: "multilabel", title: "findings", classes: ["x", "y"] },
      dose: { kind: "regression", title: "dose", classes: [] },
    });
    expect(told).toEqual([
      ["a.edf", "P1", "val", { state: 0, findings: [0, 1], dose: 1 }],
      ["b.edf", "P2", "train", { state: 1, age: 31, findings: [1, 1], dose: 0.5 }],
    ]);
  });

  it.each([
    ["file,state\n../x.edf,1\na.edf,2\n", "lists 1 files that are not in the folder: got ../x.edf"],
    ["file,state\na.edf,1\na.edf,2\n", "lists a file twice: got a.edf"],
    ["name,state\na.edf,1\n", "lacks a column: expected file"],
    ["file,split\na.edf,dev\n", 'holds an unknown split at a.edf: expected train, val, test, got "dev"'],
    ["file,state\na.edf,1\n", "does not hold the classes of a binary task"],
    ["file,hr:regression\na.edf,fast\n", 'holds no number at column "hr:regression": expected a value, got "fast"'],
    ["file,hr:rate\na.edf,1\n", "names no kind of task"],
  ])("refuses the table %j", async (text, message) => {
    await expect(tell({ "a.edf": x, "t.csv": text }, { table: "t.csv" })).rejects.toThrow(message);
  });

  it("sorts classes that are numbers by size", async () => {
    const rows = [10, 9, 100].map((value, i) => `${i}.edf,p,${value}`).join("\n");
    const files = { "0.edf": x, "1.edf": x, "2.edf": x, "t.csv": `file,subject,level\n${rows}\n` };
    expect((await tell(files, { table: "t.csv" })).tasks["level"].classes).toEqual(["9", "10", "100"]);
  });
});

describe("recipes", () => {
  it("have names, classes that fit their kinds, and windows of whole patches", async () => {
    for (const name of recipeNames().filter((known) => known !== "folder")) {
      const recipe = await findRecipe(name, fakeFolder({}));
      expect(recipe.name).toBe(name);
      expect((recipe.windowSeconds * 256) % 32).toBe(0);
      for (const { kind, classes } of Object.values(recipe.tasks)) {
        if (kind === "binary") expect(classes).toHaveLength(2);
        if (kind === "regression") expect(classes).toEqual([]);
        if (kind === "multiclass") expect(classes.length).toBeGreaterThan(2);
      }
    }
  });

  it("are asked for by name", async () => {
    await expect(findRecipe("tuab", fakeFolder({}))).rejects.toThrow("is not known: expected eegmat, ptbxl");
    await expect(findRecipe("eegmat", fakeFolder({}), { table: "t.csv" })).rejects.toThrow("knows its subjects");
  });
});
