import { describe, expect, it } from "vitest";
import { graphOf, opCases } from "../../../test/opSuite.ts";
import { smallModel } from "../../../test/smallModel.ts";
import { GraphError } from "../../errors.ts";
import { panlunaGraph, randomStream } from "../../model/index.ts";
import { decode, encode } from "./codec.ts";
import { readOnnx } from "./read.ts";
import { modelProto } from "./schema.ts";
import { writeOnnx } from "./write.ts";

/** Whole numbers below a limit, one after another, always the same ones. */
function dice(purpose: string): (limit: number) => number {
  const stream = randomStream(7, purpose);
  let at = 0;
  return (limit) => stream.words(at++, 1)[0] % limit;
}

/** Read bytes that may be anything: what is read can be written again, all else is a GraphError. Tells whether they were read. */
function readAnything(bytes: Uint8Array): boolean {
  try {
    writeOnnx(readOnnx(bytes));
    return true;
  } catch (error) {
    if (error instanceof GraphError) return false;
    throw error;
  }
}

/** Change, cut out or insert a few bytes, or cut the file short. */
function damage(bytes: Uint8Array, roll: (limit: number) => number): Uint8Array {
  const out = Array.from(bytes);
  const hostile = [0, 1, 0x7f, 0x80, 0xff, 0x0a, 0x12];
  for (let i = 0; i <= roll(4); i++) {
    const at = roll(out.length);
    const byte = roll(2) === 0 ? hostile[roll(hostile.length)] : roll(256);
    const kind = roll(8);
    if (kind < 5) out[at] = byte;
    else if (kind === 5) out.splice(at, 1 + roll(8));
    else if (kind === 6) out.splice(at, 0, byte, roll(256));
    else out.length = at + 1;
  }
  return Uint8Array.from(out);
}

type Leaf = number | string | Uint8Array;
interface Slot {
  readonly holder: Record<string, unknown>;
  readonly key: string;
}

/** Every place in a message that holds a value or a message. */
function slots(holder: object): Slot[] {
  return Object.entries(holder).flatMap(([key, value]) => {
    const own = { holder: holder as Record<string, unknown>, key };
    return value instanceof Uint8Array || typeof value !== "object" ? [own] : [own, ...slots(value as object)];
  });
}

/** Put a hostile value of the same kind into one place of a message, or take it away, or double it. */
function corrupt(model: object, texts: readonly string[], roll: (limit: number) => number): void {
  const all = slots(model);
  const { holder, key } = all[roll(all.length)];
  const value = holder[key] as Leaf | object;
  const numbers = [0, 1, -1, 2, 3, 7, 33, 255, 2 ** 31, -(2 ** 31), 2 ** 53 - 1];
  if (typeof value === "number") holder[key] = numbers[roll(numbers.length)];
  else if (typeof value === "string") holder[key] = texts[roll(texts.length)];
  else if (value instanceof Uint8Array) holder[key] = value.subarray(0, roll(value.length + 1));
  else if (!Array.isArray(holder)) delete holder[key];
  else if (roll(2) === 0) holder.splice(Number(key), 1);
  else holder.push(holder[Number(key)]);
}

describe("damaged .onnx files end in a GraphError or in a graph, never in anything else", () => {
  const graph = panlunaGraph(smallModel({ kind: "classify", numClasses: 2 }));
  const small = writeOnnx(graph);
  const opFiles = Object.values(opCases).flatMap((cases) => cases.map((c) => writeOnnx(graphOf(c))));

  it("cut off after every byte of a small file", () => {
    const [bytes] = opFiles;
    for (let length = 0; length < bytes.length; length++) readAnything(bytes.subarray(0, length));
    expect(readAnything(bytes)).toBe(true);
  });

  it("2,000 files of one operator with damaged bytes", () => {
    const roll = dice("bytes");
    const read = Array.from({ length: 2000 }, () => readAnything(damage(opFiles[roll(opFiles.length)], roll)));
    expect(read).toContain(true);
    expect(read).toContain(false);
  });

  it("20 files of a whole model with damage among their nodes", () => {
    const roll = dice("model");
    const end = Math.floor(writeOnnx({ ...graph, initializers: new Map() }).length / 2); // nodes stand before parameters
    for (let i = 0; i < 20; i++) {
      const at = roll(end - 40);
      const part = damage(small.subarray(at, at + 40), roll);
      readAnything(Uint8Array.from([...small.subarray(0, at), ...part, ...small.subarray(at + 40)]));
    }
  });

  it("3,000 well-formed files that say something hostile", () => {
    const roll = dice("values");
    let read = 0;
    for (let i = 0; i < 3000; i++) {
      const model = decode<object>(modelProto, opFiles[roll(opFiles.length)]);
      const texts = [
        "",
        "in0",
        "out0",
        "N",
        "B*B",
        "0",
        "7*",
        "com.microsoft",
        "?",
        "Split",
        "Concat",
        "x".repeat(300),
      ];
      for (let n = 0; n <= roll(3); n++) corrupt(model, texts, roll);
      read += Number(readAnything(encode(modelProto, model)));
    }
    expect(read).toBeGreaterThan(100);
    expect(read).toBeLessThan(2900);
  });

  it("a symbol cannot be multiplied until no memory holds it", () => {
    const axis = { dim: [{ dimParam: "N" }, { dimValue: 1 }] };
    const type = { tensorType: { elemType: 1, shape: axis } };
    const rest = { name: "rest", dims: [2], dataType: 7, int64Data: [-1, 1] };
    const node = Array.from({ length: 40 }, (_, i) => [
      {
        input: [`x${i}`],
        output: [`t${i}`],
        opType: "Transpose",
        attribute: [{ name: "perm", type: 7, ints: [1, 0] }],
      },
      { input: [`x${i}`, `t${i}`], output: [`p${i}`], opType: "MatMul" },
      { input: [`p${i}`, "rest"], output: [`x${i + 1}`], opType: "Reshape" },
    ]).flat();
    const graph = { node, input: [{ name: "x0", type }], output: [{ name: "x40", type }], initializer: [rest] };
    const bytes = encode(modelProto, { graph, opsetImport: [{ version: 21 }] });
    expect(() => readOnnx(bytes)).toThrow(GraphError);
  });
});
