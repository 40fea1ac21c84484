import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Run the real program from its sources, for tests. @param during gets the child as soon as it has started */
export function runProcess(
  argv: readonly string[],
  during?: (child: ReturnType<typeof spawn>) => void,
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const child = spawn(process.execPath, ["--import", "tsx", MAIN, ...argv], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "", FORCE_COLOR: "", COLUMNS: "80", ...env },
  });
  const text = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (data: string) => {
    text.out += data;
  });
  child.stderr.setEncoding("utf8").on("data", (data: string) => {
    text.err += data;
  });
  during?.(child);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, ...text }));
  });
}
