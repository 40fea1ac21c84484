import { expect, it } from "vitest";
import { meanRows } from "./meanRows.ts";
import { multiplierOf } from "./multiplier.ts";

it("takes the mean of every column, ties upwards", () => {
  const x = Int8Array.of(1, -127, 127, 2, -127, 126); // (2, 3)
  expect([...meanRows(x, 3, multiplierOf(1 / 2))]).toEqual([2, -127, 127]); // 1.5 and 126.5 are ties
});

it("of one row is that row", () => {
  expect([...meanRows(Int8Array.of(-127, 0, 127), 3, multiplierOf(1))]).toEqual([-127, 0, 127]);
});
