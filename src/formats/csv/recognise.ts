import { Gunzip } from "fflate";
import { contentLines, findDialect, numberIn, secondsIn, splitLine } from "./dialect.ts";
import { encodingOf, isGzip } from "./textBlocks.ts";

const NAMES = /\.(csv|tsv)(\.gz)?$/i;

/** Whether the first bytes, inflated where gzipped, are text with rows of numbers; a name ending in .csv or .tsv needs text alone. */
export function looksLikeTable(head: Uint8Array, name: string): boolean {
  const bytes = isGzip(head) ? inflatedHead(head) : head;
  if (bytes.length === 0) return NAMES.test(name);
  const text = new TextDecoder(encodingOf(bytes)).decode(bytes);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters tell that it is no text
  if (/[\u0000-\u0008\u000e-\u001f]/.test(text)) return false;
  if (NAMES.test(name)) return true;
  const lines = contentLines(text).slice(0, 40);
  const complete = lines.length > 1 ? lines.slice(0, -1) : lines; // the last one may be cut off
  const dialect = findDialect(complete.length > 3 ? complete.slice(2) : complete.slice(-1));
  const rows = complete.slice(complete.length > 3 ? 2 : -1).map((line) => splitLine(line, dialect.separator));
  return rows.length > 0 && rows.every((fields) => 2 * numbersIn(fields, dialect.decimalComma) >= fields.length);
}

const numbersIn = (fields: readonly string[], decimalComma: boolean): number =>
  fields.filter((field) => !Number.isNaN(numberIn(field, decimalComma)) || !Number.isNaN(secondsIn(field))).length;

/** What the first bytes of a gzip file inflate to, as far as it goes. */
function inflatedHead(head: Uint8Array): Uint8Array {
  let found = new Uint8Array(0);
  const stream = new Gunzip((piece) => {
    if (found.length === 0) found = piece.slice(0, head.length);
  });
  try {
    stream.push(head.slice());
  } catch {
    return found; // damaged: opening it will say so
  }
  return found;
}
