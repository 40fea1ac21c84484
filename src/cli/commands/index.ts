import type { Command } from "../defineCommand.ts";

interface Entry {
  /** One line of `panluna --help`, which loads no command. */
  readonly summary: string;
  load(): Promise<Command>;
}

/** Every command, in the order of the help. */
export const COMMANDS = {
  inspect: {
    summary: "Show what a recording holds and what the model would take of it",
    load: async () => (await import("./inspect.ts")).inspect,
  },
  embed: {
    summary: "Turn recordings into one embedding per window",
    load: async () => (await import("./embed.ts")).embed,
  },
  conformance: {
    summary: "Compare this machine's results with the authors' numbers",
    load: async () => (await import("./conformance.ts")).conformance,
  },
} as const satisfies Record<string, Entry>;

export type CommandName = keyof typeof COMMANDS;
