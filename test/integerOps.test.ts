import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { errorOf } from "./integerOps/opCase.ts";
import { allCases, errorTable } from "./integerOps/table.ts";

const cases = allCases();

describe("integer ops against float64", () => {
  it.each(cases.map((of) => [of.op, of] as const))(
    "%s: every value within its bound, RMS as roundings add up",
    (_, of) => {
      const { ofBound, rms, expected } = errorOf(of);
      expect(ofBound).toBeLessThanOrEqual(1);
      expect(ofBound).toBeGreaterThan(of.op === "self-attention" ? 0.2 : 0.7); // a bound that nothing comes near says nothing
      expect(Math.abs(rms / expected - 1)).toBeLessThan(0.05);
    },
  );

  it("err as docs/integer.md says (npx tsx test/integerOps/main.ts)", () => {
    expect(readFileSync(new URL("../docs/integer.md", import.meta.url), "utf8")).toContain(errorTable(cases));
  });
});
