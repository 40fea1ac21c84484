import { randomStream } from "../../src/model/random.ts";
import {
  groupNorm,
  layerNorm,
  multiplierOf,
  type NormConstants,
  normStatistics,
} from "../../src/quant/integer/index.ts";
import { draw8, draw16, largestOf, type OpCase, ROUNDING, sumOf } from "./opCase.ts";

const EPSILON = 1e-5;

interface Drawn {
  readonly op: string;
  readonly drawn: string;
  readonly x: Int8Array | Int16Array;
  readonly scale: number;
  readonly rows: number;
  readonly columns: number;
  /** The norm that a value belongs to. */
  readonly normOf: (row: number, column: number) => number;
  /** Step of the output. */
  readonly out: number;
  readonly affine: boolean;
  readonly run: (constants: NormConstants, shape: { rows: number; columns: number }) => Int8Array;
}

export function normCases(): OpCase[] {
  const stream = draw16("norm/stream", 60 * 256, 3000);
  const tokens = draw8("norm/tokens", 200 * 64, 30);
  const quiet = draw8("norm/quiet", 200 * 64, 1.5);
  const patches = draw16("norm/patches", 240 * 64, 3000);
  const groupOf = Array.from({ length: 64 }, (_, c) => Math.floor((c % 16) / 4));
  const rowByRow = (x: Int8Array | Int16Array) => ({
    x,
    normOf: (row: number) => row,
    run: (constants: NormConstants, shape: { rows: number; columns: number }) => layerNorm(x, shape, constants),
  });
  const affine = { out: 0.04, affine: true, scale: 1e-3 };
  const plain = { out: 0.03, affine: false, scale: 1e-3, rows: 200, columns: 64 };
  return [
    {
      op: "LayerNorm",
      drawn: "i16 of deviation 3000, width 256",
      ...affine,
      rows: 60,
      columns: 256,
      ...rowByRow(stream),
    },
    { op: "LayerNorm, no γ and β", drawn: "i8 of deviation 30, width 64", ...plain, ...rowByRow(tokens) },
    { op: "the same, quiet rows", drawn: "i8 of deviation 1.5, width 64", ...plain, ...rowByRow(quiet) },
    {
      op: "GroupNorm",
      drawn: "i16 of deviation 3000, 240 × 64 in 4 groups",
      ...affine,
      rows: 240,
      columns: 64,
      x: patches,
      normOf: (_: number, column: number) => groupOf[column],
      run: (constants: NormConstants, shape: { rows: number; columns: number }) =>
        groupNorm(patches, shape, groupOf, constants),
    },
  ].map(normCase);
}

/**
 * The normalised value z is wrong by its own rounding (½ of 2⁻¹⁰), by that of the mean (½ of 1/256 step of x, over the deviation), and by
 * what E and the variance, rounded up, are off: 1.5 at most, relatively half of that for the root. γ and β add half a step of theirs.
 */
function normCase({ op, drawn, x, scale, rows, columns, normOf, out, affine, run }: Drawn): OpCase {
  const levels = levelsOf(x, rows, columns, normOf);
  const n = (rows * columns) / levels.length;
  const { gamma, beta } = parameters(columns, affine);
  const step = affine ? largestOf(gamma) / 32767 : 1; // of γ
  const constants: NormConstants = {
    ...normStatistics(n, EPSILON, scale),
    output: multiplierOf((step * 2 ** -10) / out),
    affine: affine
      ? {
          gamma: Int16Array.from(gamma, (value) => Math.round(value / step)),
          beta: Int32Array.from(beta, (value) => Math.round((value / step) * 2 ** 10)),
        }
      : undefined,
  };
  const parts = Array.from({ length: rows * columns }, (_, i) => {
    const c = i % columns;
    const { mean, variance } = levels[normOf(Math.floor(i / columns), c)];
    const root = Math.sqrt(variance + EPSILON / scale ** 2);
    const z = (x[i] - mean) / root;
    const slope = Math.abs(gamma[c]) / out;
    return { z, exact: (z * gamma[c] + beta[c]) / out, slope, root };
  });
  const roundingOfZ = 2 ** -10;
  const roundingOfMean = (root: number) => 2 ** -8 / root;
  const roundingOfAffine = (z: number) => (affine ? (Math.abs(z) + 2 ** -10) * (step / out) : 0);
  return {
    op,
    drawn,
    got: run(constants, { rows, columns }),
    exact: parts.map(({ exact }) => exact),
    limit: 127,
    bound: (i) => {
      const { z, slope, root } = parts[i];
      const ofZ = roundingOfZ / 2 + roundingOfMean(root) / 2 + Math.abs(z) * (0.75 / (n * root ** 2) + 2 ** -28);
      return 0.5 + 1.001 * (slope * ofZ + roundingOfAffine(z) / 2);
    },
    variance: (i) => {
      const { z, slope, root } = parts[i];
      return ROUNDING * (1 + slope ** 2 * (roundingOfZ ** 2 + roundingOfMean(root) ** 2) + roundingOfAffine(z) ** 2);
    },
  };
}

function levelsOf(x: ArrayLike<number>, rows: number, columns: number, normOf: Drawn["normOf"]) {
  const members: number[][] = [];
  for (let i = 0; i < rows * columns; i++) {
    const norm = normOf(Math.floor(i / columns), i % columns);
    members[norm] ??= [];
    members[norm].push(x[i]);
  }
  return members.map((values) => {
    const mean = sumOf(values.length, (i) => values[i]) / values.length;
    return { mean, variance: sumOf(values.length, (i) => (values[i] - mean) ** 2) / values.length };
  });
}

/** γ around 1 and β around 0, as trained ones are. */
function parameters(columns: number, affine: boolean): { gamma: number[]; beta: number[] } {
  const around = (purpose: string, level: number, deviation: number) =>
    Array.from(randomStream(5, purpose).normal(0, columns), (value) => level + deviation * value);
  if (!affine) return { gamma: new Array(columns).fill(1), beta: new Array(columns).fill(0) };
  return { gamma: around("norm/gamma", 1, 0.25), beta: around("norm/beta", 0, 0.3) };
}
