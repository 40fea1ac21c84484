import { expect, it } from "vitest";
import { opSuite } from "../../../test/opSuite.ts";
import { GraphError } from "../../errors.ts";
import { createBuilder } from "../builder.ts";

opSuite("reduce");

it("reductions refuse an axis that is not there", () => {
  const g = createBuilder("test");
  const x = g.input("x", "float32", ["B", 3]);
  for (const op of [g.reduceSum, g.reduceMean, g.reduceMax, g.reduceMin]) {
    expect(() => op(x, [2])).toThrow(GraphError);
    expect(() => op(x, [0, -3])).toThrow("no such axis: expected −2 to 1, got -3");
  }
});
