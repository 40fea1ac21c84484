import { parseArgs } from "node:util";
import { randomStream } from "../src/model/index.ts";
import { meanInterval } from "../src/runtime/prediction/meanInterval.ts";
import { round } from "./measure.ts";

/** Correlations between neighbours, and lengths of recordings in windows. */
const CORRELATIONS = [0, 0.3, 0.6, 0.8];
const LENGTHS = [5, 9, 20, 50, 200];

/**
 * How often the 95 % interval of a recording holds the true mean, on stationary AR(1) series: `x_t = ρ x_{t−1} + √(1 − ρ²) z_t`, mean 0, variance 1.
 */
export async function coverage(args: readonly string[]): Promise<{ result: unknown; out?: string }> {
  const { values } = parseArgs({ args: [...args], options: { series: { type: "string" }, out: { type: "string" } } });
  const series = Number(values.series ?? 20_000);
  const rows = CORRELATIONS.flatMap((correlation) =>
    LENGTHS.map((windows) => {
      const stream = randomStream(1, `coverage/${correlation}/${windows}`);
      let held = 0;
      for (let s = 0; s < series; s++) {
        const [low, high] = meanInterval(autoregressive(stream.normal(s * windows, windows), correlation))!;
        if (low <= 0 && high >= 0) held++;
      }
      return { correlation, windows, coverage: round(held / series, 4) };
    }),
  );
  return { result: { benchmark: "coverage", level: 0.95, series, rows }, out: values.out };
}

function autoregressive(noise: ArrayLike<number>, correlation: number): Float64Array {
  const x = Float64Array.from(noise);
  const fresh = Math.sqrt(1 - correlation ** 2);
  for (let t = 1; t < x.length; t++) x[t] = correlation * x[t - 1] + fresh * x[t];
  return x;
}
