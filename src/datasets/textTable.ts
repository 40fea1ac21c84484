import { FormatError } from "../errors.ts";

/** A small table of texts: what people say of their recordings. */
export interface TextTable {
  readonly name: string;
  readonly columns: readonly string[];
  /** One entry per row and column; every row is as long as `columns`. */
  readonly rows: readonly (readonly string[])[];
}

/** Largest table, bytes: it is held in memory as texts. */
const MOST_BYTES = 256 * 2 ** 20;

/**
 * Read a table with a header: commas, semicolons or tabs between fields (whichever the header has most of), quotes as in RFC 4180.
 * Fields are trimmed; empty lines are skipped.
 * @throws FormatError for a row with another number of fields than the header, a quote that stays open, or a column named twice
 * @see https://www.rfc-editor.org/rfc/rfc4180
 */
export function readTextTable(bytes: Uint8Array, name: string): TextTable {
  if (bytes.length > MOST_BYTES) {
    throw new FormatError({ where: name, what: "is too large for a table", expected: `at most ${MOST_BYTES} bytes` });
  }
  const text = new TextDecoder().decode(bytes); // takes a byte order mark away
  const records = splitRecords(text, delimiterOf(text), name);
  if (records.length === 0)
    throw new FormatError({ where: name, what: "is empty", expected: "a line of column names" });
  const [{ fields: columns }, ...rest] = records;
  const twice = columns.find((column, c) => columns.indexOf(column) < c);
  if (twice !== undefined)
    throw new FormatError({ where: name, what: `has two columns named ${JSON.stringify(twice)}` });
  const rows = rest.map(({ fields, line }) => {
    if (fields.length === columns.length) return fields;
    throw new FormatError({
      where: name,
      what: "has a row of another length than its header",
      at: `line ${line}`,
      expected: `${columns.length} fields`,
      got: String(fields.length),
    });
  });
  return { name, columns, rows };
}

/**
 * The entries of a column.
 * @throws FormatError where there is none of that name
 */
export function columnOf({ name, columns, rows }: TextTable, column: string): string[] {
  const index = columns.indexOf(column);
  if (index >= 0) return rows.map((row) => row[index]);
  throw new FormatError({ where: name, what: "lacks a column", expected: column, got: columns.join(", ") });
}

function delimiterOf(text: string): string {
  const end = text.search(/[\r\n]/);
  const header = end < 0 ? text : text.slice(0, end);
  const count = (mark: string) => header.split(mark).length;
  return [",", ";", "\t"].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}

interface TextRecord {
  readonly fields: string[];
  /** Line in the file that it starts on, from 1. */
  readonly line: number;
}

function splitRecords(text: string, delimiter: string, where: string): TextRecord[] {
  const records: TextRecord[] = [];
  let [line, at] = [1, 0];
  while (at < text.length) {
    const record: TextRecord = { fields: [], line };
    let more = true;
    while (more) {
      const field = readField(text, at, delimiter);
      if (field === undefined)
        throw new FormatError({ where, what: "has a quote that stays open", at: `line ${line}` });
      record.fields.push(field.value);
      line += field.lines;
      at = field.end;
      more = text[at] === delimiter;
      if (more) at++;
    }
    at += text.startsWith("\r\n", at) ? 2 : 1;
    line++;
    if (record.fields.length > 1 || record.fields[0] !== "") records.push(record);
  }
  return records;
}

/** The field from `from` to the delimiter or line end at `end`; undefined where its quote stays open. */
function readField(
  text: string,
  from: number,
  delimiter: string,
): { value: string; end: number; lines: number } | undefined {
  const stops = new RegExp(`[\\r\\n${delimiter}]`, "g");
  const stopAfter = (at: number): number => {
    stops.lastIndex = at;
    return stops.exec(text)?.index ?? text.length;
  };
  if (text[from] !== '"') {
    const end = stopAfter(from);
    return { value: text.slice(from, end).trim(), end, lines: 0 };
  }
  const close = closingQuote(text, from + 1);
  if (close === undefined) return undefined;
  const quoted = text.slice(from + 1, close);
  return {
    value: quoted.replaceAll('""', '"').trim(),
    end: stopAfter(close + 1),
    lines: quoted.split("\n").length - 1,
  };
}

/** Two quotes inside a quoted field stand for one. */
function closingQuote(text: string, from: number): number | undefined {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 2)) if (text[at + 1] !== '"') return at;
  return undefined;
}
