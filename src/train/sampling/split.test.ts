import { describe, expect, it } from "vitest";
import { fakeStore } from "../loader/fakeStore.ts";
import { fewerPeople, type SplitRule, selectRows, splitStores } from "./index.ts";

/** A store of people, four windows each, with the classes of the task "half" as given. */
function storeOf(count: number, classOf: (person: number) => number = () => 0, first = 0) {
  const store = fakeStore({ layouts: [["CZ"]], layout: Array(4 * count).fill(0) });
  const labels = store.windows.labels.get("half")!;
  labels.set(labels.map((_, row) => classOf(Math.floor(row / 4))));
  return { ...store, subjects: store.subjects.map((_, i) => `s${first + i}`) };
}

describe("dividing the people of stores", () => {
  it("takes shares, and puts a person who is in two stores on one side", () => {
    const rule: SplitRule = { val: 0.2, test: 0.1, seed: 2 };
    const [a, b] = splitStores([storeOf(20), storeOf(20, () => 0, 10)], rule);
    expect([a.train.length, a.val.length, a.test.length]).toEqual([21, 6, 3]);
    expect(b).toEqual(a);
    expect(splitStores([storeOf(20)], { val: 0.5, seed: 1 })[0].test).toEqual([]);
  });

  it("goes through folds; of two, none validates", () => {
    const tested = [0, 1, 2].flatMap((fold) => splitStores([storeOf(10)], { folds: 3, fold, seed: 1 })[0].test);
    expect(tested.length).toBe(10);
    expect(new Set(tested).size).toBe(10);
    const [two] = splitStores([storeOf(10)], { folds: 2, fold: 1, seed: 1 });
    expect([two.train.length, two.val.length, two.test.length]).toEqual([5, 0, 5]);
  });

  it("spreads the classes of a task that tells people apart", () => {
    const store = storeOf(40, (person) => Number(person % 4 === 0));
    for (let seed = 0; seed < 20; seed++) {
      const [{ test }] = splitStores([store], { folds: 5, fold: 0, seed }, "half");
      expect(test.filter((name) => Number(name.slice(1)) % 4 === 0)).toHaveLength(2);
    }
  });

  it("follows the dataset or a file", () => {
    const officialSplit = new Map([
      ["s0", "train"],
      ["s1", "test"],
    ] as const);
    expect(splitStores([{ ...storeOf(2), officialSplit }], "official")[0]).toEqual({
      train: ["s0"],
      val: [],
      test: ["s1"],
    });
    const text = '{ "train": ["s0"], "val": ["s1"], "test": [] }';
    expect(splitStores([storeOf(2)], { file: "my.json", text })[0].val).toEqual(["s1"]);
    expect(() => splitStores([storeOf(3)], { file: "my.json", text })).toThrow(/my.json/);
  });

  it("follows the sections of a file: the same name in two datasets is two people, in two stores of one it is one", () => {
    const section = { train: ["s0"], val: [], test: ["s1"] };
    const text = JSON.stringify({ a: section, b: { train: ["s1"], val: ["s0"], test: [] }, c: section });
    const stores = ["a", "b", "a"].map((name) => ({ ...storeOf(2), name }));
    const splits = splitStores(stores, { file: "open.json", text });
    expect(splits.map(({ train }) => train)).toEqual([["s0"], ["s1"], ["s0"]]);
  });
});

describe("fewer people to learn from", () => {
  const classOf = (person: number) => Number(person % 10 === 0); // one in ten
  const stores = [storeOf(40, classOf)];
  const splits = splitStores(stores, { val: 0.2, test: 0.2, seed: 1 }, "half");
  const draw = (share: number, seed = 1) => fewerPeople(stores, splits, "half", { share, seed })[0];
  const isRare = (name: string) => classOf(Number(name.slice(1))) === 1;

  it("are some of the training people, with each of the classes; validation and test stay", () => {
    expect(splits[0].train).toHaveLength(24);
    expect(draw(1)).toEqual(splits[0]);
    for (const [share, count] of [
      [0.25, 6],
      [0.1, 2],
      [0.01, 2],
    ]) {
      const { train, val, test } = draw(share);
      expect({ val, test }).toEqual({ val: splits[0].val, test: splits[0].test });
      expect(train).toHaveLength(count);
      expect(train.filter(isRare)).toHaveLength(1);
      expect(train.filter((name) => !splits[0].train.includes(name))).toEqual([]);
    }
  });

  it("are others for another seed, and nested for one", () => {
    const drawn = [1, 2, 3].map((seed) => draw(0.25, seed).train.join());
    expect(new Set(drawn).size).toBe(3);
    expect(draw(0.1).train.filter((name) => !draw(0.25).train.includes(name))).toEqual([]);
  });

  it("have labels of the task, and need not have every class where people have several", () => {
    const store = storeOf(8, (person) => person);
    const labels = store.windows.labels.get("half")!;
    labels.set(labels.map((_, row) => (row < 16 ? row % 2 : Number.NaN)));
    const all = { train: store.subjects, val: [], test: [] };
    expect(fewerPeople([store], [all], "half", { share: 0.5, seed: 1 })[0].train).toHaveLength(2); // of s0 to s3
    expect(fewerPeople([store], [all], "half", { share: 0.01, seed: 1 })[0].train).toHaveLength(1);
    expect(fewerPeople([store], [all], "other", { share: 0.5, seed: 1 })[0].train).toEqual([]);
  });

  it("are drawn by name over all stores, each from its own training people", () => {
    const two = [storeOf(8), storeOf(8)];
    const sides = [
      { train: ["s0", "s1", "s2", "s3"], val: [], test: ["s4", "s5", "s6", "s7"] },
      { train: ["s2", "s3", "s4", "s5"], val: ["s0", "s1"], test: ["s6", "s7"] },
    ];
    const [a, b] = fewerPeople(two, sides, "half", { share: 0.5, seed: 4 });
    const names = new Set([...a.train, ...b.train]);
    expect(names.size).toBe(3); // of s0 to s5
    expect(a.train).toEqual(sides[0].train.filter((name) => names.has(name)));
    expect(b.train).toEqual(sides[1].train.filter((name) => names.has(name)));
  });
});

describe("choosing windows", () => {
  const store = fakeStore({ layouts: [["CZ", "II"], ["CZ"]], layout: [0, 0, 0, 0, 1, 1, 1, 1, 0, 0] });
  const rows = (selection: Parameters<typeof selectRows>[1]) => [...selectRows(store, selection)];

  it("looks at people, sensors, labels and quality", () => {
    expect(rows({})).toHaveLength(10);
    expect(rows({ subjects: ["s1", "s2"] })).toEqual([4, 5, 6, 7, 8, 9]);
    expect(rows({ subjects: ["s1", "s2"], sensors: ["ecg"] })).toEqual([8, 9]);
    expect(rows({ subjects: [] })).toEqual([]);
    expect(rows({ task: "half" })).toHaveLength(10);
    expect(rows({ task: "other" })).toEqual([]);
    store.windows.labels.get("half")![3] = Number.NaN;
    store.windows.quality[9] = 0.4;
    expect(rows({ task: "half", minQuality: 0.5 })).toEqual([0, 1, 2, 4, 5, 6, 7, 8]);
  });
});
