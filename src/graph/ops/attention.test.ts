import { describe, expect, it } from "vitest";
import { opSuite } from "../../../test/opSuite.ts";
import { GraphError } from "../../errors.ts";
import { createBuilder } from "../builder.ts";

opSuite("attention");

describe("attention refuses", () => {
  const g = createBuilder("test");
  const q = g.input("q", "float32", ["B", "S", 8]);
  const k = g.input("k", "float32", ["B", "C", 8]);
  const table = g.input("table", "float32", ["S", 2]);
  const position = g.input("position", "int64", [1]);

  it.each([
    ["heads that do not divide the width", () => g.multiHeadAttention(q, k, k, 3, 1)],
    ["keys of another width", () => g.multiHeadAttention(q, g.input("k4", "float32", ["B", "C", 4]), k, 2, 1)],
    ["values of another length", () => g.multiHeadAttention(q, k, q, 2, 1)],
    ["operands without a batch", () => g.multiHeadAttention(g.input("v", "float32", ["S", 8]), k, k, 2, 1)],
    ["rotary heads that do not make up the width", () => g.rotaryEmbedding(q, position, table, table, 3, 4)],
    ["rotary tables of another width", () => g.rotaryEmbedding(q, position, table, table, 1, 8)],
  ])("%s", (_, build) => {
    expect(build).toThrow(GraphError);
  });
});
