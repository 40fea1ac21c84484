import { expect, it } from "vitest";
import { opSuite } from "../../../test/opSuite.ts";
import { GraphError } from "../../errors.ts";
import { createBuilder } from "../builder.ts";

opSuite("matMul");

it("products refuse inner axes that differ, vectors, batch axes that do not broadcast and two types", () => {
  const g = createBuilder("test");
  const a = g.input("a", "float32", ["B", 3, 4]);
  const cases = [
    g.input("inner", "float32", [3, 4]),
    g.input("vector", "float32", [4]),
    g.input("batch", "float32", ["C", 4, 2]),
    g.input("double", "float64", [4, 2]),
  ];
  for (const b of cases) {
    expect(() => g.matMul(a, b), b.name).toThrow(GraphError);
    expect(() => g.fusedMatMul(a, b), b.name).toThrow(GraphError);
  }
  expect(g.fusedMatMul(a, a, { transA: true }).shape).toEqual(["B", 4, 4]); // (B, 4, 3) × (B, 3, 4)
  expect(() => g.fusedMatMul(a, a, { transA: true, transB: true })).toThrow(GraphError);
});
