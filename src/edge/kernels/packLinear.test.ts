import { describe, expect, it } from "vitest";
import { UsageError } from "../../errors.ts";
import { packLinear } from "./packLinear.ts";

/** Three channels of five weights: channel n has n1 … n5. */
const layer = {
  cols: 3,
  inner: 5,
  weights: Int8Array.of(11, 12, 13, 14, 15, 21, 22, 23, 24, 25, 31, 32, 33, 34, 35),
  bias: Int32Array.of(-1, 2, 3),
  multiplier: Int32Array.of(2 ** 30, 2 ** 30 + 1, 2 ** 31 - 1),
  shift: Int32Array.of(33, 40, 62),
};
const weightsFor = (channels: number, depth: number, padding: number) => [
  ...packLinear(layer, { channels, depth, padding }).weights,
];

describe("weights", () => {
  it("of four channels interleave one by one", () => {
    const columns = [1, 2, 3, 4, 5].flatMap((k) => [10 + k, 20 + k, 30 + k, 0]);
    expect(weightsFor(4, 1, 4)).toEqual([...columns, ...new Array(12).fill(0)]);
  });

  it("of two channels alternate in words of four", () => {
    const first = [11, 12, 13, 14, 21, 22, 23, 24, 15, 0, 0, 0, 25, 0, 0, 0];
    const second = [31, 32, 33, 34, 0, 0, 0, 0, 35, 0, 0, 0, 0, 0, 0, 0];
    expect(weightsFor(2, 4, 4)).toEqual([...first, ...second]);
  });
});

describe("tables", () => {
  const packed = packLinear(layer, { channels: 2, depth: 4, padding: 4 });

  it("end on a multiple of four", () => {
    expect([...packed.bias]).toEqual([-1, 2, 3, 0]);
    expect([...packed.scale]).toEqual([2 ** 30, 33, 2 ** 30 + 1, 40, 2 ** 31 - 1, 62, 2 ** 30, 33]);
  });

  it("say whether 32 bits suffice", () => {
    expect(packed.small).toBe(true);
    const exact = { ...layer, shift: Int32Array.of(33, 32, 62) };
    expect(packLinear(exact, { channels: 2, depth: 4, padding: 4 }).small).toBe(false);
  });

  it("of the wrong length are refused by name", () => {
    const short = { ...layer, shift: Int32Array.of(33) };
    expect(() => packLinear(short, { channels: 4, depth: 1, padding: 4 })).toThrow(UsageError);
    expect(() => packLinear(short, { channels: 4, depth: 1, padding: 4 })).toThrow("shift: expected 3, got 1");
  });
});
