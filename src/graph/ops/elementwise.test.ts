import { describe, expect, it } from "vitest";
import { opSuite } from "../../../test/opSuite.ts";
import { GraphError } from "../../errors.ts";
import { createBuilder } from "../builder.ts";

opSuite("elementwise");

describe("elementwise operators refuse", () => {
  const g = createBuilder("test");
  const a = g.input("a", "float32", ["B", 3]);
  const binaries = [g.add, g.sub, g.mul, g.div, g.max, g.min];

  it("shapes that do not broadcast", () => {
    const b = g.input("b", "float32", ["C", 3]);
    const c = g.input("c", "float32", [4]);
    for (const op of binaries) {
      expect(() => op(a, b)).toThrow(GraphError);
      expect(() => op(a, c)).toThrow("shapes do not broadcast at axis 1: got [B, 3] and [4]");
    }
  });

  it("operands of two types", () => {
    const counts = g.input("counts", "int64", [3]);
    for (const op of binaries) expect(() => op(a, counts)).toThrow(GraphError);
  });
});
