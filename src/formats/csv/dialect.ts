/** How a table is written. */
export interface Dialect {
  /** "space" stands for any run of blanks and tabs. */
  readonly separator: "\t" | ";" | "," | "space";
  readonly decimalComma: boolean;
  /** Fields per row. */
  readonly width: number;
}

const SEPARATORS = ["\t", ";", ",", "space"] as const;

/** Lines of remarks. */
export const isComment = (line: string): boolean => /^\s*(#|%|\/\/)/.test(line);

/** Lines with neither remarks nor nothing, without the byte order mark. */
export const contentLines = (text: string): string[] =>
  text
    .replace(/^\uFEFF/, "")
    .split(/\r\n|\n|\r/)
    .filter((line) => line.trim() !== "" && !isComment(line));

export function splitLine(line: string, separator: Dialect["separator"]): string[] {
  return separator === "space" ? line.trim().split(/\s+/) : line.split(separator);
}

/** Share of lines that must have the same number of fields for a separator to be believed; the lower one if none has more. */
const LEAST_SHARES = [0.7, 0.4] as const;

/**
 * Find separator and decimal mark from the first lines: the first separator that splits nearly all of them into equally many fields.
 * A table without any separator has one column.
 */
export function findDialect(lines: readonly string[]): Dialect {
  for (const share of LEAST_SHARES) {
    for (const separator of SEPARATORS) {
      const widths = lines.map((line) => splitLine(line, separator).length);
      const width = mostFrequent(widths);
      if (width < 2 || widths.filter((w) => w === width).length < share * lines.length) continue;
      const fields = lines.flatMap((line) => splitLine(line, separator));
      const decimalComma = separator !== "," && fields.some(isDecimalComma) && !fields.some(isDecimalPoint);
      return { separator, decimalComma, width };
    }
  }
  return { separator: ",", decimalComma: false, width: 1 };
}

const isDecimalComma = (field: string): boolean => /^\s*"?[+-]?\d*,\d+(e[+-]?\d+)?"?\s*$/i.test(field);
const isDecimalPoint = (field: string): boolean => /^\s*"?[+-]?\d*\.\d+(e[+-]?\d+)?"?\s*$/i.test(field);

function mostFrequent(counts: readonly number[]): number {
  const times = new Map<number, number>();
  for (const count of counts) times.set(count, (times.get(count) ?? 0) + 1);
  let best = 0;
  for (const [count, n] of times) if (n > (times.get(best) ?? 0)) best = count;
  return best;
}

/** Spellings of a missing value. */
const MISSING = /^(nan|na|n\/a|null|none|-|)$/i;

/** The number in a field; NaN where there is none. */
export function numberIn(field: string, decimalComma: boolean): number {
  if (field === "") return Number.NaN;
  const value = Number(decimalComma ? field.replace(",", ".") : field);
  return value === 0 && field.trim() === "" ? Number.NaN : value;
}

/** Whether a field that is no number is simply missing. */
export const isMissing = (field: string): boolean => MISSING.test(field.trim());

/**
 * Seconds in a date ("2021-05-01 10:00:00.125", taken as UTC) or a time of day ("10:00:00.125"); NaN for other texts.
 */
export function secondsIn(field: string): number {
  const text = field.trim();
  const clock = /^(\d{1,2}):(\d{2}):(\d{2}(?:[.,]\d+)?)$/.exec(text);
  if (clock) return 3600 * Number(clock[1]) + 60 * Number(clock[2]) + Number(clock[3].replace(",", "."));
  const date = /^(\d{4})[-/](\d{2})[-/](\d{2})[T ](\d{1,2}):(\d{2}):(\d{2}(?:[.,]\d+)?)(Z|[+-]\d{2}:?\d{2})?$/.exec(
    text,
  );
  if (date === null) return Number.NaN;
  const [year, month, day, hour, minute] = date.slice(1, 6).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute) / 1000 + Number(date[6].replace(",", "."));
}
