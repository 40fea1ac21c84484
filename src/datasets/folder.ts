import { FormatError, UsageError } from "../errors.ts";
import { FORMATS } from "../formats/index.ts";
import { sha256Hex } from "../formats/sha256.ts";
import { type LabelTable, readLabelTable } from "./labelTable.ts";
import type { DataFolder, DatasetPart, LabelledRecording, Recipe } from "./recipe.ts";

/** What a folder of recordings does not say of itself. */
export interface FolderOptions {
  /**
   * Regular expression over the path of a file; its first group is the subject: "sub-(\d+)".
   * The first folder of the path if not given. The column `subject` of the table goes before both.
   */
  readonly subject?: string;
  /** A CSV in the folder with the columns `file`, and if wanted `subject`, `split` and one per task: see `readLabelTable`. */
  readonly table?: string;
}

/** Longest part id that is the path itself; the store wants at most 200 bytes. */
const LONGEST_ID = 120;

/**
 * Any folder of readable recordings, each a part of its own. With a table, the files that it lists; without, every file whose
 * extension is that of a format.
 * @throws UsageError where a file has no subject: two recordings of one person must never be taken for two people
 * @throws FormatError for a table that cannot be read
 */
export async function folderRecipe(folder: DataFolder, options: FolderOptions = {}): Promise<Recipe> {
  const table = options.table === undefined ? undefined : await readLabelTable(folder, options.table);
  const subjectOf = subjectRule(options, table);
  return {
    name: "folder",
    title: "Recordings of a folder",
    source: "local files",
    licence: "not stated",
    windowSeconds: 5,
    hopSeconds: 5,
    tasks: table?.tasks ?? {},
    async plan(where) {
      const files = await where.list();
      const chosen = table === undefined ? files.filter(isRecording) : listed(table, files);
      if (chosen.length === 0) throw nothingThere(files);
      return Promise.all(chosen.map((path) => partOf(where, path, subjectOf(path), table)));
    },
  };
}

async function partOf(folder: DataFolder, path: string, subject: string, table?: LabelTable): Promise<DatasetPart> {
  const row = table?.rows.get(path);
  const id = path.length <= LONGEST_ID ? path : `${path.slice(-LONGEST_ID)}-${await digest(path)}`;
  const labels = row?.labels ?? {};
  async function* recordings(): AsyncGenerator<LabelledRecording> {
    yield {
      recording: await folder.open(path),
      id: path.split("/").at(-1)!,
      subject,
      split: row?.split,
      labels: () => labels,
    };
  }
  return { id, recordings };
}

/** The subject of a path. @throws UsageError for an expression that cannot be read or a path that has none */
function subjectRule({ subject }: FolderOptions, table?: LabelTable): (path: string) => string {
  const expression = subject === undefined ? undefined : readExpression(subject);
  return (path) => {
    const told = table?.rows.get(path)?.subject;
    if (told !== undefined) return told;
    if (expression === undefined && path.includes("/")) return path.slice(0, path.indexOf("/"));
    const found = expression?.exec(path);
    const name = found?.[1] ?? found?.[0] ?? "";
    if (name !== "") return name;
    throw new UsageError({
      where: path.split("/").at(-1)!,
      what: "has no subject",
      expected: expression === undefined ? "a folder for each person" : `a path that fits ${subject}`,
      got: expression === undefined ? "a file beside the folders" : path,
      todo: 'Give --subject with an expression whose group is the person, e.g. "(S\\d+)", or a --table with a column subject',
    });
  };
}

function readExpression(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (cause) {
    throw new UsageError({ where: "--subject", what: "is no regular expression", got: JSON.stringify(text), cause });
  }
}

const EXTENSIONS = FORMATS.flatMap(({ extensions }) => extensions);

/** Of a WFDB record only its header: signals and annotations belong to it. */
const isRecording = (path: string): boolean => {
  const name = path.toLowerCase();
  return !/\.(dat|atr)$/.test(name) && EXTENSIONS.some((extension) => name.endsWith(extension));
};

function listed({ name, rows }: LabelTable, files: readonly string[]): string[] {
  const there = new Set(files);
  const lost = [...rows.keys()].filter((path) => !there.has(path));
  if (lost.length === 0) return [...rows.keys()].sort((a, b) => (a < b ? -1 : 1));
  throw new FormatError({
    where: name,
    what: `lists ${lost.length} files that are not in the folder`,
    got: lost.slice(0, 5).join(", "),
    todo: "Write paths relative to the folder, with /",
  });
}

const nothingThere = (files: readonly string[]): FormatError =>
  new FormatError({
    where: "folder",
    what: "holds no recording",
    expected: `files ending in ${[...new Set(EXTENSIONS)].join(", ")}`,
    got: files.length === 0 ? "an empty folder" : files.slice(0, 5).join(", "),
  });

/** 16 hexadecimal digits. */
const digest = async (text: string): Promise<string> => (await sha256Hex(new TextEncoder().encode(text))).slice(0, 16);
