import { isObject } from "../../formats/json.ts";

/** One line of metrics.jsonl. */
export interface MetricEntry {
  readonly step: number;
  /** Seconds of training since the start of the run, pauses between sessions not counted. */
  readonly time: number;
  /** "train", "val", "test". */
  readonly split: string;
  /** "loss", "lr", "windowsPerSecond", "auroc", …; what is undefined, such as the AUROC of one class, is NaN. */
  readonly values: Readonly<Record<string, number>>;
}

/** Lines of a metrics.jsonl as they can be read, with the text of each. */
export interface MetricLines {
  readonly entries: readonly MetricEntry[];
  /** Line of each entry, with its line end. */
  readonly texts: readonly string[];
  /** Numbers of whole lines, from 1, that hold no entry. */
  readonly damaged: readonly number[];
  /** There is a last line without its end: the process died while it wrote it. */
  readonly torn: boolean;
}

/** An entry as one line with its line end; numbers that are not finite become null. */
export function metricLine({ step, time, split, values }: MetricEntry): string {
  return `${JSON.stringify({ step, time, split, values })}\n`;
}

/** Read metrics.jsonl. A torn last line is left out; what cannot be read is counted, not thrown. */
export function readMetrics(text: string): MetricLines {
  const lines = text.split("\n");
  const torn = lines.pop() !== "";
  const found = lines.map(readEntry);
  const kept = found.flatMap((entry, i) => (entry === undefined ? [] : [{ entry, text: `${lines[i]}\n` }]));
  return {
    entries: kept.map(({ entry }) => entry),
    texts: kept.map((line) => line.text),
    damaged: found.flatMap((entry, i) => (entry === undefined ? [i + 1] : [])),
    torn,
  };
}

/** The lines up to a step, as a run that stopped there has them. */
export function linesUpTo({ entries, texts }: MetricLines, step: number): string {
  return texts.filter((_, i) => entries[i].step <= step).join("");
}

function readEntry(line: string): MetricEntry | undefined {
  const parsed = parse(line);
  if (!isObject(parsed)) return undefined;
  const { step, time, split, values } = parsed;
  if (typeof step !== "number" || typeof time !== "number" || typeof split !== "string") return undefined;
  if (!isObject(values)) return undefined;
  const numbers = Object.entries(values).map(([name, value]) => [name, value === null ? Number.NaN : value] as const);
  if (numbers.some(([, value]) => typeof value !== "number")) return undefined;
  return { step, time, split, values: Object.fromEntries(numbers) as Record<string, number> };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
