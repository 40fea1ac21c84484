import type { RawEvent } from "./annotationFile.ts";
import { AHA_CODES, LAST_CODE } from "./codes.ts";
import { decodeTerminated } from "./text.ts";

const RECORD_BYTES = 16;
/** Fills the rest of the last block. */
const PADDING = 0xff;
/** Subtype of an unreadable stretch ("U"). */
const UNREADABLE = -1;
const UNREADABLE_CODE = 14;

/** Files of the AHA format start with a zero byte, an AHA label other than "[" and "]", and serial number 1 or above. */
export function isAhaFile(bytes: Uint8Array): boolean {
  if (bytes.length < RECORD_BYTES || bytes.length % RECORD_BYTES !== 0 || bytes[0] !== 0) return false;
  const label = String.fromCharCode(bytes[1]);
  const serial = bytes[6] | (bytes[7] << 8);
  return AHA_CODES.has(label) && label !== "[" && label !== "]" && serial > 0 && serial < 0x8000;
}

/**
 * Parse the AHA annotation format: records of 16 bytes with label, 32-bit time, serial number, and, where the WFDB software
 * wrote the file, MIT subtype, MIT code and six characters.
 * @returns `milliseconds` where the last eight bytes are unused throughout: times of the AHA's own files are in ms, others in samples
 * @see https://physionet.org/physiotools/wag/annot-5.htm
 */
export function parseAhaAnnotations(
  bytes: Uint8Array,
  file: string,
): { events: RawEvent[]; milliseconds: boolean; warnings: string[] } {
  const events: RawEvent[] = [];
  const warnings: string[] = [];
  let milliseconds = true;
  for (let at = 0; at < bytes.length && bytes[at] !== PADDING; at += RECORD_BYTES) {
    const record = bytes.subarray(at, at + RECORD_BYTES);
    if (record.subarray(8).some((byte) => byte !== 0)) milliseconds = false;
    const event = readRecord(record);
    if (event === undefined) {
      warnings.push(`${file}: unknown AHA label at byte ${at}; what follows is not read.`);
      break;
    }
    if (event.time >= 0) events.push(event);
    else warnings.push(`${file}: the annotation at byte ${at} is before the start of the record and is left out.`);
  }
  return { events, milliseconds, warnings };
}

function readRecord(record: Uint8Array): RawEvent | undefined {
  const label = String.fromCharCode(record[1]);
  const code = record[9] > 0 && record[9] <= LAST_CODE ? record[9] : AHA_CODES.get(label);
  if (code === undefined) return undefined;
  const subtype = (record[8] << 24) >> 24;
  return {
    time: ((record[2] | (record[3] << 8)) << 16) | record[4] | (record[5] << 8),
    code,
    num: 0,
    subtype: code === UNREADABLE_CODE && label === "U" && subtype === 0 ? UNREADABLE : subtype,
    aux: decodeTerminated(record.subarray(10)),
  };
}
