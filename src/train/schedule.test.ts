import { describe, expect, it } from "vitest";
import { constantSchedule, cosineSchedule } from "./schedule.ts";

describe("cosine with warm-up", () => {
  const rate = cosineSchedule({ peak: 1.25e-4, final: 2.5e-7, warmupSteps: 10, totalSteps: 150 });

  it("rises in equal steps to the peak", () => {
    for (let s = 0; s < 10; s++) expect(rate(s)).toBeCloseTo(1.25e-5 * (s + 1), 18);
  });

  it("falls as half a cosine: half way at the middle, to the final rate at the last step", () => {
    expect(rate(79)).toBeCloseTo((1.25e-4 + 2.5e-7) / 2, 18); // 70 of 140 steps
    expect(rate(44)).toBeCloseTo(2.5e-7 + (1.25e-4 - 2.5e-7) * ((2 + Math.SQRT2) / 4), 18); // 35 of 140
    expect(rate(149)).toBe(2.5e-7);
    expect(rate(1000)).toBe(2.5e-7);
  });

  it("never rises after the peak", () => {
    for (let s = 10; s < 160; s++) expect(rate(s)).toBeLessThanOrEqual(rate(s - 1));
  });

  it("without a rise starts below the peak by one step of the cosine", () => {
    const bare = cosineSchedule({ peak: 1, final: 0, warmupSteps: 0, totalSteps: 4 });
    const want = [Math.SQRT1_2 / 2 + 0.5, 0.5, 0.5 - Math.SQRT1_2 / 2, 0];
    want.forEach((value, s) => void expect(bare(s)).toBeCloseTo(value, 15));
  });

  it("is all rise where the rise takes the whole run", () => {
    const rise = cosineSchedule({ peak: 1, final: 0, warmupSteps: 2, totalSteps: 2 });
    expect([0, 1, 2].map(rise)).toEqual([0.5, 1, 0]);
  });
});

it("a constant rate stays after its rise", () => {
  expect([0, 1, 2, 99].map(constantSchedule(4, 2))).toEqual([2, 4, 4, 4]);
  expect(constantSchedule(4)(0)).toBe(4);
});
