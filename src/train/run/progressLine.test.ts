import { describe, expect, it } from "vitest";
import { type Moment, paceOf, progressLine, smooth, startSmoothing } from "./progressLine.ts";

const start: Moment = {
  step: 0,
  totalSteps: 1000,
  windows: 0,
  time: 100,
  waited: 0,
  loss: Number.NaN,
  learningRate: 0,
};

/** A steady run: 16 windows and half a second a step, a tenth of it waiting. */
const steady = (step: number, loss = 1): Moment => ({
  ...start,
  step,
  windows: 16 * step,
  time: 100 + step / 2,
  waited: step / 20,
  loss,
  learningRate: 1.25e-4,
});

const paceAfter = (moments: readonly Moment[]) => paceOf(moments.reduce(smooth, startSmoothing(start)));

describe("smoothing", () => {
  it("of a steady run gives its rates from the first step on, however often it is asked", () => {
    for (const every of [1, 3, 40]) {
      for (const count of [1, 5, 20]) {
        const pace = paceAfter(Array.from({ length: count }, (_, i) => steady(every * (i + 1))));
        expect(pace.windowsPerSecond).toBeCloseTo(32, 9);
        expect(pace.waiting).toBeCloseTo(0.1, 9);
        expect(pace.secondsLeft).toBeCloseTo((1000 - every * count) / 2, 6);
        expect(pace.loss).toBeCloseTo(1, 12);
      }
    }
  });

  it("weighs a loss by exp(−age / 50 steps)", () => {
    const pace = paceAfter(Array.from({ length: 200 }, (_, i) => steady(i + 1, i < 150 ? 2 : 1)));
    const [old, recent] = [Math.exp(-1) - Math.exp(-4), 1 - Math.exp(-1)];
    expect(pace.loss).toBeCloseTo((2 * old + recent) / (old + recent), 9);
  });

  it("passes over a loss that is not a number and over a step that was told before", () => {
    const pace = paceAfter([steady(1), steady(2, Number.NaN), steady(2), steady(3)]);
    expect(pace).toMatchObject({ step: 3, loss: 1 });
    expect(pace.windowsPerSecond).toBeCloseTo(32, 9);
  });
});

describe("progressLine", () => {
  it("tells step, loss, rate, learning rate, time left and share of waiting", () => {
    expect(progressLine(paceAfter([steady(200, 0.123456)]))).toBe(
      "step 200 of 1000  loss 0.1235  32.0 windows/s  lr 1.25e-4  6 min 40 s left  waiting 10 %",
    );
  });

  it("leaves out what is not known", () => {
    const { totalSteps: _, ...open } = steady(200);
    expect(progressLine(paceAfter([open]))).toBe("step 200  loss 1.000  32.0 windows/s  lr 1.25e-4  waiting 10 %");
    expect(progressLine(paceOf(startSmoothing(start)))).toBe("step 0 of 1000  lr 0");
  });

  it.each([
    [0.4, "0 s left"],
    [59.6, "1 min 00 s left"],
    [3599.6, "1 h 00 min left"],
    [86_400, "24 h 00 min left"],
    [500_000, "5 d 18 h left"],
  ])("%d s are %s", (secondsLeft, text) => {
    const pace = { step: 1, loss: 2e-5, learningRate: 1, windowsPerSecond: 1234.5, waiting: 0, secondsLeft };
    expect(progressLine(pace)).toBe(`step 1  loss 2.00e-5  1235 windows/s  lr 1.00  ${text}  waiting 0 %`);
  });
});
