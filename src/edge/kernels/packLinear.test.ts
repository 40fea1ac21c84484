import { describe, expect, it } from "vitest";
import { UsageError } from "../../errors.ts";
import { type LinearParameters, packLinear } from "./packLinear.ts";

/** Three channels of five weights: channel n has n1 … n5. */
const layer: LinearParameters = {
  bits: 8,
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

describe("narrow weights", () => {
  const narrow = (bits: 4 | 2, weights: number[]) => {
    const one = Int32Array.of(33);
    const table = { bits, cols: 1, inner: weights.length, weights: Int8Array.from(weights) };
    return [
      ...packLinear({ ...table, bias: one, multiplier: one, shift: one }, { channels: 1, depth: 4, padding: 4 })
        .weights,
    ].map((byte) => (byte & 255).toString(2).padStart(8, "0"));
  };

  it("of 4 bits: the first four in the low halves of a word, the next in the high ones", () => {
    expect(narrow(4, [-7, 7, 0, 1, 2, -1, 3, -2])).toEqual(["10100001", "01111111", "10111000", "01101001"]);
  });

  it("of 2 bits: four by four from the lowest bits on, and whole words per block", () => {
    const word = ["00111001", "00011110", "00101110", "00111101"];
    expect(narrow(2, [-1, 0, 0, -1, 0, 1, 1, 1, 1, -1, 0, 1])).toEqual(word);
  });
});

it("a weight that needs more bits is refused by its place", () => {
  const wide = { ...layer, bits: 4 as const };
  expect(() => packLinear(wide, { channels: 4, depth: 1, padding: 4 })).toThrow(
    "channel 0, input 0: expected -7 … 7, got 11",
  );
});

describe("sums that could leave 32 bits", () => {
  const layout = { channels: 4, depth: 1, padding: 4 };
  const room = 2 ** 31 - 1 - 127 * 65; // Σ|w| of channel 0 is 65

  it("are refused by their channel", () => {
    const full = { ...layer, bias: Int32Array.of(-room, 2, 3) };
    expect(packLinear(full, layout).bias[0]).toBe(-room);
    expect(() => packLinear({ ...layer, bias: Int32Array.of(-room - 1, 2, 3) }, layout)).toThrow(
      "channel 0: expected less than 2147483648, got 2147483648",
    );
  });

  it("are judged by the largest value of 16 bits where x has those", () => {
    const wide = { ...layer, inputBits: 16 as const, bias: Int32Array.of(0, 0, 2 ** 31 - 32_767 * 165) };
    expect(() => packLinear(wide, layout)).toThrow("channel 2");
    expect(packLinear({ ...wide, inputBits: 8 }, layout).bias[2]).toBe(wide.bias[2]);
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
