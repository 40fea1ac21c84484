import { describe, expect, it } from "vitest";
import { opSuite } from "../../../test/opSuite.ts";
import { GraphError } from "../../errors.ts";
import { createBuilder } from "../builder.ts";

opSuite("layout");

describe("layout operators refuse", () => {
  const g = createBuilder("test");
  const x = g.input("x", "float32", ["B", 6, 4]);
  const shape = g.input("shape", "int64", [2]);

  it.each([
    ["a reshape that loses elements", () => g.reshape(x, [0, 5, 4])],
    ["a reshape whose rest is not whole", () => g.reshape(x, [-1, 7])],
    ["a reshape whose rest is not whole over a symbol", () => g.reshape(g.input("s", "float32", ["B", 2]), [-1, 4])],
    ["two rests", () => g.reshape(x, [-1, -1, 4])],
    ["a 0 beyond the operand's axes", () => g.reshape(x, [0, 6, 2, 0])],
    ["a negative length", () => g.reshape(g.input("t", "float32", [4]), [-2, -2])],
    ["dims whose product is another", () => g.reshapeTo(x, shape, ["B", 12])],
    ["an axis twice in a permutation", () => g.transpose(x, [0, 1, 1])],
    ["a permutation of another length", () => g.transpose(x, [1, 0])],
    ["an axis of a permutation that is not there", () => g.transpose(x, [0, 1, 3])],
    ["an unsqueezed axis beyond the result", () => g.unsqueeze(x, [4])],
    ["a negative unsqueezed axis", () => g.unsqueeze(x, [-1])],
    ["nothing to concatenate", () => g.concat([], 0)],
    ["other axes that differ", () => g.concat([x, g.input("y", "float32", ["B", 6, 3])], 1)],
    ["ranks that differ", () => g.concat([x, shape], 0)],
    ["types that differ", () => g.concat([g.input("i", "int32", ["B", 6, 4]), x], 0)],
    ["parts that do not sum to the axis", () => g.split2(x, [1, 4], 1)],
    ["as many parts as there are outputs only", () => g.split2(x, [1, 2, 3], 1)],
    ["a split axis that is not there", () => g.split2(x, [1, 1], 3)],
    ["a sliced axis that is not there", () => g.slice(x, [0], [1], [3])],
    ["bounds without an axis", () => g.slice(x, [0, 0], [1], [1])],
    ["a gathered axis that is not there", () => g.gather(x, shape, 3)],
    ["indices that are no integers", () => g.gather(x, x, 0)],
    ["a range of float lengths", () => g.range(x, x, x, "S")],
    ["axes of a shape that are not there", () => g.shape(x, 1, 4)],
  ])("%s", (_, build) => {
    expect(build).toThrow(GraphError);
  });
});
