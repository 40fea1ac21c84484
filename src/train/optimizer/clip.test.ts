import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { clipFactor, findNonFinite, gradientNorm, type NamedValues } from "./clip.ts";

interface Clip {
  readonly maximum: number;
  readonly grads: number[][];
  readonly norm: number;
  readonly clipped: number[][];
}

const file = new URL("pairs/adamw.json", import.meta.url);
const { clips } = JSON.parse(readFileSync(file, "utf8")) as { clips: Clip[] };
const named = (grads: readonly number[][]): NamedValues[] => grads.map((g, i) => [`t${i}`, Float32Array.from(g)]);

describe("clipping", () => {
  it.each(clips.map((c) => [c.maximum, c] as const))("to %d is that of torch.nn.utils.clip_grad_norm_", (_, c) => {
    const { norm, fault } = gradientNorm(named(c.grads));
    expect(fault).toBeUndefined();
    expect(Math.abs(norm / c.norm - 1)).toBeLessThan(1e-15);
    const factor = clipFactor(norm, c.maximum);
    c.grads.forEach((g, t) => {
      g.forEach((value, i) => void expect(Math.abs(factor * value - c.clipped[t][i])).toBeLessThan(1e-15));
    });
  });

  it("counts every value times the factor", () => {
    expect(gradientNorm(named([[3], [4]]), 0.5).norm).toBe(2.5);
  });

  it("does not clip at 0", () => expect(clipFactor(100, 0)).toBe(1));
});

describe("the norm", () => {
  it("does not overflow where squares leave float32", () => {
    expect(gradientNorm(named([[3e38, 0, 0, 0, 0]])).norm).toBeCloseTo(3e38, -32);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])("names the tensor that holds %d", (bad) => {
    const { norm, fault } = gradientNorm(named([[1, 2], [0, 0, 0, 0, 0, bad, 1], [bad]]));
    expect(Number.isFinite(norm)).toBe(false);
    expect(fault).toEqual({ name: "t1", index: 5, value: bad });
  });
});

it("finite tensors hold nothing that is not finite", () => {
  expect(findNonFinite(named([[1, -3e38], []]))).toBeUndefined();
});
