import { describe, expect, it } from "vitest";
import { opSuite } from "../../../test/opSuite.ts";
import { GraphError } from "../../errors.ts";
import { createBuilder } from "../builder.ts";
import { float32 } from "../tensor.ts";

opSuite("quantize");

describe("rounding refuses", () => {
  const g = createBuilder("test");
  const x = g.input("x", "float32", ["B", 3]);
  const zero = g.constant({ dtype: "int8", shape: [], data: new Int8Array(1) });
  const scales = g.constant(float32([1, 2]));

  it("a scale that fits no axis", () => {
    expect(() => g.quantizeLinear(x, scales, zero)).toThrow(GraphError);
    const q = g.quantizeLinear(x, g.scalar(1), zero);
    expect(() => g.dequantizeLinear(q, scales)).toThrow(/a scale without axes or one per position/);
    expect(() => g.dequantizeLinear(q, scales, 2)).toThrow(GraphError);
  });
});
