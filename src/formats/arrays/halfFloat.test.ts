import { describe, expect, it } from "vitest";
import { halfToNumber, numberToHalf } from "./halfFloat.ts";

/** `np.float32(value).astype(np.float16).view(np.uint16)` of NumPy. */
const NUMPY: readonly (readonly [value: number, bits: number])[] = [
  [0, 0x0],
  [-0, 0x8000],
  [1, 0x3c00],
  [-2, 0xc000],
  [0.10000000149011612, 0x2e66],
  [0.3333333432674408, 0x3555],
  [3.1415927410125732, 0x4248],
  // the largest, and what still rounds to it
  [65504, 0x7bff],
  [65519.99609375, 0x7bff],
  [-65504, 0xfbff],
  // subnormals: the smallest, half of it (a tie, to 0), just above, ties to even
  [2 ** -24, 0x1],
  [2.9802322387695312e-8, 0x0],
  [2.980232594040899e-8, 0x1],
  [8.940696716308594e-8, 0x2],
  [1.4901161193847656e-7, 0x2],
  [9.99999993922529e-9, 0x0],
  [6.097555160522461e-5, 0x3ff],
  [6.102025508880615e-5, 0x400], // rounds up into the normal numbers
  [6.103515625e-5, 0x400],
  // ties of normal numbers to even
  [1.00048828125, 0x3c00],
  [1.0004892349243164, 0x3c01],
  [1.00146484375, 0x3c02],
  [2049, 0x6800],
  [-2051, 0xe802],
  // too large, and none
  [65520, 0x7c00],
  [-65520, 0xfc00],
  [1e30, 0x7c00],
  [Number.NEGATIVE_INFINITY, 0xfc00],
  [Number.NaN, 0x7e00],
];

describe("numberToHalf", () => {
  it.each(NUMPY)("rounds %d as NumPy does", (value, bits) => {
    expect(numberToHalf(value)).toBe(bits);
  });

  it("agrees with NumPy over a sweep of all float32", () => {
    // b = np.arange(0, 2**32, 65521, dtype=np.uint64).astype(np.uint32).view(np.float32); f = b[np.isfinite(b)]
    // h = f.astype(np.float16).view(np.uint16).astype(np.uint64); (h * (np.arange(len(h)) % 251 + 1)).sum()
    const words = Uint32Array.from({ length: Math.ceil(2 ** 32 / 65521) }, (_, i) => i * 65521);
    const finite = new Float32Array(words.buffer).filter(Number.isFinite);
    expect(finite).toHaveLength(65295);
    expect(finite.reduce((sum, value, i) => sum + numberToHalf(value) * ((i % 251) + 1), 0)).toBe(265496198932);
  });

  it("gives back every number that a half can be", () => {
    const wrong = Array.from({ length: 0x10000 }, (_, bits) => bits).filter((bits) => {
      const isNone = (bits & 0x7c00) === 0x7c00 && (bits & 0x3ff) !== 0;
      return !isNone && numberToHalf(halfToNumber(bits)) !== bits;
    });
    expect(wrong).toEqual([]);
  });
});
