import { parseArgs } from "node:util";
import { UsageError } from "../src/errors.ts";
import type { Montage } from "./cases.ts";

/** What every timing program takes. */
export interface TimingOptions {
  readonly threads: readonly number[];
  readonly cases: readonly string[];
  /** Turns of each case. */
  readonly repeat: number;
  readonly profile: boolean;
  readonly out?: string;
}

/** What programs that time the network at inference take besides. */
export interface BenchOptions extends TimingOptions {
  readonly batches: readonly number[];
  readonly montage: Montage;
  readonly positionals: readonly string[];
}

export const OPTIONS_HELP = `  --threads 1,2      thread counts
  --cases A,B        12ch10s, 5ch30s, 22ch5s; all if not given
  --batches 1,16     windows per run
  --repeat 5         turns of each case; a turn is 2 to 20 timed runs, at least 150 ms
  --montage M        embedded: made once per recording (default); locations: from raw locations in every run
  --profile          add the share of time per operator
  --out FILE         write the JSON to a file`;

/** @throws UsageError for an option that does not exist or a value out of range */
export function benchOptions(args: readonly string[], defaultThreads: string): BenchOptions {
  const { values, positionals } = parse(args, { batches: TEXT, montage: TEXT }, true);
  const montage = values.montage ?? "embedded";
  if (montage !== "embedded" && montage !== "locations") {
    throw new UsageError({ where: "--montage", what: "unknown", expected: "embedded or locations", got: montage });
  }
  return {
    ...timing(values, defaultThreads),
    batches: counts("--batches", values.batches ?? "1,16", 4096),
    montage,
    positionals,
  };
}

/** @throws UsageError for an option that does not exist or a value out of range */
export function timingOptions(args: readonly string[], defaultThreads: string): TimingOptions {
  return timing(parse(args, {}, false).values, defaultThreads);
}

const TEXT = { type: "string" } as const;
const TIMING = { threads: TEXT, cases: TEXT, repeat: TEXT, out: TEXT, profile: { type: "boolean" } } as const;

type TimingValues = { readonly [K in keyof typeof TIMING]?: K extends "profile" ? boolean : string };

const timing = ({ threads, cases, repeat, profile, out }: TimingValues, defaultThreads: string): TimingOptions => ({
  threads: counts("--threads", threads ?? defaultThreads, 256),
  cases: cases?.split(",") ?? [],
  repeat: counts("--repeat", repeat ?? "5", 1000)[0],
  profile: profile ?? false,
  out,
});

function parse<More extends Readonly<Record<string, typeof TEXT>>>(
  args: readonly string[],
  more: More,
  allowPositionals: boolean,
) {
  try {
    return parseArgs({ args: [...args], allowPositionals, options: { ...TIMING, ...more } });
  } catch (cause) {
    throw new UsageError({ where: "options", what: (cause as Error).message, todo: "See --help", cause });
  }
}

function counts(where: string, list: string, most: number): number[] {
  return list.split(",").map((text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= 1 && value <= most) return value;
    throw new UsageError({ where, what: "not a count", expected: `whole numbers from 1 to ${most}`, got: text });
  });
}
