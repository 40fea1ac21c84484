import { duration, significant } from "./text.ts";

/** How far long work is. */
export interface Progress {
  /** @param facts to tell instead of the count, its rate and the time left */
  update(done: number, total: number, facts?: string): void;
  /** Take the bar away; the work is over, well or not. */
  end(): void;
}

export const silentProgress: Progress = { update() {}, end() {} };

export interface ProgressOptions {
  /** In the plural: "windows". */
  readonly unit: string;
  /** Whether a line can be drawn over. */
  readonly isTTY: boolean;
  readonly columns: number;
  /** Milliseconds. */
  now(): number;
  write(text: string): void;
}

/** A bar is drawn at most every 100 ms; plain lines come at most every 5 s, so that logs stay short. */
const [BAR_MS, LINE_MS] = [100, 5000];
const BAR_WIDTH = 24;

/** A bar with rate and time left on a terminal, else a plain line now and then. */
export function createProgress({ unit, isTTY, columns, now, write }: ProgressOptions): Progress {
  const start = now();
  let last = isTTY ? Number.NEGATIVE_INFINITY : start;
  let drawn = false;
  return {
    update(done, total, told) {
      const time = now();
      if (time - last < (isTTY ? BAR_MS : LINE_MS)) return;
      last = time;
      const facts = told ?? describe(done, total, unit, (time - start) / 1000);
      if (!isTTY) return write(`${facts}\n`);
      drawn = true;
      write(`\r\x1b[2K${`${bar(done / total)} ${facts}`.slice(0, columns - 1)}`);
    },
    end() {
      if (drawn) write("\r\x1b[2K");
      drawn = false;
    },
  };
}

const EIGHTHS = " ▏▎▍▌▋▊▉";

function bar(share: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share || 0)) * BAR_WIDTH * 8);
  const partial = eighths % 8 === 0 ? "" : EIGHTHS[eighths % 8];
  return `│${("█".repeat(Math.floor(eighths / 8)) + partial).padEnd(BAR_WIDTH)}│`;
}

function describe(done: number, total: number, unit: string, seconds: number): string {
  const rate = done / seconds;
  const percent = `${Math.floor((100 * done) / Math.max(1, total))} %`;
  const count = `${percent.padStart(5)}  ${whole(done)} of ${whole(total)} ${unit}`;
  if (!(rate > 0 && Number.isFinite(rate))) return count;
  return `${count}, ${significant(rate)}/s, ${duration((total - done) / rate)} left`;
}

const whole = (value: number): string => String(Math.round(value));
