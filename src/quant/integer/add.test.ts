import { expect, it } from "vitest";
import { add } from "./add.ts";

it("adds streams and saturates", () => {
  const a = Int16Array.of(1, 32767, -32767, 32767, -20_000);
  const b = Int16Array.of(2, 32767, -32767, -32767, -12_768);
  expect(add(a, b)).toEqual(Int16Array.of(3, 32767, -32767, 0, -32767));
  expect(a[0]).toBe(1);
});
