import type { RawEvent } from "./annotationFile.ts";
import { NOT_AN_ANNOTATION } from "./codes.ts";
import { decodeTerminated } from "./text.ts";

/** Pseudo-annotations: they carry no time of their own but say more about the annotation in front of them. */
const SKIP = 59;
const NUM = 60;
const SUB = 61;
const CHN = 62;
const AUX = 63;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A word of the file, with the bytes that belong to it: a long interval after SKIP, padded text after AUX. */
interface Item {
  readonly code: number;
  readonly value: number;
  readonly content: Uint8Array;
}

/**
 * Parse the MIT annotation format: little-endian words, six bits of code over ten bits of time since the annotation before.
 * SKIP adds a 32-bit interval, NUM and CHN hold for what follows, SUB and AUX for one annotation.
 * Stops at the end mark (a zero word), or at the end of the bytes with a warning.
 * @see https://physionet.org/physiotools/wag/annot-5.htm
 */
export function parseMitAnnotations(bytes: Uint8Array, file: string): { events: RawEvent[]; warnings: string[] } {
  const events: Mutable<RawEvent>[] = [];
  const warnings: string[] = [];
  let time = 0;
  let num = 0;
  let channel: number | undefined;
  for (const { code, value, content } of readItems(bytes, file, warnings)) {
    if (code < SKIP) {
      time += value;
      events.push({ time, code, num, channel, subtype: 0 });
      continue;
    }
    const last: Partial<Mutable<RawEvent>> = events.at(-1) ?? {};
    if (code === SKIP) time += longInterval(content);
    else if (code === NUM) {
      num = signedByte(value);
      last.num = num;
    } else if (code === CHN) {
      channel = value & 0xff;
      last.channel = channel;
    } else if (code === SUB) last.subtype = signedByte(value);
    else last.aux = decodeTerminated(content);
  }
  return { events: withinRecord(events, file, warnings), warnings };
}

/** Cut the file into its items; a problem ends it with a warning. */
function* readItems(bytes: Uint8Array, file: string, warnings: string[]): Generator<Item> {
  let at = 0;
  while (at + 2 <= bytes.length) {
    const word = bytes[at] | (bytes[at + 1] << 8);
    if (word === 0) return;
    const code = word >> 10;
    const length = contentLength(code, word);
    if (at + 2 + length > bytes.length) break;
    // the padding of a text of odd length is skipped, not read
    const content = bytes.subarray(at + 2, at + 2 + (code === AUX ? word & 0xff : length));
    yield { code, value: word & 0x3ff, content };
    at += 2 + length;
  }
  warnings.push(`${file} has no end mark; it may be truncated at byte ${at}.`);
}

function contentLength(code: number, word: number): number {
  if (code === SKIP) return 4;
  return code === AUX ? ((word & 0xff) + 1) & ~1 : 0;
}

/** The high word first, each low byte first (PDP-11); signed. */
const longInterval = ([b0, b1, b2, b3]: Uint8Array): number => (b0 << 16) | (b1 << 24) | b2 | (b3 << 8);

const signedByte = (value: number): number => (value << 24) >> 24;

/** Null annotations only move the time on. */
function withinRecord(events: readonly RawEvent[], file: string, warnings: string[]): RawEvent[] {
  const real = events.filter(({ code }) => code !== NOT_AN_ANNOTATION);
  const kept = real.filter(({ time }) => time >= 0);
  const early = real.length - kept.length;
  if (early > 0) warnings.push(`${file}: ${early} annotations before the start of the record are left out.`);
  return kept;
}
