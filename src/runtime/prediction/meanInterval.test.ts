import { describe, expect, it } from "vitest";
import { randomStream } from "../../model/index.ts";
import { meanInterval } from "./meanInterval.ts";
import { tCritical } from "./studentT.ts";

describe("critical values of Student's t", () => {
  it.each([
    [1, 12.706204736432095, 6.313751514800932],
    [2, 4.302652729911275, 2.919985580355516],
    [3, 3.182446305284263, 2.3533634348018264],
    [4, 2.7764451051977987, 2.13184678133629],
    [7, 2.3646242510102993, 1.894578605061305],
    [30, 2.0422724563012373, 1.6972608943617378],
    [185, 1.9728699462074988, 1.653131868631024],
  ])("for %i degrees of freedom are those of SciPy, to the digits that it has", (freedom, at95, at90) => {
    expect(tCritical(freedom, 0.95) / at95).toBeCloseTo(1, 8);
    expect(tCritical(freedom, 0.9) / at90).toBeCloseTo(1, 8);
  });

  it.each([0.5, 0.9, 0.95, 0.999])("for 1 and 2 degrees of freedom are the closed forms at %f", (level) => {
    expect(tCritical(1, level) / Math.tan((Math.PI / 2) * level)).toBeCloseTo(1, 12);
    expect(tCritical(2, level) / (level * Math.sqrt(2 / (1 - level ** 2)))).toBeCloseTo(1, 12);
  });
});

describe("the interval of a mean over neighbouring windows", () => {
  const p = [0.91, 0.88, 0.95, 0.72, 0.7, 0.81, 0.86, 0.93, 0.97];

  it("is that of the cosines that SciPy's DCT-II gives", () => {
    const wave = Float64Array.from({ length: 40 }, (_, i) => Math.sin(1.3 * i) + i / 20);
    const cases: [ArrayLike<number>, number, number][] = [
      [p, 0.6241162985109596, 1.093661479266818],
      [p.slice(0, 5), 0.551253641535546, 1.1127463584644541],
      [wave, 0.3643899905220165, 1.5991903092463895],
    ];
    for (const [values, low, high] of cases) {
      const found = meanInterval(values)!;
      expect(found[0]).toBeCloseTo(low, 9); // as far as its quantiles of t go
      expect(found[1]).toBeCloseTo(high, 9);
    }
  });

  it("is a point where all windows say the same, and none for fewer than five", () => {
    for (const end of meanInterval(Array(7).fill(0.25))!) expect(end).toBeCloseTo(0.25, 15);
    expect(meanInterval([1, 2, 3, 4])).toBeUndefined();
  });

  it("does not depend on the direction of time", () => {
    const [there, back] = [meanInterval(p)!, meanInterval(p.toReversed())!];
    there.forEach((end, i) => void expect(back[i]).toBeCloseTo(end, 14));
  });

  it.each([
    [5, 0, 0.93, 0.97],
    [9, 0.3, 0.92, 0.97],
    [12, 0.6, 0.89, 0.95],
    [60, 0.6, 0.91, 0.97],
    [400, 0.8, 0.9, 0.96],
  ])("of %i windows with correlation %f holds the true mean about as often as it says", (n, rho, least, most) => {
    const series = 2000;
    const noise = randomStream(3, `coverage/${n}/${rho}`).normal(0, series * n);
    let held = 0;
    for (let s = 0; s < series; s++) {
      const [low, high] = meanInterval(autoregressive(noise.subarray(s * n, (s + 1) * n), rho))!;
      if (low <= 0 && high >= 0) held++;
    }
    expect(held / series).toBeGreaterThan(least);
    expect(held / series).toBeLessThan(most);
  });
});

/** Stationary AR(1) of variance 1: `x_t = ρ x_{t−1} + √(1 − ρ²) e_t`. */
function autoregressive(noise: Float32Array, rho: number): Float64Array {
  const x = Float64Array.from(noise);
  for (let t = 1; t < x.length; t++) x[t] = rho * x[t - 1] + Math.sqrt(1 - rho ** 2) * noise[t];
  return x;
}
