import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FormatError, SignalError, UsageError } from "../errors.ts";
import { formatSplit, formatSplits, readSplit, readSplits } from "./splitFile.ts";
import { checkLeak, foldsOf, officialSplit, SPLIT_NAMES, splitOfFold, splitSubjects } from "./splits.ts";

const people = (n: number) => Array.from({ length: n }, (_, i) => `s${i}`);
const fractions = { train: 0.7, val: 0.15, test: 0.15 };
const shuffle = fc.shuffledSubarray(people(40), { minLength: 40, maxLength: 40 });

describe("splitSubjects", () => {
  it("puts every subject into exactly one split, in the shares asked for, the same for any order of the input", () => {
    const first = splitSubjects(people(40), fractions, 7);
    expect(SPLIT_NAMES.map((name) => first[name].length)).toEqual([28, 6, 6]);
    checkLeak(first, people(40));
    fc.assert(
      fc.property(shuffle, (order) => {
        expect(splitSubjects([...order, ...order.slice(3)], fractions, 7)).toEqual(first);
      }),
      { numRuns: 20 },
    );
  });

  it("is these splits for these seeds, today and later", () => {
    expect(splitSubjects(people(8), { train: 0.5, val: 0.25, test: 0.25 }, 1)).toMatchInlineSnapshot(`
      {
        "test": [
          "s0",
          "s5",
        ],
        "train": [
          "s2",
          "s3",
          "s6",
          "s7",
        ],
        "val": [
          "s1",
          "s4",
        ],
      }
    `);
    expect(splitSubjects(people(8), { train: 0.5, val: 0.25, test: 0.25 }, 2)).toMatchInlineSnapshot(`
      {
        "test": [
          "s0",
          "s4",
        ],
        "train": [
          "s3",
          "s5",
          "s6",
          "s7",
        ],
        "val": [
          "s1",
          "s2",
        ],
      }
    `);
  });

  it("draws every subject into the test set equally often", () => {
    const times = new Map(people(20).map((name) => [name, 0]));
    for (let seed = 0; seed < 2000; seed++) {
      for (const name of splitSubjects(people(20), { train: 0.75, val: 0, test: 0.25 }, seed).test) {
        times.set(name, (times.get(name) ?? 0) + 1);
      }
    }
    for (const count of times.values()) expect(Math.abs(count - 500)).toBeLessThan(5 * Math.sqrt(2000 * 0.25 * 0.75)); // 5 σ
  });

  it("gives every split its share of each group", () => {
    const groups = fc.array(fc.constantFrom("a", "b", "c"), { minLength: 30, maxLength: 80 });
    fc.assert(
      fc.property(groups, fc.nat(), (labels, seed) => {
        const strata = new Map(labels.map((label, i) => [`s${i}`, label]));
        const split = splitSubjects(strata.keys(), fractions, seed, strata);
        for (const label of new Set(labels)) {
          const size = labels.filter((other) => other === label).length;
          for (const name of SPLIT_NAMES) {
            const got = split[name].filter((subject) => strata.get(subject) === label).length;
            expect(Math.abs(got - fractions[name] * size)).toBeLessThanOrEqual(2);
          }
        }
      }),
    );
  });

  it("refuses shares that are none and splits that would be empty", () => {
    expect(() => splitSubjects(people(9), { train: 0.9, val: 0.2, test: 0 }, 1)).toThrow(UsageError);
    expect(() => splitSubjects(people(9), { train: 1.2, val: -0.2, test: 0 }, 1)).toThrow(UsageError);
    expect(() => splitSubjects(people(2), fractions, 1)).toThrow(/would have no subject.*got 2 subjects/);
    expect(splitSubjects(people(2), { train: 0.5, val: 0, test: 0.5 }, 1).val).toEqual([]);
  });
});

describe("foldsOf", () => {
  it("tests every subject once, in folds whose sizes and groups differ by one at most, for any order of the input", () => {
    const strata = new Map(people(40).map((name, i) => [name, i % 3 === 0 ? "patient" : "control"]));
    const first = foldsOf(people(40), 6, 3, strata);
    expect(first.flat().sort()).toEqual(people(40).sort());
    const spread = (counts: number[]) => Math.max(...counts) - Math.min(...counts);
    expect(spread(first.map((fold) => fold.length))).toBeLessThanOrEqual(1);
    expect(spread(first.map((fold) => fold.filter((s) => strata.get(s) === "patient").length))).toBeLessThanOrEqual(1);
    fc.assert(
      fc.property(shuffle, (order) => {
        expect(foldsOf(order, 6, 3, strata)).toEqual(first);
      }),
      { numRuns: 20 },
    );
    expect(foldsOf(people(40), 6, 4, strata)).not.toEqual(first);
  });

  it("each fold makes a split without a leak", () => {
    const folds = foldsOf(people(11), 4, 1);
    for (const [i, fold] of folds.entries()) {
      const split = splitOfFold(folds, i);
      checkLeak(split, people(11));
      expect(split.test).toEqual(fold);
      expect(split.val).toEqual(folds[(i + 1) % 4]);
      const bare = splitOfFold(folds, i, false);
      checkLeak(bare, people(11));
      expect(bare.val).toEqual([]);
    }
  });

  it("refuses what cannot be", () => {
    expect(() => foldsOf(people(3), 4, 1)).toThrow(/2 to 3, the number of subjects, got 4/);
    expect(() => foldsOf(people(3), 1, 1)).toThrow(UsageError);
    expect(() => splitOfFold(foldsOf(people(4), 2, 1), 0)).toThrow(/three folds/);
    expect(() => splitOfFold(foldsOf(people(4), 2, 1), 2, false)).toThrow(/no such fold/);
  });
});

describe("leaks", () => {
  it.each([
    [{ train: ["a"], val: ["b"], test: ["a"] }, /the subject a stands both in train and in test/],
    [{ train: ["a", "b", "b"], val: [], test: [] }, /the subject b stands twice in train/],
    [{ train: ["a"], val: [], test: [] }, /the subject b stands in no split/],
    [{ train: ["a", "b"], val: ["c"], test: [] }, /val has c, who is no subject of the data/],
  ])("%j is refused, by name", (split, message) => {
    expect(() => checkLeak(split, ["a", "b"])).toThrow(SignalError);
    expect(() => checkLeak(split, ["a", "b"])).toThrow(message);
    expect(() => readSplit(JSON.stringify(split), "my.json", ["a", "b"])).toThrow(FormatError);
    expect(() => readSplit(JSON.stringify(split), "my.json", ["a", "b"])).toThrow(message);
  });

  it("an official split is used whole or not at all", () => {
    const store = { name: "x", subjects: ["b", "a"], officialSplit: new Map([["a", "test" as const]]) };
    expect(() => officialSplit(store)).toThrow(/x, official split: the subject b stands in no split/);
    const whole = new Map([...store.officialSplit, ["b", "train" as const], ["gone", "val" as const]] as const);
    expect(officialSplit({ ...store, officialSplit: whole })).toEqual({ train: ["b"], val: [], test: ["a"] });
  });
});

describe("a split in a file", () => {
  it("comes back as written", () => {
    const split = splitSubjects(people(20), fractions, 3);
    expect(readSplit(formatSplit(split), "my.json", people(20))).toEqual(split);
  });

  it.each([
    ["{", /my\.json: the split is not JSON/],
    ["[]", /is no object/],
    ['{"train": ["a"], "val": []}', /test is no list.*got nothing/],
    ['{"train": ["a"], "val": [], "test": "b"}', /test is no list.*got string/],
    ['{"train": ["a"], "val": [], "test": [3]}', /no name.*got 3 at 0/],
    ['{"train": ["a"], "val": [], "test": [], "dev": []}', /unknown member.*got dev/],
  ])("%s is refused", (text, message) => {
    expect(() => readSplit(text, "my.json", ["a"])).toThrow(FormatError);
    expect(() => readSplit(text, "my.json", ["a"])).toThrow(message);
  });
});

describe("a file of splits by dataset", () => {
  const stores = [
    { name: "eegmat", subjects: ["1", "2"] },
    { name: "adhd", subjects: ["1", "3"] },
  ];
  const splits = {
    eegmat: { train: ["1"], val: [], test: ["2"] },
    adhd: { train: ["3"], val: ["1"], test: [] },
  };
  const read = (value: unknown, some = stores) => readSplits(JSON.stringify(value), "open.json", some);

  it("comes back as written, each store with its own section; other sections wait for other stores", () => {
    expect(readSplits(formatSplits(splits), "open.json", stores)).toEqual([splits.eegmat, splits.adhd]);
    expect(read({ ...splits, later: { train: ["x"], val: [], test: [] } }, [stores[1]])).toEqual([splits.adhd]);
  });

  it("divides stores of one dataset together: a section names the people of all of them", () => {
    const halves = [
      { name: "eegmat", subjects: ["1"] },
      { name: "eegmat", subjects: ["2", "1"] },
    ];
    expect(read(splits, halves)).toEqual([splits.eegmat, splits.eegmat]);
    expect(() => read(splits, [halves[0]])).toThrow(/section eegmat: test has 2, who is no subject of the data/);
  });

  it("may be one split of all people together", () => {
    const whole = { train: ["1"], val: ["3"], test: ["2"] };
    expect(read(whole)).toEqual([whole, whole]);
    expect(() => read({ ...whole, test: [] })).toThrow(/open.json: the subject 2 stands in no split/);
  });

  it.each([
    [
      { eegmat: splits.eegmat, later: { train: [], val: [], test: [] } },
      /no section for the store adhd.*one of eegmat, l/,
    ],
    [{ ...splits, adhd: { train: ["3"], val: [], test: [] } }, /section adhd: the subject 1 stands in no split/],
    [{ ...splits, adhd: { train: ["3"], val: ["1"], test: ["2"] } }, /section adhd: test has 2, who is no subject/],
    [{ ...splits, adhd: { train: ["3"], val: ["1"], test: ["3"] } }, /the subject 3 stands both in train and in test/],
    [{ ...splits, later: { train: ["x"], val: [], test: ["x"] } }, /section later: the subject x stands both/],
    [{ ...splits, later: ["x"] }, /section later: the section is no object/],
    [{ ...splits, later: { train: ["x"] } }, /section later: val is no list.*got nothing/],
    [{ ...splits, train: splits.adhd }, /open.json: the split has an unknown member.*got eegmat/],
    [{ train: splits.adhd, val: splits.adhd, test: splits.adhd }, /open.json: train is no list.*got object/],
    [{}, /open.json: train is no list/],
  ])("%j is refused", (value, message) => {
    expect(() => read(value)).toThrow(FormatError);
    expect(() => read(value)).toThrow(message);
  });

  it("has no dataset that is called like a split, and takes no name for a member of every object", () => {
    expect(() => formatSplits({ val: splits.adhd })).toThrow(/a dataset is called like a split: got val/);
    expect(() => read(splits, [{ name: "constructor", subjects: [] }])).toThrow(/no section for the store constructor/);
  });
});
