/**
 * The tables of what pretraining is worth, from the reports of docs/worth.sh: `npx tsx docs/worthTables.ts reports/worth`.
 * One table per task, one column per share of the training people.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Comparison, ComparisonRow, Estimate } from "../src/evaluate/index.ts";

/** What the tables show of each task, the metric that training was chosen by; a person has one class in ADHD. */
const SHOWN: Readonly<Record<string, { metric: string; name: string; digits: number; perSubject?: boolean }>> = {
  "ecg-superclass": { metric: "auroc", name: "AUROC, mean of five classes", digits: 3 },
  "mental-workload": { metric: "auroc", name: "AUROC per window", digits: 3 },
  "wrist-stress": { metric: "auroc", name: "AUROC per window", digits: 3 },
  adhd: { metric: "auroc", name: "AUROC per person", digits: 3, perSubject: true },
  "heart-rate": { metric: "mae", name: "mean absolute error, bpm", digits: 1 },
};

/** Rows, and what they are called. */
const ROWS: readonly (readonly [string, string])[] = [
  ["scratch", "from scratch"],
  ["frozen", "frozen"],
  ["lora", "LoRA"],
  ["full", "full"],
  ["linear", "linear on features"],
  ["rate", "peaks counted"],
  ["prior", "no look at the window"],
];

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("npx tsx docs/worthTables.ts REPORTS");
for (const [task, shown] of Object.entries(SHOWN)) {
  const shares = ["1", "0.25", "0.1"].filter((share) => existsSync(join(folder, task, share, "scratch/report.json")));
  if (shares.length === 0) continue;
  const columns = shares.map((share) => columnOf(join(folder, task, share), shown));
  console.log(`**${task}**: ${shown.name}; ${columns[0].subjects} test people, ${columns[0].windows} windows\n`);
  console.log(`| | ${shares.map((share) => `${100 * Number(share)} % of the people`).join(" | ")} |`);
  console.log(`|---|${shares.map(() => "---|").join("")}`);
  for (const [key, name] of ROWS) {
    const cells = columns.map(({ cells }) => cells.get(key));
    if (cells.some((cell) => cell !== undefined)) {
      console.log(`| ${name} | ${cells.map((cell) => cell ?? "").join(" | ")} |`);
    }
  }
  console.log();
}
if (!readdirSync(folder).some((task) => task in SHOWN)) throw new Error(`${folder}: no reports of docs/worth.sh`);

function columnOf(path: string, { metric, digits, perSubject }: (typeof SHOWN)[string]) {
  const comparison = (side: string): Comparison =>
    JSON.parse(readFileSync(join(path, side, "report.json"), "utf8")).comparison;
  const [scratch, lora] = [comparison("scratch"), comparison("lora")];
  const rowsOf = (own: Comparison) => (perSubject && own.subject ? own.subject : own.window);
  const row = (rows: readonly ComparisonRow[], name: string) => rows.find((each) => each.name === name);
  const cells = new Map<string, string>();
  for (const [key] of ROWS) {
    const own = key === "scratch" ? rowsOf(scratch)[0] : (row(rowsOf(scratch), key) ?? row(rowsOf(lora), key));
    if (own === undefined) continue;
    const ahead = row(rowsOf(scratch), key)?.difference?.[metric]; // scratch minus it
    const behind = row(rowsOf(lora), key)?.difference?.[metric]; // LoRA minus it
    const value = textOf(own.metrics[metric], digits);
    const isBaseline = ["linear", "rate", "prior"].includes(key);
    if (isBaseline && behind !== undefined) cells.set(key, `${value}; LoRA ${signed(behind, digits)}`);
    else cells.set(key, ahead === undefined ? value : `${value}; ${signed(negated(ahead), digits)}`);
  }
  return { cells, subjects: scratch.subjects, windows: scratch.windows };
}

function textOf({ value, low, high }: Estimate, digits: number): string {
  return `${value?.toFixed(digits)} [${low?.toFixed(digits)}, ${high?.toFixed(digits)}]`;
}

function signed({ value, low, high }: Estimate, digits: number): string {
  const [a, b, c] = [value, low, high].map((each) => {
    const text = (each ?? Number.NaN).toFixed(digits);
    return text.startsWith("-") ? `−${text.slice(1)}` : `+${text}`;
  });
  const sure = (low ?? 0) > 0 || (high ?? 0) < 0;
  return sure ? `**${a}** [${b}, ${c}]` : `${a} [${b}, ${c}]`;
}

function negated({ value, low, high }: Estimate): Estimate {
  const minus = (each: number | null) => (each === null ? null : -each);
  return { value: minus(value), low: minus(high), high: minus(low) };
}
