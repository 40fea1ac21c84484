import { describe, expect, it } from "vitest";
import { lookUp, table8, table16 } from "./table.ts";

const ALL = Int8Array.from({ length: 255 }, (_, i) => i - 127);

describe("tables", () => {
  it("hold a map of one variable for every i8, to nearest, ties upwards", () => {
    const half = table8((x) => x, { from: 1, to: 2 });
    expect([...lookUp(Int8Array.of(-127, -3, -2, -1, 0, 1, 2, 3, 127), half)]).toEqual([
      -63, -1, -1, 0, 0, 1, 1, 2, 64,
    ]);
    expect([
      ...lookUp(
        ALL,
        table16((x) => x, { from: 1, to: 1 }),
      ),
    ]).toEqual([...ALL]);
  });

  it("saturate at the range of their kind", () => {
    const cube = (x: number) => x ** 3;
    expect([...lookUp(Int8Array.of(-127, 6, 127), table8(cube, { from: 1, to: 1 }))]).toEqual([-127, 127, 127]);
    const wide = lookUp(Int8Array.of(-127, 30, 127), table16(cube, { from: 1, to: 1 }));
    expect(wide).toEqual(Int16Array.of(-32767, 27_000, 32_767));
  });
});
