import { parse } from "csv-parse/browser/esm/sync";
import { FormatError } from "../../errors.ts";
import type { ByteSource } from "../source/byteSource.ts";
import {
  contentLines,
  type Dialect,
  findDialect,
  isComment,
  isMissing,
  numberIn,
  secondsIn,
  splitLine,
} from "./dialect.ts";
import { textBlocks } from "./textBlocks.ts";

/** Most columns accepted. */
const MOST_COLUMNS = 4096;
/** Values that a column has room for before it grows: a line may have thousands of columns and no second one follow. */
const FIRST_ROWS = 64;
/** Lines from which separator, header and width are found. */
const DIALECT_LINES = 60;
/** Share of rows with a wrong number of fields above which the table is refused. */
const MOST_RAGGED = 0.1;

/** A numeric table in memory, 8 bytes per value. */
export interface Table {
  /** Header fields, trimmed; undefined without a header. */
  readonly header?: readonly string[];
  /** A second header row of units, where there is one. */
  readonly units?: readonly string[];
  readonly columns: readonly Column[];
  readonly nRows: number;
  /** Remarks and lines before the table. */
  readonly preamble: readonly string[];
  readonly warnings: readonly string[];
}

/** A column that grows. Dates and times of day are held as seconds, missing values as NaN. */
export class Column {
  private data = new Float64Array(FIRST_ROWS);
  private length = 0;
  /** Fields that are neither numbers nor missing. */
  nTexts = 0;

  push(value: number): void {
    if (this.length === this.data.length) {
      const grown = new Float64Array(2 * this.length);
      grown.set(this.data);
      this.data = grown;
    }
    this.data[this.length++] = value;
  }

  pop(): void {
    this.length--;
  }

  get values(): Float64Array {
    return this.data.subarray(0, this.length);
  }
}

/**
 * Read a table line by line; only numbers are kept.
 * @throws FormatError when there are no rows or too many of them have another number of fields than the others
 */
export async function readTable(source: ByteSource): Promise<Table> {
  let reader: TableReader | undefined;
  let pending = "";
  for await (const block of textBlocks(source)) {
    if (reader === undefined) {
      pending += block;
      if (pending.length < 2 ** 16 && contentLines(pending).length < DIALECT_LINES) continue;
      reader = new TableReader(source.name, pending);
      pending = "";
    } else reader.take(block);
  }
  reader ??= new TableReader(source.name, pending);
  return reader.finish();
}

/** Fields of a line whose quotes stand around whole fields and hide nothing; a parser for each line takes seven times as long. */
function plainlyQuoted(line: string, separator: Dialect["separator"]): string[] | undefined {
  if (separator === "space") return undefined;
  const fields = splitLine(line, separator).map((field) => field.trim());
  if (!fields.every((field) => !field.includes('"') || /^"[^"]*"$/.test(field))) return undefined;
  return fields.map((field) => (field.startsWith('"') ? field.slice(1, -1) : field));
}

class TableReader {
  private readonly dialect: Dialect;
  private readonly columns: Column[];
  /** Columns in which the first rows hold numbers. */
  private readonly numeric: readonly boolean[];
  private readonly preamble: string[] = [];
  private header?: string[];
  private units?: string[];
  private line = 0;
  private nRows = 0;
  private nRagged = 0;
  private firstRagged = 0;
  private lastRagged = false;
  private endsWithNewline = true;

  constructor(
    private readonly name: string,
    firstText: string,
  ) {
    const lines = contentLines(firstText).slice(0, DIALECT_LINES);
    // the first lines may be a preamble or a header, the last one may be cut off
    this.dialect = findDialect(lines.length > 6 ? lines.slice(3, -1) : lines.slice(lines.length > 2 ? 1 : 0));
    if (this.dialect.width > MOST_COLUMNS) {
      const got = String(this.dialect.width);
      throw new FormatError({ where: name, what: "has too many columns", expected: `at most ${MOST_COLUMNS}`, got });
    }
    this.columns = Array.from({ length: this.dialect.width }, () => new Column());
    this.numeric = this.findNumeric(lines.slice(1));
    this.take(firstText.replace(/^\uFEFF/, ""));
  }

  /** Take a block of whole lines. */
  take(text: string): void {
    this.endsWithNewline = /[\r\n]$/.test(text);
    const lines = text.split(/\r\n|\n|\r/);
    if (this.endsWithNewline) lines.pop();
    for (const line of lines) {
      this.line++;
      if (line.trim() === "") continue;
      if (isComment(line)) {
        if (this.preamble.length < 100) this.preamble.push(line);
      } else this.takeLine(line);
    }
  }

  private takeLine(line: string): void {
    const fields = this.fieldsOf(line);
    const started = this.nRows > 0 || this.header !== undefined;
    if (!started && fields.length < this.dialect.width && this.preamble.length < 100) {
      this.preamble.push(line); // not yet the table
    } else if (this.nRows === 0 && this.isHeading(fields)) {
      const names = fields.map((field) => field.trim());
      if (this.header === undefined) this.header = names;
      else this.units ??= names;
    } else this.takeRow(fields);
  }

  private fieldsOf(line: string): string[] {
    return line.includes('"') ? this.unquote(line) : splitLine(line, this.dialect.separator);
  }

  private unquote(line: string): string[] {
    const { separator } = this.dialect;
    const plain = plainlyQuoted(line, separator);
    if (plain !== undefined) return plain;
    const delimiter = separator === "space" ? " " : separator;
    const options = { delimiter, relax_column_count: true, relax_quotes: true, trim: true } as const;
    try {
      return (parse(line, options) as string[][])[0] ?? [];
    } catch {
      return splitLine(line, separator); // an open quote: the fields are texts
    }
  }

  private findNumeric(lines: readonly string[]): boolean[] {
    const rows = lines.map((line) => this.fieldsOf(line));
    return this.columns.map((_, c) => {
      const numbers = rows.filter((fields) => !Number.isNaN(this.valueOf(fields[c] ?? "")));
      return 2 * numbers.length > rows.length;
    });
  }

  /** A row without any number is a heading, and so is a first row that holds names where numbers follow. */
  private isHeading(fields: readonly string[]): boolean {
    const isText = (field: string): boolean => !isMissing(field) && Number.isNaN(this.valueOf(field));
    if (fields.some((field, c) => isText(field) && this.numeric[c]) && this.header === undefined) return true;
    return fields.some(isText) && fields.every((field) => Number.isNaN(this.valueOf(field)));
  }

  private valueOf(field: string): number {
    const value = numberIn(field, this.dialect.decimalComma);
    return Number.isNaN(value) && field.includes(":") ? secondsIn(field) : value;
  }

  private takeRow(fields: readonly string[]): void {
    const extra = fields.slice(this.columns.length);
    this.lastRagged = fields.length < this.columns.length || extra.some((field) => field.trim() !== "");
    if (this.lastRagged) {
      this.nRagged++;
      this.firstRagged ||= this.line;
    }
    this.columns.forEach((column, c) => {
      const field = fields[c] ?? "";
      const value = this.valueOf(field);
      if (Number.isNaN(value) && !isMissing(field)) column.nTexts++;
      column.push(value);
    });
    this.nRows++;
  }

  finish(): Table {
    const warnings: string[] = [];
    if (this.lastRagged && !this.endsWithNewline) this.dropLast(warnings);
    if (this.nRows === 0) {
      throw new FormatError({ where: this.name, what: "has no rows of numbers", got: `${this.line} lines` });
    }
    if (this.nRagged > MOST_RAGGED * this.nRows) {
      throw new FormatError({
        where: this.name,
        what: "is not a regular table",
        at: `line ${this.firstRagged}`,
        expected: `${this.columns.length} fields in every row`,
        got: `another number in ${this.nRagged} of ${this.nRows} rows`,
      });
    }
    if (this.nRagged > 0) {
      warnings.push(
        `${this.nRagged} of ${this.nRows} rows have another number of fields than ${this.columns.length} (first in line ${this.firstRagged}): missing values are NaN.`,
      );
    }
    const { header, units, columns, nRows, preamble } = this;
    return { header, units, columns, nRows, preamble, warnings };
  }

  /** The last line has no line end and too few fields: writing it was interrupted. */
  private dropLast(warnings: string[]): void {
    for (const column of this.columns) column.pop();
    this.nRows--;
    this.nRagged--;
    warnings.push(`The last line (${this.line}) is incomplete and was left out.`);
  }
}
