const MINUTE = 60;
const HOUR = 3600;
const DAY = 24 * HOUR;

/** Distances between labelled times that people read without counting, s. */
const STEPS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30]
  .concat([1, 2, 5, 10, 15, 30].map((n) => n * MINUTE))
  .concat([1, 2, 3, 6, 12].map((n) => n * HOUR));

export interface Tick {
  /** Seconds from the start of the recording. */
  readonly time: number;
  readonly label: string;
}

/**
 * Labelled times of an axis, at round times of the recording.
 * @param most ticks that fit
 */
export function timeTicks(from: number, duration: number, most: number): Tick[] {
  const step = stepFor(duration / Math.max(1, most));
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor((from + duration) / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => {
    const time = (first + i) * step;
    return { time, label: formatTime(time, step, from + duration) };
  });
}

const stepFor = (least: number): number => STEPS.find((step) => step >= least) ?? DAY * niceCeil(least / DAY);

/**
 * A time of day-less clock: "12 s", "1:05" (min:s), "1:05:00" (h:min:s).
 * @param step distance of the ticks, s; its decimals are shown
 * @param longest last time of the axis: all labels of an axis have one form
 */
export function formatTime(time: number, step: number, longest: number): string {
  const decimals = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
  if (longest < 2 * MINUTE) return `${time.toFixed(decimals)} s`;
  const hours = Math.floor(time / HOUR);
  const minutes = Math.floor((time % HOUR) / MINUTE);
  const seconds = (time % MINUTE).toFixed(decimals).padStart(decimals === 0 ? 2 : decimals + 3, "0");
  if (longest < HOUR) return `${minutes}:${seconds}`;
  return `${hours}:${String(minutes).padStart(2, "0")}${step % MINUTE === 0 ? " h" : `:${seconds}`}`;
}

/** The largest of 1, 2, 5 × 10ⁿ that is not above `value`. */
export function niceFloor(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value) + 1e-9);
  const digit = [5, 2, 1].find((d) => d * power <= value * (1 + 1e-9)) ?? 1;
  return Number((digit * power).toPrecision(1));
}

const niceCeil = (value: number): number => {
  const floor = niceFloor(value);
  return floor >= value ? floor : niceFloor(floor * 2.5 * (1 + 1e-6));
};
