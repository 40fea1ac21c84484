import { multiplierOf, queryAttention, selfAttention } from "../../src/quant/integer/index.ts";
import { draw8, largestOf, type OpCase, ROUNDING, sumOf } from "./opCase.ts";

/** One row of attention in float64: what it gives, and what roundings move it by, in steps of v. */
interface ExactRow {
  readonly y: number;
  readonly bound: number;
  readonly variance: number;
}

/**
 * `y = Σ p[j] v[j]`, so that weights off by `δ[j]` move it by `Σ δ[j] (v[j] − y)`, over a total off by Σ δ. A score is rounded to 1/32 nat:
 * δ = p/32 · ½ at most, with e^(1/64) for what is not linear; an exponential to 1/127 of the largest: δ = p_max/127 · ½. The bound is reached
 * where all have the sign of v − y, which many never have. The variance takes them as free, but for exponentials below 16: the rounding of
 * their score moves these by less than ½, so what is taken from them is known. Below ½ it is all of them: one sign, and most of a long row.
 */
function exactRow(p: readonly number[], v: (j: number) => number): ExactRow {
  const y = sumOf(p.length, (j) => p[j] * v(j));
  const unit = largestOf(p) / 127;
  const bend = Math.exp(1 / 64);
  const delta = (j: number) => p[j] * (bend - 1) + (bend * unit) / 2;
  const small = (j: number) => p[j] < 16 * unit;
  const taken = sumOf(p.length, (j) => (small(j) ? (unit * Math.round(p[j] / unit) - p[j]) * (v(j) - y) : 0));
  const deltaSquared = (j: number) => ROUNDING * ((p[j] / 32) ** 2 + (small(j) ? 0 : unit ** 2));
  const free = sumOf(p.length, (j) => deltaSquared(j) * (v(j) - y) ** 2);
  const moved = sumOf(p.length, (j) => delta(j) * Math.abs(v(j) - y));
  return {
    y,
    bound: moved / (1 - sumOf(p.length, delta)),
    variance: taken ** 2 + free,
  };
}

function softmax(scores: readonly number[]): number[] {
  const highest = Math.max(...scores);
  const e = scores.map((score) => Math.exp(score - highest));
  const total = sumOf(e.length, (j) => e[j]);
  return e.map((value) => value / total);
}

/** Of rows in steps of v: the largest value fills the output, as calibration has it. */
function scaled(rows: readonly ExactRow[], run: (factor: number) => Int8Array) {
  const factor = 120 / largestOf(rows.map(({ y }) => y));
  return {
    got: run(factor),
    exact: rows.map(({ y }) => y * factor),
    limit: 127,
    bound: (i: number) => 0.5 + factor * rows[i].bound + 127 * 2 ** -28,
    variance: (i: number) => ROUNDING + factor ** 2 * rows[i].variance,
  };
}

function selfCase(): OpCase {
  const shape = { sequences: 1, length: 240, heads: 2, size: 32 };
  const { length, heads, size } = shape;
  const width = heads * size;
  const [q, k, v] = ["q", "k", "v"].map((name) => draw8(`attention/${name}`, length * width, 35));
  const nats = 1.5 / (35 * 35 * Math.sqrt(size)); // deviation 1.5
  const rows = Array.from({ length: length * heads }, (_, i) => {
    const [row, head] = [Math.floor(i / heads) * width, (i % heads) * size];
    const score = (j: number) => sumOf(size, (d) => q[row + head + d] * k[j * width + head + d]) * nats;
    const p = softmax(Array.from({ length }, (_, j) => score(j)));
    return Array.from({ length: size }, (_, d) => exactRow(p, (j) => v[j * width + head + d]));
  }).flat();
  const run = (factor: number) =>
    selfAttention({ q, k, v }, shape, { scores: multiplierOf(32 * nats), values: multiplierOf(factor) });
  return { op: "self-attention", drawn: "240 rows, heads of 32, scores of deviation 1.5", ...scaled(rows, run) };
}

function queryCase(): OpCase {
  const shape = { groups: 60, tokens: 12, width: 64 };
  const { groups, tokens, width } = shape;
  const x = draw8("attention/tokens", groups * tokens * width, 35);
  const queries = draw8("attention/queries", 8 * width, 35);
  const nats = Array.from({ length: 8 }, (_, r) => (1 + r / 4) / (35 * 35 * Math.sqrt(width)));
  const rows = Array.from({ length: groups * 8 }, (_, i) => {
    const [from, r] = [Math.floor(i / 8) * tokens * width, i % 8];
    const score = (j: number) => sumOf(width, (d) => queries[r * width + d] * x[from + j * width + d]) * nats[r];
    const p = softmax(Array.from({ length: tokens }, (_, j) => score(j)));
    return Array.from({ length: width }, (_, d) => exactRow(p, (j) => x[from + j * width + d]));
  }).flat();
  const scores = nats.map((factor) => multiplierOf(32 * factor));
  const run = (factor: number) => queryAttention(x, shape, { queries, scores, values: multiplierOf(factor) });
  return { op: "learned queries", drawn: "12 tokens of width 64, scores of deviation 1 to 2.75", ...scaled(rows, run) };
}

export const attentionCases = (): OpCase[] => [selfCase(), queryCase()];
