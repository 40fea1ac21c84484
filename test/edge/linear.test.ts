import { beforeAll, expect, it } from "vitest";
import { TARGETS } from "../../src/edge/targets/index.ts";
import { countLinear, type LinearCount } from "./countLinear.ts";
import { describeOn } from "./describeOn.ts";
import { HOSTS } from "./hosts.ts";
import { expectedHex, linearCases, runLinear, wrongCases } from "./linearCases.ts";
import { machineOf } from "./machines.ts";
import type { TargetResult } from "./runOnTarget.ts";
import { unwantedSymbols } from "./symbols.ts";

const cases = linearCases();
const expected = cases.map(expectedHex);

for (const target of [...HOSTS, ...TARGETS]) {
  describeOn(target, "the product of Linear", () => {
    let result: TargetResult;
    beforeAll(() => {
      result = runLinear(cases, target);
    });

    it("has the bits of the formulas", () => expect(wrongCases(cases, expected, result.stdout)).toEqual([]));

    it("is linked without floating point and without a heap", () => {
      expect(result.symbols).toContain("pl_linear_store");
      if (!machineOf(target).hosted) expect(unwantedSymbols(result.symbols)).toEqual([]);
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
