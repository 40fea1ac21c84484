import { extremes } from "./decimate.ts";

/** Colours that every terminal has; their numbers are SGR codes. */
const SGR = { red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36, gray: 90 } as const;

export type TerminalColor = keyof typeof SGR;

export interface StripChartOptions {
  readonly samples: ArrayLike<number>;
  /** Characters. */
  readonly width: number;
  /** Lines; 2 if not given. */
  readonly height?: number;
  /** None if not given: for files and pipes. */
  readonly color?: TerminalColor;
  /** Values at the bottom and the top; the range of the samples if not given. */
  readonly range?: readonly [low: number, high: number];
}

/** Bits of a braille character's dots, by row from the top and column. @see Unicode block U+2800 */
const DOTS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
];

/**
 * One channel as `height` lines of braille, 2 × 4 dots a character: each column of dots reaches from its lowest to its highest sample
 * and joins the column before. Missing samples stay blank.
 */
export function stripChart({ samples, width, height = 2, color, range }: StripChartOptions): string {
  const [columns, rows] = [2 * width, 4 * height];
  const cells = Array.from({ length: height }, () => new Uint8Array(width));
  const rowOf = rowScale(range ?? rangeOf(samples), rows);
  let before: readonly [number, number] | undefined;
  for (let c = 0; c < columns; c++) {
    const span = columnSpan(samples, c, columns, rowOf);
    if (span !== undefined) {
      const [top, bottom] = joined(span, before);
      for (let row = top; row <= bottom; row++) cells[row >> 2][c >> 1] |= DOTS[row & 3][c & 1];
    }
    before = span;
  }
  const lines = cells.map((line) => Array.from(line, (dots) => String.fromCharCode(0x2800 + dots)).join(""));
  return lines.map((line) => (color === undefined ? line : `\u001b[${SGR[color]}m${line}\u001b[39m`)).join("\n");
}

/** Topmost and lowest row of a column; undefined where it has no sample that is a number. */
function columnSpan(
  samples: ArrayLike<number>,
  column: number,
  columns: number,
  rowOf: (value: number) => number,
): readonly [number, number] | undefined {
  const start = Math.floor((column * samples.length) / columns);
  const stop = Math.max(start + 1, Math.floor(((column + 1) * samples.length) / columns));
  const [a, b] = extremes(samples, start, Math.min(stop, samples.length));
  if (!Number.isFinite(samples[a])) return undefined;
  const [rowA, rowB] = [rowOf(samples[a]), rowOf(samples[b])];
  return [Math.min(rowA, rowB), Math.max(rowA, rowB)];
}

/** A column reaches to one dot beside the column before. */
function joined([top, bottom]: readonly [number, number], before: readonly [number, number] | undefined) {
  if (before === undefined) return [top, bottom];
  return [Math.min(top, before[1] + 1), Math.max(bottom, before[0] - 1)];
}

function rangeOf(samples: ArrayLike<number>): readonly [number, number] {
  const [a, b] = extremes(samples, 0, samples.length);
  return [Math.min(samples[a], samples[b]), Math.max(samples[a], samples[b])];
}

/** Rows count from the top; a constant runs through the middle. */
function rowScale([low, high]: readonly [number, number], rows: number): (value: number) => number {
  if (!(high > low)) return () => rows >> 1;
  return (value) => Math.min(rows - 1, Math.max(0, Math.round(((high - value) / (high - low)) * (rows - 1))));
}
