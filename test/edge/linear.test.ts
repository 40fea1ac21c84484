import { beforeAll, describe, expect, it } from "vitest";
import { c99 } from "../../src/edge/targets/c99.ts";
import { TARGETS } from "../../src/edge/targets/index.ts";
import { linearSources, type Target } from "../../src/edge/targets/target.ts";
import { countLinear, type LinearCount } from "./countLinear.ts";
import { expectedHex, linearCases, linearVectors } from "./linearCases.ts";
import { machineOf } from "./machines.ts";
import { missingTool, runOnTarget, type TargetResult } from "./runOnTarget.ts";

const cases = linearCases();
const expected = cases.map(expectedHex);

const runLinear = (target: Target, flags: readonly string[] = []): TargetResult =>
  runOnTarget({
    target,
    program: "linear.c",
    kernels: linearSources(target),
    vectors: linearVectors(cases, target),
    flags,
  });

/** Cases that came out wrong, by name. */
function wrongCases(stdout: string): string[] {
  const lines = stdout.trim().split("\n");
  expect(lines.at(-1)).toBe("done");
  expect(lines).toHaveLength(cases.length + 1);
  return cases.flatMap(({ name }, i) => (lines[i] === expected[i] ? [] : [name]));
}

/** Arithmetic of floating point in libgcc, by its own names and by those of the ARM ABI. */
const SOFT_FLOAT =
  /^__(aeabi_([fd]\w+|\w+2[fd]\w*)|(add|sub|mul|div|neg|cmp|eq|ne|lt|le|gt|ge|unord|float|fix|ext|trunc)\w*[sdt]f\w*)$/;
const NOT_ON_A_CHIP = /^(_?malloc|_?free|calloc|realloc|exp|sqrt|floor|round)f?$/;

it("the names of soft-float routines are known", () => {
  const routines = [
    "__adddf3",
    "__mulsf3",
    "__floatsidf",
    "__fixunsdfsi",
    "__ltsf2",
    "__aeabi_fadd",
    "__aeabi_i2d",
    "__aeabi_d2iz",
  ];
  expect(routines.filter((name) => !SOFT_FLOAT.test(name))).toEqual([]);
  expect(["__aeabi_lmul", "__aeabi_llsl", "__ashrdi3", "__udivdi3"].filter((name) => SOFT_FLOAT.test(name))).toEqual(
    [],
  );
});

describe.each(TARGETS)("the product of Linear on $name", (target) => {
  const missing = missingTool(target);
  describe.skipIf(missing !== undefined)(missing === undefined ? "" : `(needs ${missing})`, () => {
    let result: TargetResult;
    beforeAll(() => {
      result = runLinear(target);
    });

    it("has the bits of the formulas", () => expect(wrongCases(result.stdout)).toEqual([]));

    it("is linked without floating point and without a heap", () => {
      expect(result.symbols).toContain("pl_linear_store");
      expect(result.symbols.filter((name) => SOFT_FLOAT.test(name) || NOT_ON_A_CHIP.test(name))).toEqual([]);
    });
  });
});

it.skipIf(missingTool(c99) !== undefined)(
  "reads and writes its own memory only, and does nothing that C leaves undefined",
  () => {
    const { stdout } = runLinear(c99, ["-O1", "-g", "-fsanitize=undefined,address", "-fno-sanitize-recover=all"]);
    expect(wrongCases(stdout)).toEqual([]);
  },
);

/** Instructions per multiplication at most: 64 rows, K 256, N 1024, requantised to int8. */
const BUDGETS: Readonly<Record<string, number>> = { rv32imc: 2.7, "cortex-m4": 1.26, "cortex-m55": 0.216 };

describe.each(TARGETS.filter((target) => machineOf(target) !== undefined))("instructions on $name", (target) => {
  const missing = missingTool(target);
  describe.skipIf(missing !== undefined)(missing === undefined ? "" : `(needs ${missing})`, () => {
    let count: LinearCount;
    beforeAll(() => {
      count = countLinear(target);
    });

    it("are counted to one in ten thousand", () => expect(Math.abs(count.calibration - 1)).toBeLessThan(1e-4));
    it("stay within the budget", () => expect(count.kernel).toBeLessThan(BUDGETS[target.name]));
  });
});
