import { linear8, linear16, meanRows, multiplierOf, narrow } from "../../src/quant/integer/index.ts";
import { draw8, draw16, type OpCase, roundedOnce, sumOf } from "./opCase.ts";

const SHAPE = { rows: 40, inner: 256, columns: 64 };

/** Products and sums are exact: the output's rounding is all. */
export function linearCases(): OpCase[] {
  const { rows, inner, columns } = SHAPE;
  const x = draw8("linear/x", rows * inner, 35);
  const weight = draw8("linear/weight", columns * inner, 40);
  const bias = Int32Array.from(draw16("linear/bias", columns, 6000));
  const residual = draw16("linear/residual", rows * columns, 6000);
  const sums = Array.from({ length: rows * columns }, (_, i) => {
    const [r, n] = [Math.floor(i / columns), i % columns];
    return bias[n] + sumOf(inner, (k) => x[r * inner + k] * weight[n * inner + k]);
  });
  const constants = (factor: number) => ({ weight, bias, multipliers: new Array(columns).fill(multiplierOf(factor)) });
  const deviation = 35 * 40 * Math.sqrt(inner);
  const bytes = sums.map((sum) => (sum * 35) / deviation);
  const words = sums.map((sum, i) => residual[i] + (sum * 2000) / deviation);
  return [
    {
      op: "linear to i8",
      drawn: "K 256, sums of deviation 35",
      got: linear8(x, SHAPE, constants(35 / deviation)),
      exact: bytes,
      limit: 127,
      ...roundedOnce(bytes),
    },
    {
      op: "linear to i16 with a residual",
      drawn: "K 256, branch of deviation 2000 on 6000",
      got: linear16(x, SHAPE, constants(2000 / deviation), residual),
      exact: words,
      limit: 32767,
      ...roundedOnce(words),
    },
  ];
}

export function narrowCases(): OpCase[] {
  const x = draw16("narrow", 5000, 6000);
  const narrowed = Array.from(x, (value) => value / 200);
  const rows = draw8("meanRows", 240 * 512, 40);
  const means = Array.from({ length: 512 }, (_, c) => (sumOf(240, (r) => rows[r * 512 + c]) / 240) * 12);
  return [
    {
      op: "i16 to i8",
      drawn: "deviation 6000 to 30",
      got: narrow(x, multiplierOf(1 / 200)),
      exact: narrowed,
      limit: 127,
      ...roundedOnce(narrowed),
    },
    {
      op: "mean over rows",
      drawn: "240 rows of deviation 40 to 31",
      got: meanRows(rows, 512, multiplierOf(12 / 240)),
      exact: means,
      limit: 127,
      ...roundedOnce(means),
    },
  ];
}
