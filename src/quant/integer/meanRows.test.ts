import { expect, it } from "vitest";
import { meanRows } from "./meanRows.ts";
import { multiplierOf } from "./multiplier.ts";

it("takes the mean of every column, ties upwards", () => {
  const x = Int8Array.of(1, -127, 127, 2, -127, 126); // (2, 3)
  expect([...meanRows(x, 3, multiplierOf(1 / 2))]).toEqual([2, -127, 127]); // 1.5 and 126.5 are ties
});

it("takes values of 16 bits, too", () => {
  const x = Int16Array.of(32767, -32767, 300, 32767, -32767, 101); // (2, 3)
  expect([...meanRows(x, 3, multiplierOf(1 / 512))]).toEqual([127, -127, 1]); // 127.996, −127.996 and 0.78
});

it("of one row is that row", () => {
  expect([...meanRows(Int8Array.of(-127, 0, 127), 3, multiplierOf(1))]).toEqual([-127, 0, 127]);
});
