/** 1234, 123, 12.3, 1.23, 0.00123: three significant digits, and all digits before the point. */
export const significant = (value: number): string =>
  Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));

/** "0.42 s", "12.5 s", "3 min 05 s", "8 h 00 min 00 s" */
export function duration(seconds: number): string {
  if (seconds < 59.95) return `${significant(seconds)} s`;
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n: number) => String(n).padStart(2, "0");
  return hours > 0 ? `${hours} h ${two(minutes)} min ${two(rest)} s` : `${minutes} min ${two(rest)} s`;
}

/** "0 %", "< 1 %", "37 %" */
export function percent(share: number): string {
  if (Number.isNaN(share)) return "n/a";
  return share > 0 && share < 0.01 ? "< 1 %" : `${Math.round(100 * share)} %`;
}

/** `1 window`, `2 windows` */
export const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

/** Colours and weights for a terminal; plain text where there are none. */
export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  warn(text: string): string;
  bad(text: string): string;
}

export function painter(color: boolean): Paint {
  const sgr = (on: number, off: number) => (text: string) => (color ? `\x1b[${on}m${text}\x1b[${off}m` : text);
  return { bold: sgr(1, 22), dim: sgr(2, 22), warn: sgr(33, 39), bad: sgr(31, 39) };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is looked for
const SGR = /\x1b\[[0-9;]*m/g;

/** Characters that a terminal shows, colours not counted. */
export const widthOf = (text: string): number => [...text.replace(SGR, "")].length;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not pass
const CONTROL = /(\x1b\[[0-9;]*m|\n)|[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/** Text from a file must not move the cursor or rename the window: only colours and line ends pass. */
export const harmless = (text: string): string =>
  text.replace(CONTROL, (_, allowed: string | undefined) => allowed ?? "\ufffd");

export interface Column {
  readonly title: string;
  /** Numbers stand at the right. */
  readonly right?: boolean;
  /** Cut this column where the line would be too long; else it keeps its width. */
  readonly shrinks?: boolean;
}

/** Rows under titles, two spaces apart, cut to the width of the terminal. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  { width, paint, indent = 2 }: { width: number; paint: Paint; indent?: number },
): string[] {
  const widths = columns.map(({ title }, c) =>
    rows.reduce((most, row) => Math.max(most, widthOf(row[c])), widthOf(title)),
  );
  const needed = widths.reduce((sum, w) => sum + w, indent + 2 * (columns.length - 1));
  const elastic = columns.findIndex(({ shrinks }) => shrinks);
  if (elastic >= 0 && needed > width) widths[elastic] = Math.max(8, widths[elastic] - (needed - width));
  const line = (cells: readonly string[]) =>
    `${" ".repeat(indent)}${cells.map((cell, c) => pad(cell, widths[c], columns[c].right)).join("  ")}`.trimEnd();
  return [paint.dim(line(columns.map(({ title }) => title))), ...rows.map(line)];
}

function pad(cell: string, width: number, right = false): string {
  const surplus = widthOf(cell) - width;
  if (surplus > 0) return `${[...cell.replace(SGR, "")].slice(0, width - 1).join("")}…`;
  const space = " ".repeat(-surplus);
  return right ? space + cell : cell + space;
}

/** Lines no longer than `width`, broken at spaces; lines after the first stand two further in. */
export function wrap(text: string, width: number, indent = 2): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const room = width - indent - (lines.length > 0 ? 2 : 0);
    if (line !== "" && widthOf(line) + 1 + widthOf(word) > room) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.map((l, i) => " ".repeat(indent + (i > 0 ? 2 : 0)) + l);
}
