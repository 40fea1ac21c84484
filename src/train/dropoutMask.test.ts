import { describe, expect, it } from "vitest";
import { dropoutMask, keptShare } from "./dropoutMask.ts";

const key = { seed: 3, step: 17 };
const share = (mask: Uint8Array) => mask.reduce((sum, keep) => sum + keep, 0) / mask.length;

describe("dropout masks", () => {
  it.each([0.1, 0.15, 0.5, 0.9])("of p = %d keep the stated share, neighbours independent", (p) => {
    const n = 200_000;
    const mask = dropoutMask(key, "test", [0], n, p);
    const kept = keptShare(p);
    expect(Math.abs(kept - (1 - p))).toBeLessThanOrEqual(2 ** -17);
    const sigma = Math.sqrt((kept * (1 - kept)) / n);
    expect(Math.abs(share(mask) - kept)).toBeLessThan(4 * sigma);
    for (const lag of [1, 2, 8, 1024]) {
      let both = 0;
      for (let i = lag; i < n; i++) both += mask[i] * mask[i - lag];
      expect(Math.abs(both / (n - lag) - kept ** 2)).toBeLessThan(8 * sigma);
    }
    expect(mask.every((keep) => keep <= 1)).toBe(true);
  });

  it("keep all at p = 0", () => expect(share(dropoutMask(key, "test", [0, 1], 999, 0))).toBe(1));

  it("are the same however the batch is divided", () => {
    const whole = dropoutMask(key, "test", [0, 1, 2, 3], 40_001, 0.1);
    const parts = [[3], [0, 1], [2]].map((indices) => dropoutMask(key, "test", indices, 40_001, 0.1));
    const row = (i: number) => whole.subarray(i * 40_001, (i + 1) * 40_001);
    expect(parts[0]).toEqual(row(3));
    expect(parts[1]).toEqual(whole.subarray(0, 2 * 40_001));
    expect(parts[2]).toEqual(row(2));
  });

  it("differ between windows, steps, seeds and places", () => {
    const masks = [
      dropoutMask(key, "a", [0], 64, 0.5),
      dropoutMask(key, "a", [1], 64, 0.5),
      dropoutMask(key, "b", [0], 64, 0.5),
      dropoutMask({ ...key, step: 18 }, "a", [0], 64, 0.5),
      dropoutMask({ ...key, seed: 4 }, "a", [0], 64, 0.5),
    ];
    expect(new Set(masks.map((mask) => mask.join(""))).size).toBe(masks.length);
  });

  it("of a short tensor are the start of those of a longer one", () => {
    const long = dropoutMask(key, "test", [5], 70_000, 0.3);
    for (const n of [1, 2, 3, 32_767, 32_769]) {
      expect(dropoutMask(key, "test", [5], n, 0.3)).toEqual(long.slice(0, n));
    }
  });
});
