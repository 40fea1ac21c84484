import { describe, expect, it } from "vitest";
import { UsageError } from "../../errors.ts";
import { labelledStore, TASKS, TINY } from "../trainer/pairs/fakeTraining.ts";
import { lengthOfWindows, taskOf } from "./taskOf.ts";

describe("the task of some stores", () => {
  it("is that of all of them", () => {
    expect(taskOf([labelledStore(), labelledStore({ name: "b" })], "rate")).toEqual(TASKS.rate);
  });

  it.each(["nothing", "constructor", "toString", "__proto__"])("is not %s, which they do not have", (name) => {
    expect(() => taskOf([labelledStore()], name)).toThrow(UsageError);
  });

  it("is not one of values in different units", () => {
    const other = labelledStore({ name: "b" });
    const inHertz = { ...other, tasks: { ...other.tasks, rate: { ...TASKS.rate, unit: "Hz" } } };
    expect(() => taskOf([labelledStore(), inHertz], "rate")).toThrow(/b, task rate: is another task.*bpm.*Hz/);
  });
});

it("the length of windows is refused in the name of the shortest store", () => {
  const stores = [labelledStore({ name: "long", nTimes: 128 }), labelledStore({ name: "short", nTimes: 72 })];
  expect(() => lengthOfWindows(stores, {}, TINY)).toThrow(/^short: does not divide into patches/);
});
