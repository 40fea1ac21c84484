import { dirname, join } from "node:path";
import type { CaseResult } from "../../conformance/index.ts";
import { FormatError, UsageError } from "../../errors.ts";
import { defineCommand } from "../defineCommand.ts";
import type { Effects, Terminal } from "../effects.ts";
import { number, toggle } from "../flags.ts";
import { modelFlags } from "../recordingFlags.ts";
import { counted, painter, significant, table, wrap } from "../text.ts";

export const conformance = defineCommand({
  name: "conformance",
  description:
    "Run the authors' cases (folders with case.json, weights, inputs, expected) through the same graph and engine as any\nuser, and compare every tensor: values on the way, losses, every gradient (d/…) where a case has them, adapters beside\nthe weights (unmerged/…), and parameters after steps of the optimiser (step1/…, final/…). The exit code is 1 if one is\nmissing or off by more than its tolerance, or if there is no case.",
  args: [{ name: "folders", help: "searched for case.json, themselves and everything below", many: true }],
  flags: {
    provider: modelFlags.provider,
    threads: modelFlags.threads,
    toleranceFactor: number("FACTOR", "on every stated tolerance (1); reported with the result", { above: 0 }),
    all: toggle("list every tensor, not only the worst of each case"),
  },
  examples: [
    ["conformance fixtures/", "every case below fixtures/, on the CPU"],
    ["conformance fixtures/ --provider webgpu --json", "on the GPU, as JSON"],
  ],
  async run({ args: folders, flags }, effects) {
    const { provider = "cpu", threads, toleranceFactor = 1 } = flags;
    const found = await findCases(folders, effects);
    const results = await runCases(found, { provider, threads, toleranceFactor }, effects);
    const ok = results.every((result) => result.ok);
    const result = { ok, provider, toleranceFactor, cases: results };
    return { json: result, text: () => resultText(result, flags.all, effects.terminal), failed: !ok };
  },
});

async function findCases(folders: readonly string[], effects: Effects): Promise<string[]> {
  const found = await Promise.all(folders.map((folder) => effects.findFiles(folder, "case.json")));
  const cases = [...new Set(found.flat().map((path) => dirname(path)))];
  if (cases.length > 0) return cases;
  throw new UsageError({
    where: "conformance",
    what: "no case was found",
    expected: "folders with case.json",
    todo: "Name the folder with the authors' cases",
  });
}

async function runCases(
  folders: readonly string[],
  options: { provider: "cpu" | "webgpu"; threads?: number; toleranceFactor: number },
  effects: Effects,
): Promise<CaseResult[]> {
  const { loadCase, runCase } = await import("../../conformance/index.ts");
  const { workerEngine } = await import("../../runtime/worker/node.ts");
  const progress = effects.progress("cases");
  const results: CaseResult[] = [];
  try {
    for (const folder of folders) {
      effects.signal.throwIfAborted();
      progress.update(results.length, folders.length);
      const testCase = await loadCase((name) => effects.readFile(join(folder, name)).catch(absent));
      results.push(await runCase(workerEngine, testCase, options));
    }
    return results;
  } finally {
    progress.end();
  }
}

/** A file that is not there is the case's to complain about; one that cannot be read is ours. */
function absent(error: unknown): undefined {
  if (error instanceof FormatError && (error.parts.cause as NodeJS.ErrnoException)?.code === "ENOENT") return undefined;
  throw error;
}

interface Result {
  readonly ok: boolean;
  readonly provider: string;
  readonly toleranceFactor: number;
  readonly cases: readonly CaseResult[];
}

function resultText({ cases, provider, toleranceFactor }: Result, all: boolean, terminal: Terminal): string[] {
  const paint = painter(terminal.color);
  const rows = cases.flatMap((result) => caseRows(result, all, paint.bad));
  const columns = [
    { title: "case" },
    { title: "tensor", shrinks: true },
    { title: "error", right: true },
    { title: "tolerance", right: true },
    { title: "" },
  ];
  const tensors = cases.reduce((sum, { checks }) => sum + checks.length, 0);
  const missed = cases.reduce((sum, { checks }) => sum + checks.filter(({ ok }) => !ok).length, 0);
  const verdict = missed === 0 ? "all within tolerance" : paint.bad(`${missed} beyond tolerance`);
  const factor = toleranceFactor === 1 ? "" : `, tolerances times ${significant(toleranceFactor)}`;
  return [
    ...table(columns, rows, { width: terminal.columns, paint }),
    "",
    ...cases.flatMap(({ name, skipped }) => skipped.flatMap((s) => wrap(`${name}: not run: ${s}`, terminal.columns))),
    `${counted(cases.length, "case")}, ${counted(tensors, "tensor")} on ${provider}${factor}: ${verdict}`,
  ];
}

/** The check nearest to its tolerance, all that miss it, or all there are. */
function caseRows({ name, checks }: CaseResult, all: boolean, bad: (text: string) => string): string[][] {
  const nearness = ({ error, tolerance }: CaseResult["checks"][number]) =>
    Number.isNaN(error)
      ? Number.POSITIVE_INFINITY
      : tolerance === 0
        ? error > 0
          ? Number.POSITIVE_INFINITY
          : 0
        : error / tolerance;
  const sorted = [...checks].sort((a, b) => nearness(b) - nearness(a));
  const shown = all ? checks : sorted.filter(({ ok }, i) => i === 0 || !ok);
  return shown.map(({ tensor, error, tolerance, ok, problem }, i) => [
    i === 0 ? name : "",
    tensor,
    error.toExponential(1),
    tolerance.toExponential(1),
    ok ? "ok" : bad(problem === undefined ? "MISS" : `MISS: ${problem}`),
  ]);
}
