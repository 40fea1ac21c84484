import { expect, it } from "vitest";
import { c99 } from "../../src/edge/targets/c99.ts";
import { TARGETS } from "../../src/edge/targets/index.ts";
import { SessionError } from "../../src/errors.ts";
import { describeOn } from "./describeOn.ts";
import { runOnTarget } from "./runOnTarget.ts";

const LINES = 4000;
const table = Int8Array.from({ length: 200 }, (_, i) => i);
const hex = Buffer.from(table.buffer).toString("hex");

for (const target of TARGETS) {
  describeOn(target, "a program", () => {
    it("gives back all that it prints", () => {
      const vectors = { lines: Int32Array.of(LINES), table };
      const { stdout } = runOnTarget({ target, program: "longOutput.c", kernels: [], vectors });
      const expected = Array.from({ length: LINES }, (_, i) => `${i} ${hex}\n`).join("");
      expect(stdout.length).toBe(expected.length);
      expect(stdout === expected).toBe(true);
    });
  });
}

describeOn(c99, "a program that cannot be built", () => {
  it("is an error with the words of the compiler", () => {
    const job = { target: c99, program: "dot.c", kernels: [], vectors: {} };
    expect(() => runOnTarget(job)).toThrow(SessionError);
    expect(() => runOnTarget(job)).toThrow("a_count");
  });
});
