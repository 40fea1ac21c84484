import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type MaskOptions, maskedCount, patchMasks } from "./masking.ts";

const key = { seed: 11, step: 3 };
const sum = (mask: Uint8Array) => mask.reduce((total, hidden) => total + hidden, 0);
const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const KINDS: readonly MaskOptions[] = [
  { kind: "patch", ratio: 0.5 },
  { kind: "time-block", ratio: 0.5, span: 8 },
  { kind: "channel-block", ratio: 0.5, span: 8 },
];

describe.each(KINDS.map((o) => [o.kind, o] as const))("masks of kind %s", (kind, options) => {
  it("hide exactly the share that is asked for, in every window", () => {
    const shape = { channels: fc.integer({ min: 1, max: 9 }), patches: fc.integer({ min: 1, max: 50 }) };
    const other = { ratio: fc.double({ min: 0, max: 0.95, noNaN: true }), span: fc.integer({ min: 1, max: 60 }) };
    fc.assert(
      fc.property(fc.record({ ...shape, ...other, step: fc.nat() }), ({ channels, patches, ratio, span, step }) => {
        const masks = patchMasks({ seed: 1, step }, [0, 7], channels, patches, { kind, ratio, span });
        const n = channels * patches;
        const count = kind === "time-block" ? channels * maskedCount(ratio, patches) : maskedCount(ratio, n);
        expect([sum(masks.subarray(0, n)), sum(masks.subarray(n))]).toEqual([count, count]);
      }),
    );
  });

  it("depend on the window's place in the whole batch, not on its micro-batch", () => {
    const whole = patchMasks(key, range(6), 5, 40, options);
    const micro = [[0, 1], [2], [5, 4, 3]].map((indices) => patchMasks(key, indices, 5, 40, options));
    const row = (i: number) => [...whole.subarray(200 * i, 200 * (i + 1))];
    expect([...micro[0]]).toEqual([...row(0), ...row(1)]);
    expect([...micro[1]]).toEqual(row(2));
    expect([...micro[2]]).toEqual([...row(5), ...row(4), ...row(3)]);
  });

  it("differ between windows, steps and seeds", () => {
    const keys = [key, { ...key, step: 4 }, { ...key, seed: 12 }];
    const masks = keys.flatMap((k) => [0, 1].map((index) => patchMasks(k, [index], 5, 40, options).join("")));
    expect(new Set(masks).size).toBe(6);
  });
});

describe("single patches", () => {
  const draws = 4000;

  it("are each hidden in half of the windows, and in pairs as often as draws without replacement are", () => {
    const [n, count] = [24, 12];
    const masks = patchMasks(key, range(draws), 2, 12);
    const hidden = new Float64Array(n);
    let neighbours = 0;
    for (let w = 0; w < draws; w++) {
      for (let i = 0; i < n; i++) {
        hidden[i] += masks[w * n + i];
        if (i > 0) neighbours += masks[w * n + i] * masks[w * n + i - 1];
      }
    }
    const sigma = Math.sqrt(0.25 * draws);
    for (const times of hidden) expect(Math.abs(times - draws / 2)).toBeLessThan(4 * sigma);
    const pair = (count * (count - 1)) / (n * (n - 1)); // 11/46
    expect(Math.abs(neighbours / (draws * (n - 1)) - pair)).toBeLessThan(0.004); // four standard errors of about 0.001
  });

  it("come in every choice of two of four equally often", () => {
    const masks = patchMasks(key, range(draws), 1, 4);
    const counts = new Map<string, number>();
    for (let w = 0; w < draws; w++) {
      const choice = masks.subarray(4 * w, 4 * w + 4).join("");
      counts.set(choice, (counts.get(choice) ?? 0) + 1);
    }
    const chi2 = [...counts.values()].reduce((total, c) => total + (c - draws / 6) ** 2 / (draws / 6), 0);
    expect(counts.size).toBe(6);
    expect(chi2).toBeLessThan(20.5); // 5 degrees of freedom: exceeded once in 1,000 draws
  });

  it("round down, without the error of binary fractions", () => {
    expect([maskedCount(0.5, 7), maskedCount(0.29, 100), maskedCount(0.7, 10), maskedCount(0.5, 1)]).toEqual([
      3, 29, 7, 0,
    ]);
  });
});

/** Lengths of runs of hidden patches in a row. */
const runsOf = (row: Uint8Array): number[] =>
  row
    .join("")
    .split("0")
    .filter((run) => run !== "")
    .map((run) => run.length);

describe("blocks", () => {
  it("of time hide the same patches of all channels", () => {
    const mask = patchMasks(key, [2], 3, 40, { kind: "time-block", ratio: 0.4, span: 4 });
    expect([...mask.subarray(40, 80)]).toEqual([...mask.subarray(0, 40)]);
    expect([...mask.subarray(80)]).toEqual([...mask.subarray(0, 40)]);
  });

  it("of channels are drawn for each channel", () => {
    const mask = patchMasks(key, [2], 2, 40, { kind: "channel-block", ratio: 0.4, span: 4 });
    expect([...mask.subarray(40)]).not.toEqual([...mask.subarray(0, 40)]);
  });

  it("have their length, but for one", () => {
    for (let index = 0; index < 50; index++) {
      const mask = patchMasks(key, [index], 1, 80, { kind: "time-block", ratio: 0.275, span: 5 }); // 22 = 5 + 5 + 5 + 5 + 2
      expect(runsOf(mask).filter((length) => length % 5 !== 0 && length % 5 !== 2)).toEqual([]);
    }
  });

  it("reach every patch, the borders less than the middle", () => {
    const [draws, n] = [4000, 20];
    const masks = patchMasks(key, range(draws), 1, n, { kind: "time-block", ratio: 0.25, span: 5 }); // one stretch, 16 places
    const hidden = range(n).map((i) => range(draws).reduce((total, w) => total + masks[w * n + i], 0) / draws);
    hidden.forEach((share, i) => {
      const want = Math.min(i + 1, 5, n - i) / 16;
      expect(Math.abs(share - want)).toBeLessThan(4 * Math.sqrt((want * (1 - want)) / draws));
    });
  });
});
