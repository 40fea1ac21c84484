import type { Effects } from "./effects.ts";
import type { Flags, FlagValues } from "./flags.ts";

/** One word of the command line, or the last ones. */
export interface Argument {
  readonly name: string;
  readonly help: string;
  /** Takes all words that are left; at least one. */
  readonly many?: boolean;
  readonly optional?: boolean;
}

/** What a command found out. It prints nothing itself. */
export interface Report {
  /** For `--json`: one object. */
  readonly json: object;
  /** For a terminal; only asked for without `--json`. */
  text(): readonly string[];
  /** The exit code is 1 although nothing was thrown: a check did not hold. */
  readonly failed?: boolean;
}

export interface Command<F extends Flags = Flags> {
  readonly name: string;
  /** One or more sentences under the usage line. */
  readonly description: string;
  readonly args: readonly Argument[];
  readonly flags: F;
  /** What to type, without the name of the program, and what it does. */
  readonly examples: readonly (readonly [command: string, meaning: string])[];
  /**
   * Everything from outside comes through `effects`, so that a test needs no file and no terminal.
   * @throws PanlunaError with one clear line; the reason of `effects.signal` when it is aborted
   */
  run(input: { readonly args: readonly string[]; readonly flags: FlagValues<F> }, effects: Effects): Promise<Report>;
}

/** A command; `--json`, `--debug` and `--help` are added to every one. */
export const defineCommand = <const F extends Flags>(command: Command<F>): Command => command as unknown as Command;
