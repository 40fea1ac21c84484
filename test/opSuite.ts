import { readFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import {
  createBuilder,
  type Dim,
  type Dtype,
  type Graph,
  type GraphBuilder,
  lengthOf,
  readOnnx,
  type Value,
  writeOnnx,
} from "../src/graph/index.ts";
import type { OpName } from "../src/graph/ops/index.ts";
import { nodeEngine } from "../src/runtime/node.ts";
import type { FeedTensor, Session } from "../src/runtime/session.ts";
import { expectClose } from "./close.ts";

/** Numbers of a file pair; what JSON cannot hold stands as "inf", "-inf", "nan". */
export interface StoredTensor {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly data: readonly (number | string)[];
}

/** One call of a builder method with its operands. */
export interface OpCall {
  readonly op: OpName;
  readonly note: string;
  /** `dims`: the shape that the graph is told, with symbols. */
  readonly inputs: readonly (StoredTensor & { readonly dims: readonly Dim[] })[];
  /** Arguments of the method; "$2" stands for operand 2. */
  readonly args: readonly unknown[];
}

/** A call with another implementation's results (src/graph/ops/pairs/make.py). */
interface OpCase extends OpCall {
  /** null for an output that the operator leaves empty. */
  readonly outputs: readonly (StoredTensor | null)[];
  /** Allowed difference over the largest magnitude of the result (at least 1). */
  readonly tolerance: number;
  /** Symbols that only the result has. */
  readonly bind?: Readonly<Record<string, number>>;
}

const file = new URL("../src/graph/ops/pairs/ops.json", import.meta.url);

/** All cases by family. */
export const opCases: Readonly<Record<string, readonly OpCase[]>> = JSON.parse(readFileSync(file, "utf8"));

/** Every case of a family: values, inferred types, and the graph's way through the .onnx file. */
export function opSuite(family: string): void {
  describe(`${family}: operators against NumPy, SciPy and PyTorch`, () => {
    const sessions: Session[] = [];
    afterAll(() => Promise.all(sessions.map((session) => session.close())));

    it.each(opCases[family].map((c) => [`${c.op} ${JSON.stringify(c.args)} ${c.note}`, c] as const))(
      "%s",
      async (_, c) => {
        const graph = graphOf(c);
        expect(Buffer.from(writeOnnx(readOnnx(writeOnnx(graph)))).equals(writeOnnx(graph))).toBe(true);
        const session = await nodeEngine.createSession(graph, { threads: 1 });
        sessions.push(session);
        const results = await session.run(Object.fromEntries(c.inputs.map((input, i) => [`in${i}`, feedOf(input)])));
        const symbols = symbolsOf(c);
        c.outputs.forEach((want, i) => {
          if (want !== null) check(results[`out${i}`], want, graph.outputs[i], symbols, c.tolerance);
        });
      },
    );
  });
}

/** The graph of one call. */
export function graphOf(call: OpCall): Graph {
  const g = createBuilder(call.op);
  return g.finish(Object.fromEntries(applyCall(g, call).outputs.map((value, i) => [`out${i}`, value])));
}

/** Make the call; operand i is the input `in${i}`. */
export function applyCall(g: GraphBuilder, { op, inputs, args }: OpCall): { operands: Value[]; outputs: Value[] } {
  const operands = inputs.map(({ dtype, dims }, i) => g.input(`in${i}`, dtype, dims));
  const result = (g[op] as (...args: unknown[]) => Value | Value[])(...args.map((a) => withOperands(a, operands)));
  return { operands, outputs: [result].flat() };
}

function withOperands(arg: unknown, operands: readonly Value[]): unknown {
  if (Array.isArray(arg)) return arg.map((a) => withOperands(a, operands));
  return typeof arg === "string" && arg.startsWith("$") ? operands[Number(arg.slice(1))] : arg;
}

function check(
  got: FeedTensor,
  want: StoredTensor,
  inferred: Value,
  symbols: ReadonlyMap<string, number>,
  tolerance: number,
): void {
  expect([got.dtype, got.shape]).toEqual([want.dtype, want.shape]);
  expect([inferred.dtype, inferred.shape.map((d) => lengthOf(d, symbols))]).toEqual([want.dtype, want.shape]);
  const numbers = want.data.map(numberOf);
  // what only moves values is compared bit by bit, in the engine's own precision
  expectClose(got.data, tolerance === 0 && want.dtype === "float32" ? Float32Array.from(numbers) : numbers, tolerance);
}

/** Values of the symbols, from the operands' shapes; `2*S` against 6 gives S = 3. */
function symbolsOf({ inputs, bind = {} }: OpCase): Map<string, number> {
  const symbols = new Map(Object.entries(bind));
  for (const { dims, shape } of inputs) {
    dims.forEach((d, i) => {
      if (typeof d === "string" && !d.includes("*")) symbols.set(d, shape[i]);
    });
  }
  return symbols;
}

const ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  int8: Int8Array,
  int16: Int16Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const;

/** The numbers as a tensor. */
export function feedOf({ dtype, shape, data }: StoredTensor): FeedTensor {
  const numbers = data.map(numberOf);
  return { dtype, shape, data: dtype === "int64" ? BigInt64Array.from(numbers, BigInt) : ARRAYS[dtype].from(numbers) };
}

function numberOf(stored: number | string): number {
  return typeof stored === "number" ? stored : ({ inf: Infinity, "-inf": -Infinity }[stored] ?? Number.NaN);
}
