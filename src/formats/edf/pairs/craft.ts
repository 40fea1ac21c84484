/** For tests: EDF and BDF bytes with any header field bent. Text fields are written byte for byte (Latin-1). */
export interface CraftedSignal {
  readonly label?: string;
  readonly transducer?: string;
  readonly unit?: string;
  readonly physicalMin?: string;
  readonly physicalMax?: string;
  readonly digitalMin?: string;
  readonly digitalMax?: string;
  readonly prefilter?: string;
  /** What the header states; `samples` decides what is written. */
  readonly samplesPerRecord?: string;
  /** Stored numbers, per record; of annotation signals use `tals`. */
  readonly samples?: readonly (readonly number[])[];
  /** Annotation bytes, per record, padded with NULs to the longest. */
  readonly tals?: readonly string[];
}

export interface CraftedFile {
  readonly version?: string;
  readonly patient?: string;
  readonly recording?: string;
  readonly date?: string;
  readonly time?: string;
  readonly headerBytes?: string;
  readonly reserved?: string;
  readonly nRecords?: string;
  readonly duration?: string;
  readonly nSignals?: string;
  readonly sampleBytes?: 2 | 3;
  readonly pad?: string;
  readonly signals: readonly CraftedSignal[];
}

/** The bytes of a file whose fields are sound unless stated otherwise. */
export function craftEdf(file: CraftedFile): Uint8Array {
  const { signals, pad = " ", sampleBytes = 2 } = file;
  const slots = signals.map((signal) => slotBytes(signal, sampleBytes));
  const nRecords = slots[0]?.length ?? 0;
  const field = (text: string, width: number): string => text.slice(0, width).padEnd(width, pad);
  const column = (width: number, of: (signal: CraftedSignal, i: number) => string): string =>
    signals.map((signal, i) => field(of(signal, i), width)).join("");
  const limit = 2 ** (8 * sampleBytes - 1);
  const header = [
    field(file.version ?? (sampleBytes === 3 ? "\u00ffBIOSEMI" : "0"), 8),
    field(file.patient ?? "X X X X", 80),
    field(file.recording ?? "Startdate X X X X", 80),
    field(file.date ?? "01.01.85", 8),
    field(file.time ?? "00.00.00", 8),
    field(file.headerBytes ?? String(256 * (signals.length + 1)), 8),
    field(file.reserved ?? "", 44),
    field(file.nRecords ?? String(nRecords), 8),
    field(file.duration ?? "1", 8),
    field(file.nSignals ?? String(signals.length), 4),
    column(16, ({ label, tals }, i) => label ?? (tals === undefined ? `C${i}` : "EDF Annotations")),
    column(80, ({ transducer = "" }) => transducer),
    column(8, ({ unit, tals }) => unit ?? (tals === undefined ? "uV" : "")),
    column(8, ({ physicalMin = "-100" }) => physicalMin),
    column(8, ({ physicalMax = "100" }) => physicalMax),
    column(8, ({ digitalMin = String(-limit) }) => digitalMin),
    column(8, ({ digitalMax = String(limit - 1) }) => digitalMax),
    column(80, ({ prefilter = "" }) => prefilter),
    column(8, ({ samplesPerRecord }, i) => samplesPerRecord ?? String((slots[i][0]?.length ?? 0) / sampleBytes)),
    column(32, () => ""),
  ].join("");
  const records = Array.from({ length: nRecords }, (_, r) => slots.flatMap((slot) => [...slot[r]])).flat();
  return Uint8Array.from([...[...header].map((c) => c.charCodeAt(0)), ...records]);
}

/** One array of bytes per record. */
function slotBytes({ samples, tals }: CraftedSignal, sampleBytes: number): number[][] {
  if (tals !== undefined) {
    const encoded = tals.map((tal) => [...new TextEncoder().encode(tal)]);
    const longest = Math.max(...encoded.map(({ length }) => length));
    const width = Math.ceil(longest / sampleBytes) * sampleBytes;
    return encoded.map((bytes) => [...bytes, ...new Array<number>(width - bytes.length).fill(0)]);
  }
  return (samples ?? []).map((record) =>
    record.flatMap((value) => Array.from({ length: sampleBytes }, (_, byte) => (value >> (8 * byte)) & 0xff)),
  );
}

/** A time-keeping list for a record that starts at `onset` (seconds), followed by `rest`. */
export const timed = (onset: number, rest = ""): string => `+${onset}\x14\x14\0${rest}`;
