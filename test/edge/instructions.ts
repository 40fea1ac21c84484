import type { Target } from "../../src/edge/targets/target.ts";
import { machineOf } from "./machines.ts";

/** Instructions by name, of a program on an emulated board that prints with `console_ticks`. */
export function instructionsIn(stdout: string, target: Target): Readonly<Record<string, number>> {
  const { instructionsPerTick = Number.NaN } = machineOf(target);
  const lines = stdout.trim().split("\n");
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.lastIndexOf(" ");
      return [line.slice(0, at), Number(line.slice(at)) * instructionsPerTick];
    }),
  );
}
