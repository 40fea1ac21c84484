import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SignalError } from "../errors.ts";
import { planWindows } from "./windows.ts";

describe("planWindows", () => {
  const segments = [
    { onset: 0, duration: 12 },
    { onset: 20, duration: 3 },
    { onset: 30, duration: 10.5 },
  ];

  it("lays windows inside segments and reports what is left", () => {
    const { windows, nTimes, leftovers } = planWindows(segments, { length: 5 });
    expect(nTimes).toBe(1280);
    expect(windows).toEqual([
      { segment: 0, from: 0, to: 1280, onset: 0 },
      { segment: 0, from: 1280, to: 2560, onset: 5 },
      { segment: 2, from: 0, to: 1280, onset: 30 },
      { segment: 2, from: 1280, to: 2560, onset: 35 },
    ]);
    expect(leftovers).toEqual([
      { segment: 0, onset: 10, duration: 2, reason: "after the last window" },
      { segment: 1, onset: 20, duration: 3, reason: "segment shorter than a window" },
      { segment: 2, onset: 40, duration: 0.5, reason: "after the last window" },
    ]);
  });

  it("shifts the last window back to the end of the segment on request", () => {
    const { windows, leftovers } = planWindows(segments, { length: 5, remainder: "shift" });
    expect(windows.map(({ onset }) => onset)).toEqual([0, 5, 7, 30, 35, 35.5]);
    expect(leftovers.map(({ segment }) => segment)).toEqual([1]);
  });

  it("never bridges a gap, never makes a short window, and accounts for every sample", () => {
    const seconds = (max: number) => fc.double({ min: 0.01, max, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(seconds(40), { maxLength: 5 }),
        seconds(10),
        fc.double({ min: 0.2, max: 10, noNaN: true }),
        (durations, length, hop) => {
          const laid = durations.map((duration, i) => ({ onset: 100 * i, duration }));
          const { windows, nTimes, leftovers } = planWindows(laid, { length, hop });
          for (const { segment, from, to, onset } of windows) {
            expect(to - from).toBe(nTimes);
            expect(to / 256).toBeLessThanOrEqual(laid[segment].duration + 1e-6);
            expect(onset).toBeCloseTo(100 * segment + from / 256, 9);
          }
          laid.forEach(({ duration }, s) => {
            const end = Math.max(0, ...windows.filter((w) => w.segment === s).map((w) => w.to));
            const rest = leftovers.filter((l) => l.segment === s).reduce((sum, l) => sum + l.duration, 0);
            expect(end / 256 + rest).toBeCloseTo(Math.floor(duration * 256 + 1e-6) / 256, 6);
          });
        },
      ),
    );
  });

  it("does not drift with a hop between samples", () => {
    const { windows } = planWindows([{ onset: 0, duration: 4000 }], { length: 1, hop: 1 / 3 });
    expect(windows[9000].from).toBe(Math.round((9000 / 3) * 256));
  });

  it("aligns windows to annotations, with an offset, and says which do not fit", () => {
    const annotations = [
      { onset: 2, duration: 0, text: "go" },
      { onset: 11, duration: 0, text: "late" },
      { onset: 30.1, duration: 0, text: "go" },
    ];
    const { windows, leftovers } = planWindows(segments, { length: 2, align: { annotations, offset: -0.5 } });
    expect(windows).toEqual([{ segment: 0, from: 384, to: 896, onset: 1.5, annotation: 0 }]);
    expect(leftovers.map(({ reason }) => reason)).toEqual([
      'annotation "late": its window is not inside one segment',
      'annotation "go": its window is not inside one segment',
    ]);
  });

  it("tiles long annotations", () => {
    const annotations = [
      { onset: 1, duration: 6.5, text: "stage" },
      { onset: 31, duration: 1, text: "short" },
    ];
    const { windows, leftovers } = planWindows(segments, { length: 2, align: { annotations, tile: true } });
    expect(windows.map(({ onset, annotation }) => [onset, annotation])).toEqual([
      [1, 0],
      [3, 0],
      [5, 0],
    ]);
    expect(leftovers[0].reason).toBe('annotation "short": no whole window fits into it');
  });

  it("does not run away with annotations that no recording could hold", () => {
    const annotations = [
      { onset: -1e15, duration: 2e15, text: "huge" },
      { onset: 0, duration: Number.POSITIVE_INFINITY, text: "endless" },
      { onset: Number.NaN, duration: 10, text: "nowhere" },
    ];
    const { windows } = planWindows([{ onset: 0, duration: 10 }], { length: 2, align: { annotations, tile: true } });
    expect(windows.filter(({ annotation }) => annotation === 1).length).toBe(5);
    expect(windows.filter(({ annotation }) => annotation === 2).length).toBe(0);
    expect(windows.length).toBeLessThan(12);
  });

  it("takes the true sample count of a segment where it is given", () => {
    expect(planWindows([{ onset: 0, duration: 10, nTimes: 2559 }], { length: 5 }).windows.length).toBe(1);
  });

  it.each([
    { length: 0 },
    { length: Number.NaN },
    { length: 5, hop: 0 },
    { length: 5, hop: -1 },
    { length: 1, sfreq: 0 },
  ])("refuses %o", (options) => {
    expect(() => planWindows(segments, options)).toThrow(SignalError);
  });
});
