import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type MemoryBlock, placeIntervals } from "./placeIntervals.ts";

const blocks = fc.array(
  fc
    .record({ bytes: fc.integer({ min: 1, max: 5000 }), from: fc.nat(40), length: fc.nat(10) })
    .map(({ bytes, from, length }): MemoryBlock => ({ bytes, from, to: from + length })),
  { maxLength: 60 },
);

describe("placing blocks", () => {
  it("never lets two that are needed at once overlap, at aligned addresses, within what it says", () => {
    fc.assert(
      fc.property(blocks, fc.constantFrom(1, 4, 16), (own, alignment) => {
        const { offsets, bytes, lowerBound } = placeIntervals(own, alignment);
        own.forEach((a, i) => {
          expect(offsets[i] % alignment).toBe(0);
          expect(offsets[i] + a.bytes).toBeLessThanOrEqual(bytes);
          own.slice(0, i).forEach((b, j) => {
            const apart = offsets[i] + a.bytes <= offsets[j] || offsets[j] + b.bytes <= offsets[i];
            expect(apart || a.to < b.from || b.to < a.from).toBe(true);
          });
        });
        expect(lowerBound).toBeLessThanOrEqual(bytes);
        for (let step = 0; step <= 50; step++) {
          const needed = own.filter(({ from, to }) => from <= step && step <= to);
          expect(
            needed.reduce((sum, { bytes: size }) => sum + Math.ceil(size / alignment) * alignment, 0),
          ).toBeLessThanOrEqual(lowerBound);
        }
      }),
    );
  });

  it("uses memory again that is free", () => {
    const chain = Array.from({ length: 10 }, (_, i) => ({ bytes: 100, from: i, to: i + 1 }));
    expect(placeIntervals(chain, 4)).toMatchObject({ bytes: 200, lowerBound: 200 });
    expect(placeIntervals([], 4)).toEqual({ offsets: [], bytes: 0, lowerBound: 0 });
  });

  it("puts small blocks into gaps between large ones", () => {
    const { offsets, bytes } = placeIntervals(
      [
        { bytes: 100, from: 0, to: 1 },
        { bytes: 60, from: 0, to: 3 },
        { bytes: 50, from: 2, to: 3 },
        { bytes: 50, from: 2, to: 3 },
      ],
      1,
    );
    expect(bytes).toBe(160);
    expect(offsets[2]).not.toBe(offsets[3]);
  });
});
