import { expect, it } from "vitest";
import { wasm } from "../../src/edge/targets/wasm.ts";
import { describeOn } from "./describeOn.ts";
import { sanitized } from "./hosts.ts";
import { runLinear, wrongCases } from "./linearCases.ts";
import { OP_KERNELS, opVectors, wrongOps } from "./opsCases.ts";
import { missingOperators, referenceCases } from "./referenceCases.ts";
import { referenceHex, referenceLinear } from "./referenceLinear.ts";
import { runOnTarget } from "./runOnTarget.ts";

const ops = referenceCases();
const layers = referenceLinear();
const expected = layers.map(referenceHex);

it("every operator has a case of its size in the published network", () => {
  expect(missingOperators(ops)).toEqual([]);
});

for (const target of [sanitized, wasm]) {
  describeOn(target, "kernels at the sizes of the published network", () => {
    it("equal the reference in TypeScript, operator by operator", () => {
      const { stdout } = runOnTarget({ target, program: "ops.c", kernels: OP_KERNELS, vectors: opVectors(ops) });
      expect(wrongOps(ops, stdout)).toEqual([]);
    });

    it("equal it layer by layer", () => {
      expect(wrongCases(layers, expected, runLinear(layers, target).stdout)).toEqual([]);
    });
  });
}
