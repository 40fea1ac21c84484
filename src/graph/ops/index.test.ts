import { readdirSync } from "node:fs";
import { expect, it } from "vitest";
import { opCases } from "../../../test/opSuite.ts";
import { ops } from "./index.ts";

it("every operator of the registry has a case with reference values", () => {
  const tested = new Set(Object.values(opCases).flatMap((cases) => cases.map(({ op }) => op)));
  expect([...tested].sort()).toEqual(Object.keys(ops).sort());
});

it("every family of cases has its test file", () => {
  const files = readdirSync(new URL(".", import.meta.url));
  for (const family of Object.keys(opCases)) expect(files).toContain(`${family}.test.ts`);
});
