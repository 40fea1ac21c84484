/** One signal of a WFDB record: `physical = (stored − baseline) / gain`, in `unit`. */
export interface StoredSignal {
  readonly label: string;
  readonly unit: string;
  readonly gain: number;
  readonly baseline: number;
  readonly bits: number;
  readonly zero: number;
  /** Stored values: whole numbers that fit the format. */
  readonly samples: ArrayLike<number>;
}

/** The files of a record by name: header and signals. */
export type RecordFiles = Readonly<Record<string, Uint8Array>>;

/**
 * A single-segment record. The header has initial values and checksums, and no comments.
 * @param format 16, or 212 for two signals within ±2047
 * @see https://physionet.org/physiotools/wag/header-5.htm
 */
export function writeRecord(
  name: string,
  sfreq: number,
  format: 16 | 212,
  signals: readonly StoredSignal[],
): RecordFiles {
  const nTimes = signals[0].samples.length;
  const lines = signals.map(({ label, unit, gain, baseline, bits, zero, samples }) => {
    const field = `${gain}(${baseline})/${unit}`;
    return `${name}.dat ${format} ${field} ${bits} ${zero} ${samples[0]} ${checksum(samples)} 0 ${label}`;
  });
  const text = [`${name} ${signals.length} ${sfreq} ${nTimes}`, ...lines, ""].join("\n");
  const data = format === 16 ? encode16(signals) : encode212(signals);
  return { [`${name}.hea`]: new TextEncoder().encode(text), [`${name}.dat`]: data };
}

/** Sum of all samples as a signed 16-bit number. */
function checksum(samples: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum = (sum + samples[i]) | 0;
  return (sum << 16) >> 16;
}

/** Two bytes a sample, the low one first; a frame after the other. */
function encode16(signals: readonly StoredSignal[]): Uint8Array {
  const nTimes = signals[0].samples.length;
  const out = new DataView(new ArrayBuffer(2 * signals.length * nTimes));
  for (const [s, { samples }] of signals.entries()) {
    for (let t = 0; t < nTimes; t++) out.setInt16(2 * (t * signals.length + s), whole(samples[t], 32767), true);
  }
  return new Uint8Array(out.buffer);
}

/** Three bytes for two samples of 12 bits: low byte of the first, both high nibbles, low byte of the second. */
function encode212([a, b, ...rest]: readonly StoredSignal[]): Uint8Array {
  if (b === undefined || rest.length > 0) throw new RangeError("format 212 is written for two signals");
  const out = new Uint8Array(3 * a.samples.length);
  for (let t = 0; t < a.samples.length; t++) {
    const [x, y] = [whole(a.samples[t], 2047), whole(b.samples[t], 2047)];
    out.set([x & 0xff, ((x >> 8) & 0x0f) | ((y >> 4) & 0xf0), y & 0xff], 3 * t);
  }
  return out;
}

/** Nothing is rounded or clipped on the way. */
function whole(value: number, most: number): number {
  if (Number.isInteger(value) && Math.abs(value) <= most) return value;
  throw new RangeError(`${value} is no whole number within ±${most}`);
}

const [SKIP, AUX] = [59, 63];

/**
 * An annotation file (MIT format) up to a time: its words as they are, then the end mark.
 * @param nTimes samples of the record that it will belong to
 * @see https://physionet.org/physiotools/wag/annot-5.htm
 */
export function cutAnnotations(file: Uint8Array, nTimes: number): Uint8Array {
  let at = 0;
  let time = 0;
  while (at + 2 <= file.length) {
    const word = file[at] | (file[at + 1] << 8);
    const [code, value] = [word >> 10, word & 0x3ff];
    if (code === SKIP) throw new RangeError("an interval of more than 1023 samples"); // none where we cut
    if (word === 0 || (code < SKIP && time + value >= nTimes)) break;
    if (code < SKIP) time += value;
    at += 2 + (code === AUX ? (value + 1) & ~1 : 0);
  }
  const out = new Uint8Array(at + 2);
  out.set(file.subarray(0, at));
  return out;
}
