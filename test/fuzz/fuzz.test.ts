import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { Tally } from "./run.ts";

const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));

interface Output {
  readonly mutants: number;
  readonly families: readonly Tally[];
}

/** In a process of its own: there the constructors of typed arrays are replaced, and a hang can be ended. */
function fuzz(...args: string[]): Promise<Output> {
  return new Promise((resolve, reject) => {
    const options = { timeout: 240_000, maxBuffer: 2 ** 26 };
    execFile(process.execPath, ["--import", "tsx", MAIN, ...args], options, (error, stdout, stderr) => {
      if (stdout.startsWith("{")) resolve(JSON.parse(stdout) as Output);
      else reject(new Error(`${error?.message}\n${stderr}`));
    });
  });
}

const describeTally = ({ family, mutants, outcomes, seconds, slowest, mostAllocated, largestRatio }: Tally): string =>
  `${family.padEnd(18)}${String(mutants).padStart(5)} in ${seconds.toFixed(1)} s, slowest ${Math.ceil(slowest.milliseconds)} ms, ` +
  `most allocated ${(mostAllocated.bytes / 2 ** 20).toFixed(1)} MiB, ${Math.ceil(largestRatio.ratio)} times the file; ` +
  Object.entries(outcomes)
    .map(([outcome, count]) => `${count} ${outcome}`)
    .join(", ");

describe("damaged files end in a tagged error or in a sound recording", () => {
  it("20,000 mutants over every reader, within time, memory and folder", async () => {
    const { mutants, families } = await fuzz("--mutants", "20000", "--seed", "7");
    console.log(families.map(describeTally).join("\n"));
    expect(families.flatMap(({ family, failures }) => failures.map((failure) => ({ family, ...failure })))).toEqual([]);
    expect(mutants).toBeGreaterThanOrEqual(20_000);
    for (const { family, outcomes } of families) {
      const read = (outcomes["read"] ?? 0) + (outcomes["read with warnings"] ?? 0);
      const errors = Object.entries(outcomes).reduce((sum, [tag, n]) => sum + (tag.endsWith("Error") ? n : 0), 0);
      expect(read, `${family}: mutants that are read`).toBeGreaterThan(0); // damage that always stops at the door tests the door
      expect(errors, `${family}: mutants that are refused`).toBeGreaterThan(0);
    }
  }, 300_000);
});
