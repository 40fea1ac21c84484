import { expect, it } from "vitest";
import { describeOn } from "./describeOn.ts";
import { sanitized } from "./hosts.ts";
import { runLinear, wrongCases } from "./linearCases.ts";
import { OP_KERNELS, opVectors, wrongOps } from "./opsCases.ts";
import { missingOperators, referenceCases } from "./referenceCases.ts";
import { referenceHex, referenceLinear } from "./referenceLinear.ts";
import { runOnTarget } from "./runOnTarget.ts";

describeOn(sanitized, "kernels at the sizes of the published network", () => {
  it("equal the reference in TypeScript, operator by operator", () => {
    const cases = referenceCases();
    expect(missingOperators(cases)).toEqual([]);
    const job = { target: sanitized, program: "ops.c", kernels: OP_KERNELS, vectors: opVectors(cases) };
    expect(wrongOps(cases, runOnTarget(job).stdout)).toEqual([]);
  });

  it("equal it layer by layer", () => {
    const cases = referenceLinear();
    expect(wrongCases(cases, cases.map(referenceHex), runLinear(cases, sanitized).stdout)).toEqual([]);
  });
});
