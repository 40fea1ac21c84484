import { randomStream } from "../../src/model/random.ts";
import { zscoreCounts, zscoreRoot } from "../../src/quant/integer/index.ts";
import { type OpCase, ROUNDING, sumOf } from "./opCase.ts";

const [CHANNELS, LENGTH] = [4, 2560];

/** Beside the output, the mean is rounded to 1/64 count, 16 steps over the deviation in counts; of all values of a channel alike. */
export function zscoreCases(): OpCase[] {
  const level = (channel: number) => (channel - 1) * 3e6;
  const x = Int32Array.from(randomStream(5, "zscore").normal(0, CHANNELS * LENGTH), (value, i) =>
    Math.round(level(Math.floor(i / LENGTH)) + 300 * value),
  );
  const exact = new Float64Array(x.length);
  let deviation = Number.POSITIVE_INFINITY;
  for (let from = 0; from < x.length; from += LENGTH) {
    const offset = x[from]; // so that float64 keeps what lies behind the level
    const mean = sumOf(LENGTH, (i) => x[from + i] - offset) / LENGTH;
    const own = Math.sqrt(sumOf(LENGTH, (i) => (x[from + i] - offset - mean) ** 2) / (LENGTH - 1));
    for (let i = from; i < from + LENGTH; i++) exact[i] = (1024 * (x[i] - offset - mean)) / own;
    deviation = Math.min(deviation, own);
  }
  return [
    {
      op: "z-score of counts",
      drawn: "deviation 300 on levels up to 6 · 10⁶, 2560 samples",
      got: zscoreCounts(x, CHANNELS, zscoreRoot(LENGTH)),
      exact,
      limit: 32767,
      bound: (i) =>
        0.5 + 8 / deviation + Math.abs(exact[i]) * 2 ** -28 + Math.abs(exact[i]) / (LENGTH * deviation ** 2),
      variance: () => ROUNDING * (1 + (16 / deviation) ** 2),
    },
  ];
}
