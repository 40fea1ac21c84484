/** What is known of a run at one moment. */
export interface Moment {
  /** Optimiser steps done. */
  readonly step: number;
  /** Steps that the run will have; undefined where only early stopping ends it. */
  readonly totalSteps?: number;
  /** Windows seen in this session. */
  readonly windows: number;
  /** Seconds on any steady clock. */
  readonly time: number;
  /** Seconds of this session spent waiting for data. */
  readonly waited: number;
  readonly loss: number;
  readonly learningRate: number;
}

/** What the line tells. */
export interface Pace {
  readonly step: number;
  readonly totalSteps?: number;
  readonly loss: number;
  readonly learningRate: number;
  readonly windowsPerSecond: number;
  /** 0 to 1: share of the recent time in which the model waited for data. */
  readonly waiting: number;
  /** NaN where it cannot be known. */
  readonly secondsLeft: number;
}

/** Running means over some moments; hand each new one back in. */
export interface Smoothed {
  readonly last: Moment;
  /** Weight of what has been seen so far, 0 to 1. */
  readonly seen: number;
  /** Means times `seen`. */
  readonly loss: number;
  /** Windows, steps, seconds waited and seconds per step, each weighted by the age of the step. */
  readonly windows: number;
  readonly steps: number;
  readonly waited: number;
  readonly seconds: number;
}

/** Steps after which a value counts 1/e as much. */
const MEMORY = 50;

/** Begin with the state before the first step of a session; its loss does not count. */
export const startSmoothing = (last: Moment): Smoothed => ({
  last,
  seen: 0,
  loss: 0,
  windows: 0,
  steps: 0,
  waited: 0,
  seconds: 0,
});

/**
 * Take in one more moment: exponentially weighted sums with `decay = exp(−Δsteps / 50)`, so that the result does not depend on how
 * often it is called for rates, and a loss that is not finite does not stay for ever.
 */
export function smooth(before: Smoothed, now: Moment): Smoothed {
  const steps = now.step - before.last.step;
  if (steps <= 0) return before;
  const decay = Math.exp(-steps / MEMORY);
  const counts = Number.isFinite(now.loss) ? 1 - decay : 0;
  const sum = (old: number, added: number) => decay * old + added;
  return {
    last: now,
    seen: sum(before.seen, counts),
    loss: sum(before.loss, counts === 0 ? 0 : counts * now.loss),
    windows: sum(before.windows, now.windows - before.last.windows),
    steps: sum(before.steps, steps),
    waited: sum(before.waited, now.waited - before.last.waited),
    seconds: sum(before.seconds, now.time - before.last.time),
  };
}

/** Rates and means of what was taken in. */
export function paceOf({ last, seen, loss, windows, steps, waited, seconds }: Smoothed): Pace {
  const left = last.totalSteps === undefined ? Number.NaN : Math.max(0, last.totalSteps - last.step);
  return {
    step: last.step,
    totalSteps: last.totalSteps,
    loss: loss / seen,
    learningRate: last.learningRate,
    windowsPerSecond: windows / seconds,
    waiting: Math.min(1, Math.max(0, waited / seconds)),
    secondsLeft: left * (seconds / steps),
  };
}

/** "step 1200 of 5000  loss 0.1234  84.2 windows/s  lr 1.25e-4  12 min left  waiting 3 %"; what is not known is left out. */
export function progressLine({ step, totalSteps, loss, learningRate, ...pace }: Pace): string {
  const { windowsPerSecond, waiting, secondsLeft } = pace;
  const known = (value: number, text: (value: number) => string): string[] =>
    Number.isFinite(value) ? [text(value)] : [];
  return [
    `step ${step}${totalSteps === undefined ? "" : ` of ${totalSteps}`}`,
    ...known(loss, (l) => `loss ${fourDigits(l)}`),
    ...known(windowsPerSecond, (w) => `${w < 100 ? w.toFixed(1) : Math.round(w)} windows/s`),
    ...known(learningRate, (lr) => `lr ${rateText(lr)}`),
    ...known(secondsLeft, (s) => `${roughDuration(s)} left`),
    ...known(waiting, (share) => `waiting ${Math.round(100 * share)} %`),
  ].join("  ");
}

const fourDigits = (value: number): string =>
  Math.abs(value) >= 1e-3 && Math.abs(value) < 1e4 ? value.toPrecision(4) : value.toExponential(2);

/** "1.25e-4", "0" */
const rateText = (value: number): string => (value === 0 ? "0" : value.toExponential(2).replace("e+0", ""));

/** In the two largest units: "45 s", "12 min 05 s", "3 h 20 min", "2 d 5 h". */
function roughDuration(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (n: number) => String(n).padStart(2, "0");
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  const [minutes, hours] = [Math.floor(whole / 60), Math.floor(whole / 3600)];
  if (hours < 48) return `${hours} h ${two(minutes % 60)} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
