import { expect, it } from "vitest";
import { finetuneConfig, parseConfig } from "../config/index.ts";
import { fakeStore } from "../loader/fakeStore.ts";
import { taskData } from "./taskData.ts";

it("a share of the training people is learned from, drawn with the seed; who validates stays", () => {
  const store = fakeStore({ layouts: [["CZ"]], layout: Array(80).fill(0) });
  const data = (more: string) => {
    const config = parseConfig(`stores: [a]\ntask: half\nbatch: {windows: 4, micro: 4}\n${more}`, finetuneConfig, {
      name: "f.yaml",
    });
    const { train, val, plan } = taskData([store], config, { val: 0.2, seed: 3 });
    const peopleOf = (rows: ArrayLike<number>) => [...new Set(Array.from(rows, (row) => store.windows.subject[row]))];
    return { train: peopleOf(train[0].rows), val: peopleOf(val[0].rows), windows: plan.windows };
  };
  const all = data("");
  expect([all.train.length, all.val.length, all.windows]).toEqual([16, 4, 64]);
  const [quarter, other] = [data("people: 0.25"), data("people: 0.25\nseed: 1")];
  expect([quarter.train.length, quarter.windows]).toEqual([4, 16]);
  expect(quarter.train.filter((s) => s < 10)).toHaveLength(2); // half of them have windows of the first class
  expect(quarter.train.filter((s) => !all.train.includes(s))).toEqual([]);
  expect([quarter.val, other.val]).toEqual([all.val, all.val]);
  expect(other.train).not.toEqual(quarter.train);
  expect(() => data("people: 0")).toThrow(/people is too small/);
});
