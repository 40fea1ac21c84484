import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { xmlProblem } from "../../test/wellFormed.ts";
import { sharedHeight, spanOf } from "./amplitude.ts";
import { decimate } from "./decimate.ts";
import { fitText, textWidth, unitText } from "./text.ts";
import { formatTime, niceFloor, timeTicks } from "./ticks.ts";
import { element, escapeText } from "./xml.ts";

describe("decimate", () => {
  it("keeps every extreme, at most two points a column, in order", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 400 }),
        fc.integer({ min: 1, max: 50 }),
        (samples, columns) => {
          const { index, value } = decimate(samples, columns);
          expect(index.length).toBeLessThanOrEqual(2 * columns);
          for (let i = 1; i < index.length; i++) expect(index[i]).toBeGreaterThanOrEqual(index[i - 1]);
          const finite = samples.filter(Number.isFinite);
          if (finite.length === 0) return;
          const drawn = [...value].filter(Number.isFinite);
          expect(Math.max(...drawn)).toBe(Math.max(...finite));
          expect(Math.min(...drawn)).toBe(Math.min(...finite));
        },
      ),
    );
  });

  it("leaves short signals as they are", () => {
    expect([...decimate([1, Number.NaN, 3, Number.POSITIVE_INFINITY], 2).value]).toEqual([
      1,
      Number.NaN,
      3,
      Number.NaN,
    ]);
  });

  it("has a gap only where a column holds no number", () => {
    const { value } = decimate([1, 2, Number.NaN, Number.NaN, Number.NaN, 6, 7, 8, 9], 3);
    expect([...value]).toEqual([1, 2, 6, 6, 7, 9]);
    expect([...decimate([1, 2, 3, Number.NaN, Number.NaN, Number.NaN], 2).value]).toEqual([
      1,
      3,
      Number.NaN,
      Number.NaN,
    ]);
  });
});

describe("amplitude", () => {
  it("counts every beat and leaves a rare artefact out", () => {
    const beats = Float64Array.from({ length: 60 * 100 }, (_, i) => (i % 100 === 0 ? 1 : 0));
    expect(spanOf(beats, 100)).toEqual({ center: 0.5, height: 1 });
    beats[3001] = 50;
    expect(spanOf(beats, 100)).toEqual({ center: 0.5, height: 1 });
    expect(spanOf([Number.NaN, Number.NaN], 100)).toEqual({ center: 0, height: 0 });
  });

  it("one bad channel does not flatten the others", () => {
    expect(sharedHeight([1, 1.2, 0.9, 1000], 1)).toBeCloseTo(3.6, 10);
    expect(sharedHeight([0, 0], 1)).toBe(0);
  });
});

describe("time", () => {
  it.each([
    [0, 10, 11, ["0 s", "1 s", "2 s"]],
    [20, 5, 11, ["20.0 s", "20.5 s", "21.0 s"]],
    [0.25, 0.5, 6, ["0.3 s", "0.4 s", "0.5 s"]],
    [30, 300, 11, ["0:30", "1:00", "1:30"]],
    [0, 8 * 3600, 11, ["0:00 h", "1:00 h", "2:00 h"]],
    [3600, 60, 6, ["1:00:00", "1:00:10", "1:00:20"]],
  ])("from %d s for %d s in %i ticks starts %j", (from, duration, most, labels) => {
    const ticks = timeTicks(from, duration, most);
    expect(ticks.slice(0, 3).map(({ label }) => label)).toEqual(labels);
  });

  it("never has more ticks than fit, nor any outside", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        fc.double({ min: 1e-2, max: 1e8, noNaN: true }),
        fc.integer({ min: 2, max: 20 }),
        (from, duration, most) => {
          const ticks = timeTicks(from, duration, most);
          const slack = 1e-8 * (from + duration);
          expect(ticks.length).toBeLessThanOrEqual(most + 1);
          for (const { time } of ticks) {
            expect(time).toBeGreaterThanOrEqual(from - slack);
            expect(time).toBeLessThanOrEqual(from + duration + slack);
          }
        },
      ),
    );
  });

  it("reads as a clock", () => {
    expect(formatTime(65, 5, 200)).toBe("1:05");
    expect(formatTime(3725, 1, 4000)).toBe("1:02:05");
    expect(formatTime(100.5, 0.5, 130)).toBe("1:40.5");
  });

  it("niceFloor is 1, 2 or 5 times a power of ten", () => {
    expect([0.7, 1, 1.99, 2, 4.9, 5, 99, 1000, 0.0021].map(niceFloor)).toEqual([0.5, 1, 1, 2, 2, 5, 50, 1000, 0.002]);
  });
});

describe("text", () => {
  it("is cut where it is too wide", () => {
    expect(fitText("FP1", 100, 11)).toBe("FP1");
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(textWidth(fitText(text, 60, 11), 11)).toBeLessThanOrEqual(60);
      }),
    );
    expect(fitText("a very long label of a channel", 60, 11)).toMatch(/^a ver.*…$/);
  });

  it("any text is well-formed XML", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (a, b) => {
        expect(xmlProblem(element("text", { class: a }, escapeText(`${b}\ud800`)))).toBeUndefined();
      }),
    );
  });

  it("µ is µ", () => {
    expect(["uV", "mV", "", "a.u.", "NU", "unit"].map(unitText)).toEqual(["µV", "mV", "a.u.", "a.u.", "NU", "unit"]);
  });
});
