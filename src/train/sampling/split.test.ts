import { describe, expect, it } from "vitest";
import { fakeStore } from "../loader/fakeStore.ts";
import { readSplitFile, type SplitRule, selectRows, splitSubjects } from "./index.ts";

const people = (count: number, first = 0) => Array.from({ length: count }, (_, i) => `s${first + i}`);
const storeOf = (subjects: string[], officialSplit = new Map()) => ({ name: "store", subjects, officialSplit });
const ofName = (split: ReadonlyMap<string, string>, name: string) =>
  [...split].filter(([, own]) => own === name).map(([s]) => s);

describe("dividing people", () => {
  it("takes shares of the subjects, depending on names and seed alone", () => {
    const rule = { val: 0.1, test: 0.2, seed: 4 };
    const [split] = splitSubjects([storeOf(people(50))], rule);
    expect(["train", "val", "test"].map((name) => ofName(split, name).length)).toEqual([35, 5, 10]);
    const [backwards] = splitSubjects([storeOf(people(50).reverse())], rule);
    expect(new Map([...backwards].sort())).toEqual(new Map([...split].sort()));
    expect(ofName(splitSubjects([storeOf(people(50))], { ...rule, seed: 5 })[0], "test")).not.toEqual(
      ofName(split, "test"),
    );
  });

  it("tests everybody once over the folds, and validates with others", () => {
    const tested = [0, 1, 2].flatMap((fold) => {
      const [split] = splitSubjects([storeOf(people(10))], { folds: 3, fold, seed: 1 });
      const [next] = splitSubjects([storeOf(people(10))], { folds: 3, fold: (fold + 1) % 3, seed: 1 });
      expect(ofName(split, "val")).toEqual(ofName(next, "test"));
      return ofName(split, "test");
    });
    expect(tested.sort()).toEqual(people(10).sort());
    expect(() => splitSubjects([storeOf(people(2))], { folds: 3, fold: 0, seed: 1 })).toThrow(
      /split.folds.*at most 2, got 3/,
    );
  });

  it("puts a person who is in two stores on one side", () => {
    const rule: SplitRule = { val: 0.3, seed: 2 };
    const [a, b] = splitSubjects([storeOf(people(20)), storeOf(people(20, 10))], rule);
    for (const subject of people(10, 10)) expect(a.get(subject)).toBe(b.get(subject));
    expect(ofName(a, "val").length).toBe(9); // of 30
  });

  it("follows the dataset where it divides them itself", () => {
    const official = new Map([
      ["s0", "train"],
      ["s1", "test"],
    ]);
    expect(splitSubjects([storeOf(people(3), official)], "official")).toEqual([official]);
    expect(() => splitSubjects([storeOf(people(3))], "official")).toThrow(/store: has no official split\. Draw one/);
  });

  it("follows a file", () => {
    const subjects = readSplitFile('{"train": ["s0"], "test": ["s2"]}', "split.json");
    expect(splitSubjects([storeOf(people(3))], { subjects })[0]).toEqual(
      new Map([
        ["s0", "train"],
        ["s2", "test"],
      ]),
    );
    expect(() => splitSubjects([storeOf(["x"])], { subjects })).toThrow(
      /split.file: names no subject of the stores: expected x, got s0, s2/,
    );
  });

  it.each([
    ['{"train": ["a"], "val": ["a"]}', /split.json: subject a is in two splits: expected one, got train and val/],
    ['{"train": "a"}', /is not a split of subjects at train/],
    ['{"training": []}', /is not a split of subjects/],
    ["{", /split.json: is not JSON/],
  ])("refuses the file %s", (text, message) => {
    expect(() => readSplitFile(text, "split.json")).toThrow(message);
  });
});

describe("choosing windows", () => {
  const store = fakeStore({ layouts: [["CZ", "II"], ["CZ"]], layout: [0, 0, 0, 0, 1, 1, 1, 1, 0, 0] });
  const rows = (selection: Parameters<typeof selectRows>[1]) => [...selectRows(store, selection)];

  it("looks at split, sensors, labels and quality", () => {
    const of = new Map([
      ["s0", "val"],
      ["s1", "train"],
      ["s2", "train"],
    ] as const);
    expect(rows({})).toHaveLength(10);
    expect(rows({ split: { of, name: "train" } })).toEqual([4, 5, 6, 7, 8, 9]);
    expect(rows({ split: { of, name: "train" }, sensors: ["ecg"] })).toEqual([8, 9]);
    expect(rows({ split: { of, name: "test" } })).toEqual([]);
    expect(rows({ task: "half" })).toHaveLength(10);
    expect(rows({ task: "other" })).toEqual([]);
    store.windows.labels.get("half")![3] = Number.NaN;
    store.windows.quality[9] = 0.4;
    expect(rows({ task: "half", minQuality: 0.5 })).toEqual([0, 1, 2, 4, 5, 6, 7, 8]);
  });
});
