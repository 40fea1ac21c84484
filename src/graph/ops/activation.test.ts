import { describe, expect, it } from "vitest";
import { opSuite } from "../../../test/opSuite.ts";
import { GraphError } from "../../errors.ts";
import { createBuilder } from "../builder.ts";

opSuite("activation");

describe("norms and activations refuse", () => {
  const g = createBuilder("test");
  const x = g.input("x", "float32", ["B", "S", 8]);
  const four = g.input("four", "float32", [4]);
  const eight = g.input("eight", "float32", [8]);

  it.each([
    ["a scale of another width", () => g.layerNorm(x, four)],
    ["a bias of another width", () => g.layerNorm(x, eight, four)],
    ["a skip of another shape", () => g.skipLayerNorm(x, g.input("skip", "float32", ["B", 8]), eight, eight, eight)],
    ["a skip's bias of another width", () => g.skipLayerNorm(x, x, eight, eight, four)],
    ["a GELU bias of another width", () => g.biasGelu(x, four)],
    ["a softmax axis that is not there", () => g.softmax(x, 3)],
  ])("%s", (_, build) => {
    expect(build).toThrow(GraphError);
  });
});
