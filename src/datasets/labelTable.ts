import { FormatError } from "../errors.ts";
import type { Label, SplitName, TaskKind, TaskSpec } from "../store/index.ts";
import type { DataFolder } from "./recipe.ts";
import { columnOf, readTextTable, type TextTable } from "./textTable.ts";

/** What a table says of one file. */
export interface LabelRow {
  readonly subject?: string;
  readonly split?: SplitName;
  readonly labels: Readonly<Record<string, Label>>;
}

export interface LabelTable {
  readonly name: string;
  readonly tasks: Readonly<Record<string, TaskSpec>>;
  /** By path of the file. */
  readonly rows: ReadonlyMap<string, LabelRow>;
}

const KINDS: readonly TaskKind[] = ["binary", "multiclass", "multilabel", "regression"];
const SPLITS: readonly SplitName[] = ["train", "val", "test"];

/** Most classes of a task: beyond it, the column is no label. */
const MOST_CLASSES = 1000;

/**
 * Read labels of files: a CSV with the column `file` (path in the folder), and if wanted `subject`, `split` (train, val, test) and one
 * column per task. An empty field is no label. A task is a regression where a value has a decimal point, else classes in sorted order;
 * its column can say so itself: `name:binary`, `name:multiclass`, `name:multilabel` (classes with `|` between them),
 * `name:regression` or `name:regression:unit`.
 * @throws FormatError for what cannot be read, with the file's row
 */
export async function readLabelTable(folder: DataFolder, path: string): Promise<LabelTable> {
  const table = readTextTable(await folder.read(path), path.split("/").at(-1)!);
  const files = columnOf(table, "file");
  const twice = files.find((file, i) => files.indexOf(file) < i);
  if (twice !== undefined) throw new FormatError({ where: table.name, what: "lists a file twice", got: twice });
  const tasks = table.columns.filter((c) => !["file", "subject", "split"].includes(c)).map((c) => readTask(table, c));
  const subjects = table.columns.includes("subject") ? columnOf(table, "subject") : [];
  const splits = table.columns.includes("split") ? columnOf(table, "split") : [];
  const rows = files.map((file, i): [string, LabelRow] => [
    file,
    {
      ...(subjects[i] ? { subject: subjects[i] } : {}),
      ...(splits[i] ? { split: readSplit(table, splits[i], file) } : {}),
      labels: Object.fromEntries(
        tasks.flatMap(({ name, labels }) => (labels[i] === undefined ? [] : [[name, labels[i]]])),
      ),
    },
  ]);
  return {
    name: table.name,
    tasks: Object.fromEntries(tasks.map(({ name, spec }) => [name, spec])),
    rows: new Map(rows),
  };
}

function readSplit({ name }: TextTable, text: string, file: string): SplitName {
  const found = SPLITS.find((split) => split === text.toLowerCase());
  if (found !== undefined) return found;
  throw new FormatError({
    where: name,
    what: "holds an unknown split",
    at: file,
    expected: SPLITS.join(", "),
    got: JSON.stringify(text),
  });
}

interface TaskColumn {
  readonly name: string;
  readonly spec: TaskSpec;
  /** By row; undefined where the field is empty. */
  readonly labels: readonly (Label | undefined)[];
}

function readTask(table: TextTable, column: string): TaskColumn {
  const [name, stated, unit] = column.split(":").map((part) => part.trim());
  const values = columnOf(table, column);
  const kind = stated === undefined ? guessKind(values) : KINDS.find((known) => known === stated.toLowerCase());
  const where = { where: table.name, at: `column ${JSON.stringify(column)}` };
  if (kind === undefined || name === "") {
    throw new FormatError({ ...where, what: "names no kind of task", expected: KINDS.join(", "), got: stated });
  }
  if (kind === "regression") {
    const labels = values.map((value) => (value === "" ? undefined : readNumber(value, where)));
    return { name, spec: { kind, title: name, classes: [], ...(unit ? { unit } : {}) }, labels };
  }
  const parts = values.map((value) => (kind === "multilabel" ? value.split("|").map((v) => v.trim()) : [value]));
  const classes = [...new Set(parts.flat())].filter((value) => value !== "").sort(byNumberOrText);
  checkClasses(classes, kind, where);
  const labels = values.map((value, i): Label | undefined => {
    if (value === "") return undefined;
    return kind === "multilabel" ? classes.map((c) => Number(parts[i].includes(c))) : classes.indexOf(value);
  });
  return { name, spec: { kind, title: name, classes }, labels };
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Numbers by size, before texts by their letters. */
function byNumberOrText(a: string, b: string): number {
  const numeric = [a, b].map((text) => NUMBER.test(text));
  if (numeric[0] && numeric[1]) return Number(a) - Number(b);
  return numeric[0] !== numeric[1] ? Number(numeric[1]) - Number(numeric[0]) : a < b ? -1 : 1;
}

function guessKind(values: readonly string[]): TaskKind {
  const told = values.filter((value) => value !== "");
  const numbers = told.length > 0 && told.every((value) => NUMBER.test(value));
  if (numbers && told.some((value) => !Number.isInteger(Number(value)) || value.includes("."))) return "regression";
  return new Set(told).size <= 2 ? "binary" : "multiclass";
}

type Where = { readonly where: string; readonly at: string };

function readNumber(value: string, where: Where): number {
  if (NUMBER.test(value)) return Number(value);
  throw new FormatError({ ...where, what: "holds no number", expected: "a value", got: JSON.stringify(value) });
}

function checkClasses(classes: readonly string[], kind: TaskKind, where: Where): void {
  const [least, most] = kind === "binary" ? [2, 2] : [kind === "multilabel" ? 1 : 2, MOST_CLASSES];
  if (classes.length >= least && classes.length <= most) return;
  throw new FormatError({
    ...where,
    what: `does not hold the classes of a ${kind} task`,
    expected: least === most ? `${least} classes` : `${least} to ${most} classes`,
    got: `${classes.length}: ${classes.slice(0, 5).join(", ")}`,
    todo: "Say what it is in its name, e.g. age:regression, or leave the column out",
  });
}
