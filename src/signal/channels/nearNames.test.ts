import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { editDistance, nearElectrodes } from "./nearNames.ts";

describe("near names", () => {
  it("put the nearest first, names that the model knows before others", () => {
    expect(nearElectrodes("FP11")[0]).toBe("FP1");
    expect(nearElectrodes("CZZ")[0]).toBe("CZ");
    expect(nearElectrodes("SEC")).not.toContain("SEC");
    expect(nearElectrodes("LEFT TEMPORAL")).toEqual([]);
  });

  it.each([
    ["kitten", "sitting", 3],
    ["", "abc", 3],
    ["CZ", "CZ", 0],
  ])("%s to %s takes %d steps", (a, b, steps) => expect(editDistance(a, b)).toBe(steps));

  it("are as far one way as the other", () => {
    fc.assert(fc.property(fc.string(), fc.string(), (a, b) => editDistance(a, b) === editDistance(b, a)));
  });
});
