import { decodeText, parseNumber } from "./field.ts";

/** One time-stamped annotation list: `+onset[␕duration]␔text␔text␔…␔␀`. */
export interface Tal {
  /** Seconds after the start time of the header. */
  readonly onset: number;
  /** Seconds; 0 where not given. */
  readonly duration: number;
  /** As written; an empty first text makes the first list of a data record the one that keeps its time. */
  readonly texts: readonly string[];
}

export const TEXT_END = 0x14;
export const DURATION_MARK = 0x15;

/**
 * Read the annotation bytes of one data record.
 * @returns the lists that are whole, and how many are not
 * @see https://www.edfplus.info/specs/edfplus.html section 2.2.2
 */
export function parseTals(bytes: Uint8Array): { tals: Tal[]; broken: number } {
  const tals: Tal[] = [];
  let broken = 0;
  let start = 0;
  while (start < bytes.length) {
    if (bytes[start] === 0) {
      start++;
      continue;
    }
    const nul = bytes.indexOf(0, start);
    const end = nul < 0 ? bytes.length : nul;
    const tal = parseTal(bytes.subarray(start, end));
    if (tal === undefined) broken++;
    else tals.push(tal);
    start = end + 1;
  }
  return { tals, broken };
}

function parseTal(bytes: Uint8Array): Tal | undefined {
  const headEnd = bytes.indexOf(TEXT_END);
  if (headEnd < 0 || bytes[bytes.length - 1] !== TEXT_END) return undefined;
  const head = bytes.subarray(0, headEnd);
  const mark = head.indexOf(DURATION_MARK);
  const onset = parseSeconds(mark < 0 ? head : head.subarray(0, mark));
  const duration = mark < 0 ? 0 : parseSeconds(head.subarray(mark + 1));
  if (!Number.isFinite(onset) || !(duration >= 0 && duration < Number.POSITIVE_INFINITY)) return undefined;
  return { onset, duration, texts: splitTexts(bytes, headEnd + 1) };
}

function parseSeconds(bytes: Uint8Array): number {
  return bytes.length > 32 ? Number.NaN : parseNumber(String.fromCharCode(...bytes).trim());
}

function splitTexts(bytes: Uint8Array, from: number): string[] {
  const texts: string[] = [];
  for (let start = from; start < bytes.length; ) {
    const end = bytes.indexOf(TEXT_END, start);
    texts.push(end === start ? "" : decodeText(bytes.subarray(start, end)));
    start = end + 1;
  }
  return texts;
}
