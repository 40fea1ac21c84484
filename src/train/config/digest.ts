import type { CommandConfig } from "./commandConfig.ts";
import { mapMarked } from "./mapMarked.ts";

/** The SHA-256 of bytes; `crypto.subtle` of browsers and of Node if not given. */
export type Sha256 = (bytes: Uint8Array<ArrayBuffer>) => Promise<ArrayBuffer | Uint8Array>;

/**
 * Hex digest of what a configuration says of the result of a run: equal for a run that goes on with it. Paths and the options of the machine
 * (threads, provider, loader, checkpoints) do not count: stores have fingerprints of their own.
 */
export async function configDigest<T>(
  command: CommandConfig<T>,
  config: T,
  sha256: Sha256 = (bytes) => crypto.subtle.digest("SHA-256", bytes),
): Promise<string> {
  const withoutMachine = mapMarked(command.schema, config, "machine", () => undefined);
  const counted = mapMarked(command.schema, withoutMachine, "path", () => undefined);
  const digest = new Uint8Array(await sha256(new TextEncoder().encode(stableJson([command.name, counted]))));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** JSON with the keys of every object in the order of their code units. */
export function stableJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
