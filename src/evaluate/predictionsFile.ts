import { FormatError, PanlunaError } from "../errors.ts";
import type { Label, TaskKind, TaskSpec } from "../store/index.ts";
import { collectPredictions, type PredictedWindow, type Predictions, windowOf } from "./predictions.ts";

/** Stands in the file, so that no other JSON is taken for predictions. */
const FORMAT = "panluna-predictions";
const VERSION = 1;

const KINDS: readonly TaskKind[] = ["binary", "multiclass", "multilabel", "regression"];

/** Predictions as JSON, a line per window; every number reads back as the same double. */
export function writePredictions(predictions: Predictions): string {
  const head = JSON.stringify({ format: FORMAT, version: VERSION, task: predictions.task });
  const lines = Array.from({ length: predictions.count }, (_, i) => {
    const window = windowOf(predictions, i);
    return JSON.stringify({ ...window, output: Array.from(window.output) });
  });
  return `${head.slice(0, -1)},"windows":[\n${lines.join(",\n")}\n]}\n`;
}

/**
 * Read predictions and check them against their task.
 * @param name of the file, for messages
 * @throws FormatError naming the file and the window concerned
 */
export function readPredictions(text: string, name: string): Predictions {
  const file = parse(text, name);
  if (!isObject(file) || file.format !== FORMAT || file.version !== VERSION) {
    const got = isObject(file) ? `format ${String(file.format)}, version ${String(file.version)}` : typeof file;
    const expected = `format ${FORMAT}, version ${VERSION}`;
    throw new FormatError({ where: name, what: "does not hold predictions", expected, got });
  }
  const { windows } = file;
  if (!Array.isArray(windows)) throw wrong(name, "windows", "an array", windows);
  const task = readTask(file.task, name);
  const rows = windows.map((window: unknown, i) => readWindow(window, `windows[${i}]`, name));
  try {
    return collectPredictions(task, rows);
  } catch (cause) {
    if (!(cause instanceof PanlunaError)) throw cause;
    const { where, what, at, expected, got } = cause.parts;
    throw new FormatError({ where: `${name}, ${where}`, what, at, expected, got, cause });
  }
}

function parse(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FormatError({ where: name, what: "is not JSON", got: (cause as SyntaxError).message, cause });
  }
}

function readTask(value: unknown, name: string): TaskSpec {
  if (!isObject(value)) throw wrong(name, "task", "an object", value);
  const { kind, title, classes, unit } = value;
  const known = KINDS.find((each) => each === kind);
  if (known === undefined) throw wrong(name, "task.kind", `one of ${KINDS.join(", ")}`, kind);
  if (typeof title !== "string") throw wrong(name, "task.title", "a text", title);
  if (!Array.isArray(classes) || !classes.every((each) => typeof each === "string")) {
    throw wrong(name, "task.classes", "an array of names", classes);
  }
  if (unit !== undefined && typeof unit !== "string") throw wrong(name, "task.unit", "a text", unit);
  return { kind: known, title, classes, ...(unit === undefined ? {} : { unit }) };
}

function readWindow(value: unknown, at: string, name: string): PredictedWindow {
  if (!isObject(value)) throw wrong(name, at, "an object", value);
  const { subject, recording, onset, layout, target, output } = value;
  for (const [key, text] of Object.entries({ subject, recording, layout })) {
    if (typeof text !== "string") throw wrong(name, `${at}.${key}`, "a text", text);
  }
  if (typeof onset !== "number") throw wrong(name, `${at}.onset`, "seconds", onset);
  if (typeof target !== "number" && !areNumbers(target))
    throw wrong(name, `${at}.target`, "a number or numbers", target);
  if (!areNumbers(output)) throw wrong(name, `${at}.output`, "an array of numbers", output);
  const names = { subject, recording, layout } as { subject: string; recording: string; layout: string };
  return { ...names, onset, target: target as Label, output };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const areNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((each) => typeof each === "number");

const wrong = (name: string, at: string, expected: string, got: unknown): FormatError =>
  new FormatError({
    where: name,
    what: "wrong value",
    at,
    expected,
    got: (JSON.stringify(got) ?? "nothing").slice(0, 80),
  });
