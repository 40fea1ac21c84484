import { expect, it } from "vitest";
import { TARGETS } from "../../src/edge/targets/index.ts";
import { randomStream } from "../../src/model/random.ts";
import { describeOn } from "./describeOn.ts";
import { runOnTarget } from "./runOnTarget.ts";

const LENGTH = 70;
const int8 = (what: string) =>
  Int8Array.from(randomStream(3, `edge/dot/${what}`).words(0, LENGTH), (word) => (word % 255) - 127);

/** Sums of the first n products from every alignment, in the order of dot.c. */
function sums(a: Int8Array, b: Int8Array): number[] {
  return [0, 1, 2, 3].flatMap((from) => {
    const partial = [0];
    for (let i = from; i < LENGTH; i++) partial.push(partial.at(-1)! + a[i] * b[i]);
    return partial;
  });
}

for (const target of TARGETS) {
  describeOn(target, "pl_dot", () => {
    it.each([
      ["random values", int8("a"), int8("b")],
      ["the ends of the range", new Int8Array(LENGTH).fill(-127), new Int8Array(LENGTH).fill(127)],
    ])("sums products of any number and alignment: %s", (_, a, b) => {
      const { stdout } = runOnTarget({ target, program: "dot.c", kernels: [], vectors: { a, b } });
      const words = stdout
        .trim()
        .split("\n")
        .map((line) => Buffer.from(line, "hex").readInt32LE());
      expect(words).toEqual(sums(a, b));
    });
  });
}
