import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { TARGETS } from "../../src/edge/targets/index.ts";
import { describeOn } from "./describeOn.ts";
import { HOSTS } from "./hosts.ts";
import { instructionsIn } from "./instructions.ts";
import { machineOf } from "./machines.ts";
import { budgetsOf } from "./opsBudgets.ts";
import { OP_KERNELS, OPERATORS, type OpCase, opVectors, wrongOps } from "./opsCases.ts";
import { runOnTarget } from "./runOnTarget.ts";
import { unwantedSymbols } from "./symbols.ts";

const cases: OpCase[] = JSON.parse(readFileSync(new URL("pairs/ops.json", import.meta.url), "utf8"));

it("every operator has cases", () => {
  expect([...new Set(cases.map(({ op }) => op))].sort()).toEqual([...OPERATORS].sort());
});

for (const target of [...HOSTS, ...TARGETS]) {
  describeOn(target, "kernels", () => {
    it("equal whole numbers of Python bit for bit, with no floating point and no heap", () => {
      const job = { target, program: "ops.c", kernels: OP_KERNELS, vectors: opVectors(cases) };
      const { stdout, symbols } = runOnTarget(job);
      expect(wrongOps(cases, stdout)).toEqual([]);
      expect(symbols).toContain("pl_attention_s8");
      if (!machineOf(target).hosted) expect(unwantedSymbols(symbols)).toEqual([]);
    });
  });
}

for (const target of TARGETS) {
  const budgets = budgetsOf(target.name);
  if (budgets === undefined) continue;
  describeOn(target, "instructions of kernels", () => {
    it("stay within their budgets", () => {
      const { stdout } = runOnTarget({ target, program: "countOps.c", kernels: OP_KERNELS, vectors: {} });
      const counts = instructionsIn(stdout, target);
      expect(counts["nothing"]).toBeLessThan(100);
      const over = [...budgets].filter(([name, most]) => !(counts[name] <= most));
      expect(over.map(([name, most]) => `${name}: ${counts[name]} of ${most}`)).toEqual([]);
    });
  });
}
