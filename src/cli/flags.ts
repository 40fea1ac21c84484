import { UsageError } from "../errors.ts";

/** A flag without value: on or off. */
export interface Switch {
  readonly kind: "switch";
  readonly help: string;
  /** Not shown in the help: the program calls itself with it. */
  readonly hidden?: boolean;
}

/** A flag with a value, read strictly. */
export interface Valued<T> {
  readonly kind: "value";
  readonly help: string;
  /** How the help shows the value: "SECONDS". */
  readonly placeholder: string;
  readonly hidden?: boolean;
  /** @param flag as the user writes it, "--window" @throws UsageError that names the flag */
  parse(text: string, flag: string): T;
  /** Joins the values of a flag that was given more than once; without it that is refused. */
  join?(first: T, second: T): T;
}

// biome-ignore lint/suspicious/noExplicitAny: a flag of whatever value; `FlagValues` gives each its own type back
export type Flags = Readonly<Record<string, Switch | Valued<any>>>;

/** What a command gets: every switch true or false, every other flag its value, or undefined where it was not given. */
export type FlagValues<F extends Flags> = {
  readonly [K in keyof F]: F[K] extends Valued<infer T> ? T | undefined : boolean;
};

/** `noFilter` → `--no-filter` */
export const flagName = (key: string): string => `--${key.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`;

export const toggle = (help: string): Switch => ({ kind: "switch", help });

export const text = (placeholder: string, help: string): Valued<string> => ({
  kind: "value",
  placeholder,
  help,
  parse: (value, flag) => (value.trim() === "" ? refuse(flag, "a value", value) : value),
});

/** Bounds of a number. */
interface Bounds {
  readonly from?: number;
  readonly above?: number;
  readonly to?: number;
}

export const number = (placeholder: string, help: string, bounds: Bounds = {}): Valued<number> => ({
  kind: "value",
  placeholder,
  help,
  parse: (value, flag) => inBounds(readNumber(value), bounds) ?? refuse(flag, `a number${boundsText(bounds)}`, value),
});

export const whole = (placeholder: string, help: string, bounds: Bounds = {}): Valued<number> => ({
  kind: "value",
  placeholder,
  help,
  parse(value, flag) {
    const found = inBounds(readNumber(value), bounds);
    return found !== undefined && Number.isSafeInteger(found)
      ? found
      : refuse(flag, `a whole number${boundsText(bounds)}`, value);
  },
});

export const choice = <const T extends string>(options: readonly T[], help: string): Valued<T> => ({
  kind: "value",
  placeholder: options.join("|"),
  help,
  parse: (value, flag) => options.find((o) => o === value.toLowerCase()) ?? refuse(flag, options.join(" or "), value),
});

/** Any text, given as often as wanted. */
export const texts = (placeholder: string, help: string): Valued<readonly string[]> => ({
  kind: "value",
  placeholder,
  help,
  parse: (value, flag) => [value.trim() === "" ? refuse(flag, "a value", value) : value],
  join: (first, second) => [...first, ...second],
});

/** Comma-separated words; given twice, the lists are joined. */
export const list = (placeholder: string, help: string): Valued<readonly string[]> => ({
  kind: "value",
  placeholder,
  help,
  parse: (value, flag) => words(value, flag),
  join: (first, second) => [...first, ...second],
});

export const choices = <const T extends string>(options: readonly T[], help: string): Valued<readonly T[]> => ({
  kind: "value",
  placeholder: options.join(","),
  help,
  parse: (value, flag) =>
    words(value, flag).map(
      (word) => options.find((o) => o === word.toLowerCase()) ?? refuse(flag, `some of ${options.join(", ")}`, value),
    ),
  join: (first, second) => [...first, ...second],
});

/** `Foo=CZ,Bar=drop`; given twice, the second adds to the first. */
export const pairs = (placeholder: string, help: string): Valued<Readonly<Record<string, string>>> => ({
  kind: "value",
  placeholder,
  help,
  parse: (value, flag) => Object.fromEntries(words(value, flag).map((word) => readPair(word, flag))),
  join: (first, second) => ({ ...first, ...second }),
});

/** Most numbers that one list of ranges may stand for. */
const MOST_INDICES = 1_000_000;

/** `0-3,7`: whole numbers from 0. */
export const indices = (placeholder: string, help: string): Valued<readonly number[]> => ({
  kind: "value",
  placeholder,
  help,
  parse: (value, flag) => words(value, flag).flatMap((word) => readIndices(word, flag)),
  join: (first, second) => [...first, ...second],
});

export interface TimeRange {
  readonly from?: number;
  readonly to?: number;
}

/** `10:70`, `10:` or `:70`, in seconds. */
export const timeRange = (help: string): Valued<TimeRange> => ({
  kind: "value",
  placeholder: "FROM:TO",
  help,
  parse(value, flag) {
    const expected = "FROM:TO in seconds, such as 10:70, 10: or :70";
    const match = /^([^:]*):([^:]*)$/.exec(value.trim());
    if (match === null || value.trim() === ":") return refuse(flag, expected, value);
    const [from, to] = [match[1], match[2]].map((part) =>
      part === "" ? undefined : (inBounds(readNumber(part), { from: 0 }) ?? refuse(flag, expected, value)),
    );
    if (from !== undefined && to !== undefined && from >= to) return refuse(flag, "FROM before TO", value);
    return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
  },
});

/** @throws UsageError always */
export function refuse(flag: string, expected: string, got: string): never {
  throw new UsageError({ where: flag, what: "cannot be read", expected, got: JSON.stringify(got) });
}

/** Decimal numbers only: no hexadecimal, no infinity, nothing after the digits. */
function readNumber(value: string): number | undefined {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value.trim()) ? Number(value) : undefined;
}

function inBounds(value: number | undefined, { from, above, to }: Bounds): number | undefined {
  if (value === undefined || !Number.isFinite(value)) return undefined;
  const inside = !(from !== undefined && value < from) && !(above !== undefined && value <= above);
  return inside && !(to !== undefined && value > to) ? value : undefined;
}

function boundsText({ from, above, to }: Bounds): string {
  const low = from !== undefined ? ` from ${from}` : above !== undefined ? ` above ${above}` : "";
  return `${low}${to === undefined ? "" : ` to ${to}`}`;
}

function words(value: string, flag: string): string[] {
  const found = value.split(",").map((word) => word.trim());
  return found.includes("") ? refuse(flag, "words with commas between them", value) : found;
}

function readPair(word: string, flag: string): [string, string] {
  const at = word.lastIndexOf("="); // labels may hold "="; names do not
  const [label, name] = [word.slice(0, at).trim(), word.slice(at + 1).trim()];
  return at > 0 && label !== "" && name !== "" ? [label, name] : refuse(flag, "LABEL=NAME with commas between", word);
}

function readIndices(word: string, flag: string): number[] {
  const match = /^(\d{1,15})(?:-(\d{1,15}))?$/.exec(word);
  const [first, last] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
  if (match === null || last < first || last - first >= MOST_INDICES) {
    return refuse(flag, "numbers from 0 and ranges, such as 0-3,7", word);
  }
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
