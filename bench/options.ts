import { parseArgs } from "node:util";
import { UsageError } from "../src/errors.ts";
import type { Montage } from "./cases.ts";

/** What the timing programs take. */
export interface BenchOptions {
  readonly threads: readonly number[];
  readonly cases: readonly string[];
  readonly batches: readonly number[];
  /** Turns of each case. */
  readonly repeat: number;
  readonly montage: Montage;
  readonly profile: boolean;
  readonly out?: string;
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
  const { values, positionals } = parse(args);
  const montage = values.montage ?? "embedded";
  if (montage !== "embedded" && montage !== "locations") {
    throw new UsageError({ where: "--montage", what: "unknown", expected: "embedded or locations", got: montage });
  }
  return {
    threads: counts("--threads", values.threads ?? defaultThreads, 256),
    cases: values.cases?.split(",") ?? [],
    batches: counts("--batches", values.batches ?? "1,16", 4096),
    repeat: counts("--repeat", values.repeat ?? "5", 1000)[0],
    montage,
    profile: values.profile ?? false,
    out: values.out,
    positionals,
  };
}

function parse(args: readonly string[]) {
  try {
    const text = { type: "string" } as const;
    const options = { threads: text, cases: text, batches: text, repeat: text, montage: text, out: text } as const;
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { ...options, profile: { type: "boolean" } },
    });
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
