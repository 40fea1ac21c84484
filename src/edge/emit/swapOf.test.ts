import { describe, expect, it } from "vitest";
import { swapOf } from "./swapOf.ts";

const of = (shape: readonly number[], perm: readonly number[]) =>
  swapOf({ op: "transpose", layer: "Transpose", input: 0, output: 1, shape, perm });

describe("an order of axes as one swap", () => {
  it.each([
    [
      [1, 12, 80, 32],
      [0, 2, 1, 3],
      [12, 80, 32],
    ],
    [
      [12, 80],
      [1, 0],
      [12, 80, 1],
    ],
    [
      [2, 3, 4, 5],
      [2, 3, 0, 1],
      [6, 20, 1],
    ],
    [
      [2, 1, 3, 4],
      [2, 1, 0, 3],
      [2, 3, 4],
    ],
    [
      [2, 3, 4],
      [0, 1, 2],
      [1, 1, 24],
    ],
    [
      [1, 12, 1, 32],
      [0, 2, 1, 3],
      [1, 1, 384],
    ],
  ])("%j by %j is %j", (shape, perm, swap) => {
    expect(of(shape, perm)).toEqual(swap);
  });

  it("refuses what is more than that", () => {
    expect(() => of([2, 3, 4], [2, 1, 0])).toThrow("Transpose: no kernel orders axes so: got [2, 1, 0]");
    expect(() => of([2, 3, 4], [0, 2, 1])).toThrow("no kernel orders axes so");
  });
});
