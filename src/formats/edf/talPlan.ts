import type { Annotation } from "../../signal/recording.ts";
import { DURATION_MARK, TEXT_END } from "./tal.ts";

/** An annotation as it is written, in the time of the file. */
export interface WrittenTal {
  readonly onset: number;
  readonly bytes: Uint8Array;
}

/** Which annotations stand in which record. */
export interface TalPlan {
  /** Annotation bytes per record, even. */
  readonly slotBytes: number;
  /** Record r holds the annotations from `starts[r]` to `starts[r + 1]` (not included). */
  readonly starts: Uint32Array;
}

/** Longest text that is written, UTF-8 bytes: every record has room for the longest. */
const MOST_TEXT_BYTES = 1000;
const encoder = new TextEncoder();

/** Seconds as a signed decimal. */
function secondsText(seconds: number): string {
  const size = Math.abs(seconds);
  const text = String(size);
  const plain = text.includes("e") ? size.toFixed(12).replace(/\.?0+$/, "") : text;
  return (seconds < 0 ? "-" : "+") + plain;
}

/** The list by which a record keeps its time. */
export const timeKeepingTal = (onset: number): Uint8Array => encoder.encode(`${secondsText(onset)}\x14\x14\0`);

/**
 * Encode annotations for the file, in order of time.
 * @param shift added to every onset, seconds
 * @param labels of the channels as written; an annotation of a channel ends in `@@label`
 * @param warnings gets a sentence for what cannot be written as it is
 */
export function encodeTals(
  annotations: readonly Annotation[],
  shift: number,
  labels: readonly string[],
  warnings: string[],
): WrittenTal[] {
  const timed = annotations.filter(({ onset }) => Number.isFinite(onset) && Math.abs(onset) < 1e15);
  const lost = annotations.length - timed.length;
  if (lost > 0) warnings.push(`${lost} annotations without a usable onset were left out.`);
  let cut = 0;
  const written = timed.map(({ onset, duration, text, channel }) => {
    const label = channel === undefined ? undefined : labels[channel];
    const full = encoder.encode(cleanText(text));
    if (full.length > MOST_TEXT_BYTES) cut++;
    const time = shift === 0 ? onset : nanoseconds(onset + shift);
    return { onset: time, bytes: encodeTal(time, duration, shortened(full), label) };
  });
  if (cut > 0) warnings.push(`${cut} annotations were shortened to ${MOST_TEXT_BYTES} bytes of text.`);
  return written.sort((a, b) => a.onset - b.onset);
}

/** Without the rounding noise of sums of decimals. */
export const nanoseconds = (seconds: number): number => Math.round(seconds * 1e9) / 1e9;

function encodeTal(onset: number, duration: number, text: Uint8Array, label: string | undefined): Uint8Array {
  const length = duration > 0 && Number.isFinite(duration) ? secondsText(duration).slice(1) : "";
  const head = encoder.encode(secondsText(onset) + (length === "" ? "" : String.fromCharCode(DURATION_MARK) + length));
  const tail = encoder.encode(label === undefined ? "" : `@@${label}`);
  return Uint8Array.from([...head, TEXT_END, ...text, ...tail, TEXT_END, 0]);
}

/** Control characters other than tab and line ends are not allowed, an empty text would keep time. */
function cleanText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, " ") || " ";
}

/** Cut between characters: bytes 10xxxxxx continue one. */
function shortened(text: Uint8Array): Uint8Array {
  let end = Math.min(text.length, MOST_TEXT_BYTES);
  while (end < text.length && (text[end] & 0xc0) === 0x80) end--;
  return text.subarray(0, end);
}

/**
 * Find the smallest room per record that holds all annotations. Each stands in the record it falls into, or a later one
 * when that is full; where this does not work out (many after the last sample), in any record from the first on.
 * @param onsetOf start of a record, seconds
 */
export function planTals(
  tals: readonly WrittenTal[],
  nRecords: number,
  onsetOf: (record: number) => number,
  recordDuration: number,
): TalPlan {
  const kept = Uint8Array.from({ length: nRecords }, (_, r) => timeKeepingTal(onsetOf(r)).length);
  const longest = tals.reduce((most, { bytes }) => Math.max(most, bytes.length), 0);
  const least = kept.reduce((most, length) => Math.max(most, length), 0) + longest;
  const endOf = (record: number): number => (record === nRecords - 1 ? Infinity : onsetOf(record) + recordDuration);
  for (let slotBytes = least + (least % 2); ; slotBytes = 2 * Math.ceil(slotBytes * 0.75)) {
    const starts = place(tals, kept, slotBytes, endOf) ?? place(tals, kept, slotBytes, () => Infinity);
    if (starts !== undefined) return { slotBytes, starts };
  }
}

function place(
  tals: readonly WrittenTal[],
  kept: Uint8Array,
  slotBytes: number,
  endOf: (record: number) => number,
): Uint32Array | undefined {
  const starts = new Uint32Array(kept.length + 1);
  let next = 0;
  for (let record = 0; record < kept.length; record++) {
    let room = slotBytes - kept[record];
    const end = endOf(record);
    while (next < tals.length && tals[next].onset < end && tals[next].bytes.length <= room) {
      room -= tals[next].bytes.length;
      next++;
    }
    starts[record + 1] = next;
  }
  return next === tals.length ? starts : undefined;
}
