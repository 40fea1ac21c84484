import { gelu, lookUp, table8 } from "../../src/quant/integer/index.ts";
import { draw8, type OpCase, roundedOnce } from "./opCase.ts";

/** A table rounds once. */
export function geluCases(): OpCase[] {
  const scales = { from: 0.04, to: 0.025 };
  const x = draw8("gelu", 5000, 35);
  const exact = Array.from(x, (value) => gelu(value * scales.from) / scales.to);
  return [
    {
      op: "GELU",
      drawn: "deviation 1.4, steps of 0.04 to 0.025",
      got: lookUp(x, table8(gelu, scales)),
      exact,
      limit: 127,
      ...roundedOnce(exact),
    },
  ];
}
