import { describe, expect, it } from "vitest";
import { float32, type Tensor } from "../graph/index.ts";
import { randomStream } from "../model/index.ts";
import { dequantizeWeight, levelsOf, quantizeWeight, type WeightBits } from "./quantizeWeight.ts";

const BITS: readonly WeightBits[] = [8, 4, 2];

/** (K, N): columns of different size, one of zeros, one with a weight far out. */
function matrix(rows = 96, columns = 6): Tensor {
  const noise = randomStream(5, "weights").normal(0, rows * columns);
  const data = noise.map((z, i) => {
    const column = i % columns;
    if (column === 0) return 0;
    return (column === 1 && i < columns ? 40 : 1) * z * 10 ** (column - 3);
  });
  return float32(data, [rows, columns]);
}

const column = ({ data, shape: [rows, columns] }: Tensor, c: number): number[] =>
  Array.from({ length: rows }, (_, r) => Number(data[r * columns + c]));

const errorOf = (values: readonly number[], scale: number, levels: number): number =>
  values.reduce((sum, v) => {
    const integer = Math.max(-levels, Math.min(levels, Math.round(v / scale)));
    return sum + (v - scale * integer) ** 2;
  }, 0);

describe("quantizeWeight", () => {
  it.each(BITS)("%i bits: integers inside ±levels, one positive scale for each output channel", (bits) => {
    const { values, scales, shape, axis } = quantizeWeight(matrix(), 1, bits);
    expect([shape, axis, scales.length]).toEqual([[96, 6], 1, 6]);
    const levels = levelsOf(bits);
    expect(values.every((v) => Math.abs(v) <= levels)).toBe(true);
    expect(scales.every((s) => s > 0 && Number.isFinite(s))).toBe(true);
    for (let c = 1; c < 6; c++) {
      const own = column({ ...matrix(), data: values } as Tensor, c);
      expect(Math.max(...own.map(Math.abs)), `column ${c}`).toBe(levels); // the range is used
    }
  });

  it("8 bits: the scale of the largest weight, and each weight to half a step", () => {
    const weight = matrix();
    const { scales } = quantizeWeight(weight, 1, 8);
    const back = dequantizeWeight(quantizeWeight(weight, 1, 8));
    for (let c = 1; c < 6; c++) {
      expect(scales[c]).toBe(Math.fround(Math.max(...column(weight, c).map(Math.abs)) / 127));
    }
    back.forEach((v, i) => {
      expect(Math.abs(v - Number(weight.data[i]))).toBeLessThanOrEqual(0.5001 * scales[i % 6]);
    });
  });

  it.each([4, 2] as const)("%i bits: errs as little as the best of 5000 scales", (bits) => {
    const weight = matrix();
    const levels = levelsOf(bits);
    const { scales } = quantizeWeight(weight, 1, bits);
    for (let c = 1; c < 6; c++) {
      const own = column(weight, c);
      const widest = Math.max(...own.map(Math.abs)) / levels;
      const best = Math.min(...Array.from({ length: 5000 }, (_, i) => errorOf(own, (widest * (i + 1)) / 5000, levels)));
      expect(errorOf(own, scales[c], levels), `column ${c}`).toBeLessThan(1.005 * best);
    }
  });

  it("keeps a channel of zeros, and one of next to nothing, at 0", () => {
    for (const bits of [8, 4] as const) {
      const { values, scales } = quantizeWeight(float32([0, 1, 1e-45, 0, -1, 0], [2, 3]), 1, bits);
      expect([...values]).toEqual([0, levelsOf(bits), 0, 0, -levelsOf(bits), 0]);
      expect([scales[0], scales[2]]).toEqual([1, 1]);
    }
  });

  it("has its output channels along either axis: a matrix turned around gives the same integers turned around", () => {
    const weight = matrix();
    const [rows, columns] = weight.shape;
    const turn = <T extends Float32Array | Int8Array>(data: T) =>
      Array.from({ length: data.length }, (_, i) => data[(i % rows) * columns + Math.floor(i / rows)]);
    for (const bits of BITS) {
      const straight = quantizeWeight(weight, 1, bits);
      const turned = quantizeWeight(float32(turn(weight.data as Float32Array), [columns, rows]), 0, bits);
      expect([...turned.values]).toEqual(turn(straight.values));
      expect(turned.scales).toEqual(straight.scales);
      expect([...dequantizeWeight(turned)]).toEqual(turn(dequantizeWeight(straight)));
    }
  });

  it("refuses what is no number", () => {
    expect(() => quantizeWeight(float32([1, Number.NaN], [2, 1]), 1, 8)).toThrow(/at element 1: .*got NaN/);
  });
});
