import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SessionError } from "../src/errors.ts";
import { round } from "./measure.ts";

/** Share of kernel time per operator, largest first. */
export type Shares = Readonly<Record<string, number>>;

interface ProfileEvent {
  readonly cat?: string;
  readonly name: string;
  /** Microseconds. */
  readonly dur: number;
  readonly args?: { readonly op_name?: string };
}

/**
 * Profile a session that `start` opens with the given file prefix: 10 runs, then its end, which writes the profile.
 * @throws SessionError when no profile was written
 */
export async function operatorShares(
  start: (prefix: string) => Promise<{ run(): Promise<void>; close(): Promise<void> }>,
): Promise<Shares> {
  const folder = mkdtempSync(join(tmpdir(), "panluna-bench-"));
  try {
    const session = await start(join(folder, "profile"));
    for (let i = 0; i < 10; i++) await session.run();
    await session.close();
    const [file] = readdirSync(folder);
    if (file === undefined) throw new SessionError({ where: "profile", what: "the engine wrote none" });
    return sharesOf(JSON.parse(readFileSync(join(folder, file), "utf8")));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function sharesOf(events: readonly ProfileEvent[]): Shares {
  const spent = new Map<string, number>();
  for (const { cat, name, dur, args } of events) {
    if (cat !== "Node" || !name.endsWith("kernel_time") || args?.op_name === undefined) continue;
    spent.set(args.op_name, (spent.get(args.op_name) ?? 0) + dur);
  }
  const total = [...spent.values()].reduce((sum, time) => sum + time, 0);
  const sorted = [...spent].sort(([, a], [, b]) => b - a).slice(0, 20);
  return Object.fromEntries(sorted.map(([op, time]) => [op, round(time / total, 3)]));
}
