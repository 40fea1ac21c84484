import { describe, expect, it } from "vitest";
import { opSuite } from "../../../test/opSuite.ts";
import { GraphError } from "../../errors.ts";
import { createBuilder } from "../builder.ts";

opSuite("select");

describe("comparing and choosing refuse", () => {
  const g = createBuilder("test");
  const a = g.input("a", "float32", ["B", 3]);
  const b = g.input("b", "float64", ["B", 3]);

  it("operands of two types", () => {
    expect(() => g.less(a, b)).toThrow(GraphError);
    expect(() => g.where(g.less(a, a), a, b)).toThrow(GraphError);
  });

  it("a condition that is not bool", () => {
    expect(() => g.where(a, a, a)).toThrow(GraphError);
  });

  it("shapes that do not broadcast", () => {
    const c = g.input("c", "float32", ["C", 3]);
    expect(() => g.less(a, c)).toThrow(GraphError);
    expect(() => g.where(g.less(a, a), a, c)).toThrow(GraphError);
  });

  it("an element type that this graph does not hold", () => {
    expect(() => g.cast(a, "float16" as never)).toThrow(GraphError);
  });
});
