import { multiplierOf, rotary, rotaryTables } from "../../src/quant/integer/index.ts";
import { draw16, type OpCase, ROUNDING } from "./opCase.ts";

/** Tables are off by ½ of 2⁻¹⁵, by a whole one at ±1. */
export function rotaryCases(): OpCase[] {
  const shape = { rows: 240, heads: 4, size: 32 };
  const { rows, heads, size } = shape;
  const pairs = size / 2;
  const x = draw16("rotary", rows * heads * size, 3000);
  const angles = Array.from(
    { length: rows * pairs },
    (_, i) => Math.floor(i / pairs) * 10_000 ** -((i % pairs) / pairs),
  );
  const factor = 120 / (4 * 3000);
  const angleOf = (i: number) => angles[Math.floor(i / (heads * size)) * pairs + (Math.floor(i / 2) % pairs)];
  const turned = (i: number) => {
    const [c, s] = [Math.cos(angleOf(i)), Math.sin(angleOf(i))];
    return i % 2 === 0 ? x[i] * c - x[i + 1] * s : x[i - 1] * s + x[i] * c;
  };
  const steps = 2 ** -15 * factor;
  return [
    {
      op: "rotary embedding",
      drawn: "i16 of deviation 3000, heads of 32, 240 positions",
      got: rotary(x, shape, rotaryTables(angles), multiplierOf(steps)),
      exact: Float64Array.from({ length: x.length }, (_, i) => factor * turned(i)),
      limit: 127,
      bound: (i) => 0.5 + steps * (Math.abs(x[i]) + Math.abs(x[i ^ 1])),
      variance: (i) => ROUNDING * (1 + steps ** 2 * (x[i] ** 2 + x[i ^ 1] ** 2)),
    },
  ];
}
