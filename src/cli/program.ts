import { Command as Commander, CommanderError, Option } from "commander";
import { PanlunaError, UsageError } from "../errors.ts";
import { COMMANDS, type CommandName } from "./commands/index.ts";
import type { Argument, Command } from "./defineCommand.ts";
import type { Effects } from "./effects.ts";
import { type Flags, flagName, type Switch, type Valued } from "./flags.ts";
import { silentProgress } from "./progress.ts";
import { harmless, painter } from "./text.ts";

/** What the program needs beside the effects of its commands. */
export interface World {
  readonly effects: Effects;
  /** To standard output and standard error. */
  out(text: string): void;
  err(text: string): void;
}

/** Exit code of a program that Ctrl-C ended: 128 + SIGINT. */
export const INTERRUPTED = 130;

interface Invocation {
  readonly command: Command;
  readonly args: readonly string[];
  readonly flags: Record<string, unknown>;
}

/**
 * Run one command line.
 * @param argv the words after the program's name
 * @returns the exit code
 */
export async function runCli(argv: readonly string[], world: World): Promise<number> {
  const json = argv.includes("--json");
  const { effects } = world;
  try {
    const { command, args, flags } = await parse(argv, world);
    const own = json ? { ...effects, note: () => {}, progress: () => silentProgress } : effects;
    const report = await command.run({ args, flags } as never, own);
    effects.signal.throwIfAborted();
    if (effects.rank > 0) return report.failed ? 1 : 0;
    world.out(json ? `${JSON.stringify(report.json, plainArrays)}\n` : `${report.text().map(harmless).join("\n")}\n`);
    return report.failed ? 1 : 0;
  } catch (error) {
    return fail(error, { json, debug: argv.includes("--debug") }, world);
  }
}

/** Typed arrays as lists, not as objects with the keys "0", "1", … */
const plainArrays = (_: string, value: unknown): unknown =>
  ArrayBuffer.isView(value) && !(value instanceof DataView) ? Array.from(value as Float32Array) : value;

/** Only the command that is asked for is loaded, so that `--help` comes at once. */
async function parse(argv: readonly string[], world: World): Promise<Invocation> {
  const program = base(new Commander("panluna"), world)
    .description(
      "EEG, ECG and PPG through PanLUNA, one small foundation model.\nResearch software, not a medical device.",
    )
    .version(world.effects.version, "--version", "print the version")
    .helpOption("-h, --help", "what there is to do")
    .addHelpText("after", "\nEvery command takes --json, --debug and --help: panluna embed --help");
  const asked = argv.find((word) => word in COMMANDS) as CommandName | undefined;
  let invocation: Invocation | undefined;
  for (const [name, { summary, load }] of Object.entries(COMMANDS)) {
    const sub = base(program.command(name), world).summary(summary);
    if (name !== asked) continue;
    const command = await load();
    describe(sub, command);
    sub.action((...given: unknown[]) => {
      const args = given.slice(0, command.args.length).flatMap((arg) => (arg === undefined ? [] : arg)) as string[];
      invocation = { command, args, flags: flagsOf(command.flags, sub.opts()) };
    });
  }
  try {
    await program.parseAsync([...argv], { from: "user" });
  } catch (error) {
    throw explained(error, asked);
  }
  if (invocation === undefined)
    throw new UsageError({ where: "panluna", what: "no command", todo: "See panluna --help" });
  return invocation;
}

function base(command: Commander, { out, err, effects }: World): Commander {
  const width = () => Math.min(120, effects.terminal.columns);
  return command.exitOverride().configureOutput({
    writeOut: out,
    writeErr: err,
    outputError: () => {}, // problems are thrown, and told in the one way of all errors
    getOutHelpWidth: width,
    getErrHelpWidth: width,
    getOutHasColors: () => effects.terminal.color,
  });
}

function describe(sub: Commander, command: Command): void {
  sub.description(command.description);
  for (const { name, help, many, optional } of command.args) sub.argument(argumentText({ name, many, optional }), help);
  for (const [key, flag] of Object.entries(command.flags)) sub.addOption(optionOf(key, flag));
  sub.option("--json", "print one JSON object").option("--debug", "on failure, show where in the code");
  sub.helpOption("-h, --help", "this text");
  const examples = command.examples.map(([line, meaning]) => `  panluna ${line}\n      ${meaning}`);
  sub.addHelpText("after", `\nExamples:\n${examples.join("\n")}`);
}

const argumentText = ({ name, many, optional }: Pick<Argument, "name" | "many" | "optional">): string => {
  const text = many ? `${name}...` : name;
  return optional ? `[${text}]` : `<${text}>`;
};

function optionOf(key: string, flag: Switch | Valued<unknown>): Option {
  const name = flagName(key);
  const option = new Option(flag.kind === "switch" ? name : `${name} <${flag.placeholder}>`, flag.help);
  if (flag.hidden) option.hideHelp();
  if (flag.kind === "switch") return option;
  return option.argParser((text: string, before: unknown) => {
    const value = flag.parse(text, name);
    if (before === undefined) return value;
    if (flag.join !== undefined) return flag.join(before, value);
    throw new UsageError({ where: name, what: "was given twice", todo: "Give it once" });
  });
}

/** Commander keeps `--no-filter` as `filter: false`. */
function flagsOf(flags: Flags, parsed: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(flags).map(([key, flag]) => {
      if (flag.kind === "value") return [key, parsed[key]];
      const positive = /^no([A-Z])(.*)$/.exec(key);
      if (positive === null) return [key, parsed[key] === true];
      return [key, parsed[positive[1].toLowerCase() + positive[2]] === false];
    }),
  );
}

/** A complaint of commander as an error of ours; help and version pass through. */
function explained(error: unknown, asked: string | undefined): unknown {
  if (!(error instanceof CommanderError) || error.exitCode === 0 || error.code === "commander.help") return error;
  const what = error.message.replace(/^error: /, "").replaceAll("\n", " ");
  const where = asked ?? "command line";
  return new UsageError({
    where,
    what: what.replace(/\.$/, ""),
    todo: `See panluna ${asked === undefined ? "" : `${asked} `}--help`,
  });
}

function fail(
  error: unknown,
  { json, debug }: { json: boolean; debug: boolean },
  { effects, out, err }: World,
): number {
  if (error instanceof CommanderError) return error.exitCode;
  const stopped = effects.signal.aborted;
  const tag = stopped ? "Interrupted" : error instanceof PanlunaError ? error.tag : "Error";
  const message = stopped ? "stopped, nothing was left half-written" : messageOf(error);
  const stack = debug && error instanceof Error ? stackOf(error) : undefined;
  if (json) {
    const { cause: _, ...parts } = error instanceof PanlunaError && !stopped ? error.parts : { cause: undefined };
    out(`${JSON.stringify({ error: { tag, message, ...parts, stack } })}\n`);
  } else {
    const paint = painter(effects.terminal.color);
    err(`${paint.bad("panluna:")} ${harmless(message.replaceAll("\n", " "))}\n`);
    if (stack !== undefined) err(`${harmless(stack)}\n`);
  }
  return stopped ? INTERRUPTED : 1;
}

function messageOf(error: unknown): string {
  if (error instanceof PanlunaError) return error.message;
  const message = error instanceof Error ? error.message : String(error);
  return `unexpected failure: ${message}. Please report it with what --debug shows`;
}

function stackOf(error: Error): string {
  const { cause } = error;
  return `${error.stack}${cause instanceof Error ? `\ncaused by ${stackOf(cause)}` : ""}`;
}
