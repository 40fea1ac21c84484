import { beforeAll, expect, it } from "vitest";
import { TARGETS } from "../../src/edge/targets/index.ts";
import { linearSources, type Target } from "../../src/edge/targets/target.ts";
import { countLinear, type LinearCount } from "./countLinear.ts";
import { describeOn } from "./describeOn.ts";
import { HOSTS } from "./hosts.ts";
import { expectedHex, linearCases, linearVectors } from "./linearCases.ts";
import { machineOf } from "./machines.ts";
import { runOnTarget, type TargetResult } from "./runOnTarget.ts";
import { unwantedSymbols } from "./symbols.ts";

const cases = linearCases();
const expected = cases.map(expectedHex);

const runLinear = (target: Target): TargetResult =>
  runOnTarget({ target, program: "linear.c", kernels: linearSources(target), vectors: linearVectors(cases, target) });

/** Cases that came out wrong, by name. */
function wrongCases(stdout: string): string[] {
  const lines = stdout.trim().split("\n");
  expect(lines.at(-1)).toBe("done");
  expect(lines).toHaveLength(cases.length + 1);
  return cases.flatMap(({ name }, i) => (lines[i] === expected[i] ? [] : [name]));
}

for (const target of [...HOSTS, ...TARGETS]) {
  describeOn(target, "the product of Linear", () => {
    let result: TargetResult;
    beforeAll(() => {
      result = runLinear(target);
    });

    it("has the bits of the formulas", () => expect(wrongCases(result.stdout)).toEqual([]));

    it("is linked without floating point and without a heap", () => {
      expect(result.symbols).toContain("pl_linear_store");
      if (machineOf(target) !== undefined) expect(unwantedSymbols(result.symbols)).toEqual([]);
    });
  });
}

/** Instructions per multiplication at most: 64 rows, K 256, N 1024, requantised to int8. */
const BUDGETS: Readonly<Record<string, number>> = { rv32imc: 2.7, "cortex-m4": 1.26, "cortex-m55": 0.216 };

for (const target of TARGETS.filter(({ name }) => name in BUDGETS)) {
  describeOn(target, "instructions of Linear", () => {
    let count: LinearCount;
    beforeAll(() => {
      count = countLinear(target);
    });

    it("are counted to one in ten thousand", () => expect(Math.abs(count.calibration - 1)).toBeLessThan(1e-4));
    it("stay within the budget", () => expect(count.kernel).toBeLessThan(BUDGETS[target.name]));
  });
}
