/** Columns of the fixed part of an EDF header: offset and width in bytes. @see https://www.edfplus.info/specs/edf.html */
const FIELDS = {
  patient: [8, 80],
  recording: [88, 80],
  startDate: [168, 8],
  startTime: [176, 8],
  headerBytes: [184, 8],
  nRecords: [236, 8],
  recordDuration: [244, 8],
  nSignals: [252, 4],
} as const;

type Field = keyof typeof FIELDS;

/**
 * A stretch of an EDF file: whole data records, byte for byte, under a header that says nothing of the person or the day.
 * @param from seconds; a multiple of the record duration, as `seconds` is
 */
export function cutEdf(file: Uint8Array, from: number, seconds: number): Uint8Array {
  const headerBytes = Number(textOf(file, "headerBytes"));
  const perRecord = Number(textOf(file, "recordDuration"));
  const recordBytes = bytesOfRecord(file);
  const [first, count] = [from / perRecord, seconds / perRecord];
  const start = headerBytes + first * recordBytes;
  const end = start + count * recordBytes;
  if (!Number.isInteger(first) || !Number.isInteger(count) || end > file.length) {
    throw new RangeError(`${seconds} s from ${from} s are no whole records of the file`);
  }
  const header = file.slice(0, headerBytes);
  setText(header, "patient", "X X X X");
  setText(header, "recording", "Startdate X X X X");
  setText(header, "startDate", "01.01.85"); // with the X above: not known
  setText(header, "startTime", "00.00.00");
  setText(header, "nRecords", String(count));
  const out = new Uint8Array(headerBytes + end - start);
  out.set(header);
  out.set(file.subarray(start, end), headerBytes);
  return out;
}

/** Two bytes for every sample of every signal; "samples per record" is the ninth block of the signal table. */
function bytesOfRecord(file: Uint8Array): number {
  const nSignals = Number(textOf(file, "nSignals"));
  const table = 256 + nSignals * 216;
  const counts = Array.from({ length: nSignals }, (_, s) =>
    Number(ascii(file.subarray(table + 8 * s, table + 8 * s + 8))),
  );
  return 2 * counts.reduce((sum, count) => sum + count, 0);
}

const ascii = (bytes: Uint8Array): string => String.fromCharCode(...bytes).trim();

function textOf(file: Uint8Array, field: Field): string {
  const [offset, width] = FIELDS[field];
  return ascii(file.subarray(offset, offset + width));
}

function setText(header: Uint8Array, field: Field, text: string): void {
  const [offset, width] = FIELDS[field];
  header.set(new TextEncoder().encode(text.padEnd(width)), offset);
}
