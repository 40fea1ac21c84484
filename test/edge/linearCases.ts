import { packLinear } from "../../src/edge/kernels/packLinear.ts";
import { linearSources, type Target } from "../../src/edge/targets/target.ts";
import { type LinearCase, type LinearShape, randomLinear } from "./randomLinear.ts";
import { runOnTarget, type TargetResult, type Vectors } from "./runOnTarget.ts";

/** The order of these is that of the constants in linear.c. */
const KINDS = ["s8", "s16", "added"] as const;
export type ResultKind = (typeof KINDS)[number];

export interface LinearTestCase extends LinearCase {
  readonly name: string;
  /** Which requantisation the kernel is told to take. */
  readonly small: boolean;
  readonly kind: ResultKind;
}

const SHAPES: readonly LinearShape[] = [1, 3, 31, 256].flatMap((inner) =>
  [1, 5, 21].flatMap((cols) => [1, 3, 64].map((rows) => ({ rows, inner, cols }))),
);

/** Every shape, requantisation and kind of result on random tables, and corners of the ranges. */
export function linearCases(): LinearTestCase[] {
  const random = SHAPES.flatMap((shape) => {
    const name = `${shape.rows}x${shape.inner}x${shape.cols}`;
    return [
      ...everyKind(`${name}, 32 bits`, randomLinear(name, shape, 33), true),
      ...everyKind(`${name}, 64 bits`, withShifts(randomLinear(name, shape, 1)), false),
    ];
  });
  return [...random, ...narrowWeights(), ...wideInputs(), ...corners(8), ...corners(16)];
}

export const everyKind = (name: string, layer: LinearCase, small: boolean): LinearTestCase[] =>
  KINDS.map((kind) => ({ ...layer, name: `${name}, ${kind}`, small, kind }));

function narrowWeights(): LinearTestCase[] {
  return ([4, 2] as const).flatMap((bits) =>
    SHAPES.flatMap((shape) => {
      const name = `${shape.rows}x${shape.inner}x${shape.cols} of ${bits} bits`;
      return everyKind(name, randomLinear(name, shape, 33, bits), true);
    }),
  );
}

/** x of 16 bits; no more rows than stand at the end of the memory of linear.c. */
function wideInputs(): LinearTestCase[] {
  return ([8, 4, 2] as const).flatMap((bits) =>
    SHAPES.flatMap((shape) => {
      const less = { ...shape, rows: Math.min(shape.rows, 31) };
      const name = `${less.rows}x${less.inner}x${less.cols}, x of 16 bits, weights of ${bits}`;
      return everyKind(name, randomLinear(name, less, 33, bits, 16), true);
    }),
  );
}

/** Shifts over all their range in every third channel. */
function withShifts(layer: LinearCase): LinearCase {
  return { ...layer, shift: layer.shift.map((shift, n) => (n % 3 === 1 ? [1, 31, 32, 62][(n >> 1) % 4] : shift)) };
}

function corners(inputBits: 8 | 16): LinearTestCase[] {
  const shape = { rows: 3, inner: 31, cols: 5 };
  const base = randomLinear("corners", shape, 33, 8, inputBits);
  const most = 2 ** (inputBits - 1) - 1;
  const filled = (x: number, w: number) => ({ ...base, x: base.x.map(() => x), weights: base.weights.map(() => w) });
  const tiny = {
    x: base.x.map((v) => v % 2),
    weights: base.weights.map((w) => w % 2),
    bias: base.bias.map((b) => b % 8),
  };
  const half = (shift: number) => ({
    multiplier: base.multiplier.map(() => 2 ** 30),
    shift: base.shift.map(() => shift),
  });
  const farthest = 2 ** 31 - 1 - most * 127 * shape.inner; // |bias| + most · Σ|w| < 2³¹
  return [
    ...[most, -most].flatMap((x) => [127, -127].flatMap((w) => everyKind(`all ${x} by ${w}`, filled(x, w), true))),
    ...[true, false].flatMap((small) => [
      ...everyKind(`ties, ${small}`, { ...base, ...tiny, ...half(small ? 33 : 31) }, small),
      ...everyKind(`high, ${small}`, { ...filled(most, 127), bias: base.bias.map(() => farthest) }, small),
      ...everyKind(`low, ${small}`, { ...filled(most, -127), bias: base.bias.map(() => -farthest) }, small),
    ]),
    ...everyKind("residual at its ends", { ...base, z: base.z.map((_, i) => (i % 2 ? 32_767 : -32_767)) }, true),
  ];
}

/** Bytes of LAST_MEMORY, at whose end values of x stand. */
const LAST_MEMORY = 16_384;

/** Run linear.c over the cases. */
export function runLinear(cases: readonly LinearTestCase[], target: Target): TargetResult {
  const most = (bytes: (c: LinearTestCase) => number) => Math.max(...cases.map(bytes));
  const constants = {
    MOST_X: Math.max(
      LAST_MEMORY,
      most(({ x }) => x.byteLength),
    ),
    MOST_Y: 4 * Math.ceil(most(({ rows, cols }) => 2 * rows * cols) / 4),
    MOST_INNER: most(({ inner }) => inner),
  };
  const vectors = linearVectors(cases, target);
  return runOnTarget({ target, program: "linear.c", kernels: linearSources(target), vectors, constants });
}

/** Cases that did not come out as the lines expect, by name. */
export function wrongCases(cases: readonly LinearTestCase[], expected: readonly string[], stdout: string): string[] {
  const lines = stdout.trim().split("\n");
  if (lines.length !== cases.length + 1 || lines.at(-1) !== "done")
    return [`${lines.length} lines, last ${lines.at(-1)}`];
  return cases.flatMap(({ name }, i) => (lines[i] === expected[i] ? [] : [name]));
}

function linearVectors(cases: readonly LinearTestCase[], { linear }: Target): Vectors {
  const bytes = { x: new Pile(), weights: new Pile(), bias: new Pile(), scale: new Pile(), z: new Pile() };
  const table = cases.flatMap((c) => {
    const packed = packLinear(c, linear.layout);
    bytes.scale.add(packed.scale);
    return [
      ...[c.rows, c.inner, c.cols, c.small ? 1 : 0, c.bits, c.inputBits, KINDS.indexOf(c.kind)],
      ...[
        bytes.x.add(new Int8Array(c.x.buffer)),
        bytes.weights.add(packed.weights),
        bytes.bias.add(packed.bias),
        bytes.z.add(c.z),
      ],
    ];
  });
  return {
    cases: Int32Array.from(table),
    x: Int8Array.from(bytes.x.values),
    weights: Int8Array.from(bytes.weights.values),
    bias: Int32Array.from(bytes.bias.values),
    scale: Int32Array.from(bytes.scale.values),
    z: Int16Array.from(bytes.z.values),
  };
}

/** Tables one after the other. */
class Pile {
  readonly values: number[] = [];

  /** @returns where they begin */
  add(more: ArrayLike<number>): number {
    const start = this.values.length;
    for (let i = 0; i < more.length; i++) this.values.push(more[i]);
    return start;
  }
}

/** The results of a case as hexadecimal digits, from the formulas of docs/integer.md in integers of any size. */
export function expectedHex({ rows, inner, cols, kind, ...c }: LinearTestCase): string {
  const y = kind === "s8" ? new Int8Array(rows * cols) : new Int16Array(rows * cols);
  for (let r = 0; r < rows; r++) {
    for (let n = 0; n < cols; n++) {
      let sum = c.bias[n];
      for (let k = 0; k < inner; k++) sum += c.x[r * inner + k] * c.weights[n * inner + k];
      const shift = BigInt(c.shift[n]);
      const value = (BigInt(sum) * BigInt(c.multiplier[n]) + (1n << (shift - 1n))) >> shift;
      const at = r * cols + n;
      if (kind === "s8") y[at] = Number(clip(value, 127n));
      else if (kind === "s16") y[at] = Number(clip(value, 32_767n));
      else y[at] = Number(clip(BigInt(c.z[at]) + clip(value, 32_767n), 32_767n));
    }
  }
  return Buffer.from(y.buffer).toString("hex");
}

const clip = (value: bigint, limit: bigint): bigint => (value > limit ? limit : value < -limit ? -limit : value);
