import type { ByteSource } from "../source/byteSource.ts";
import { type EdfHeader, headerBytes } from "./header.ts";

/** Where the data records stand, after the header's claims are held against the size of the file. */
export interface EdfLayout {
  /** Byte offset of the first data record. */
  readonly dataOffset: number;
  readonly recordBytes: number;
  readonly sampleBytes: 2 | 3;
  /** Complete data records. */
  readonly nRecords: number;
}

/** @param warnings gets a sentence for each claim that does not hold */
export function planLayout(source: ByteSource, header: EdfHeader, warnings: string[]): EdfLayout {
  const { recordBytes, sampleBytes } = header;
  const dataOffset = planDataOffset(source, header, warnings);
  const nRecords = recordBytes === 0 ? 0 : countRecords(source.size - dataOffset, header, warnings);
  return { dataOffset, recordBytes, sampleBytes, nRecords };
}

/** The signal table ends at 256 · (1 + nSignals); another stated size is believed only if it alone fits the file. */
function planDataOffset({ size }: ByteSource, header: EdfHeader, warnings: string[]): number {
  const { statedBytes, statedRecords, recordBytes, signals } = header;
  const counted = headerBytes(signals.length);
  if (statedBytes === counted) return counted;
  const dataBytes = statedRecords * recordBytes;
  const fits = Number.isInteger(statedBytes) && statedBytes > counted && dataBytes > 0;
  const used = fits && size - statedBytes === dataBytes && size - counted !== dataBytes ? statedBytes : counted;
  const stated = Number.isNaN(statedBytes) ? "no readable size" : `${statedBytes} bytes`;
  warnings.push(`The header states ${stated}, its ${signals.length} signals need ${counted}: ${used} bytes were used.`);
  return used;
}

function countRecords(dataBytes: number, { statedRecords, recordBytes }: EdfHeader, warnings: string[]): number {
  const whole = Math.floor(dataBytes / recordBytes);
  const rest = dataBytes - whole * recordBytes;
  if (!Number.isInteger(statedRecords) || statedRecords < 1) {
    if (whole === 0 && rest === 0) warnings.push("The file ends after its header: it holds no data records.");
    else warnings.push(`The header does not say how many data records there are: ${whole} were counted.`);
    if (rest > 0) warnings.push(`The last data record is incomplete: its ${rest} bytes were left out.`);
    return whole;
  }
  if (whole < statedRecords) {
    const tail = rest > 0 ? ` and ${rest} bytes of an incomplete one, which were left out` : "";
    warnings.push(`The file is truncated: it holds ${whole} of ${statedRecords} data records${tail}.`);
    return whole;
  }
  if (whole > statedRecords && rest === 0) {
    warnings.push(`The header states ${statedRecords} data records but the file holds ${whole}: all were read.`);
    return whole;
  }
  const surplus = dataBytes - statedRecords * recordBytes;
  if (surplus > 0) warnings.push(`${surplus} bytes after the last data record are not data and were left out.`);
  return statedRecords;
}
