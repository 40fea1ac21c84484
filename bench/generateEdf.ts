import { open, rename } from "node:fs/promises";
import { basename } from "node:path";

/** The 10–20 system with both earlobes. */
const LABELS = "Fp1 Fp2 F7 F3 Fz F4 F8 T7 C3 Cz C4 T8 P7 P3 Pz P4 P8 O1 O2 A1 A2".split(" ");

export const EDF_CHANNELS = LABELS.length;
export const EDF_SFREQ = 256;
/** Data records of one second that are made and written at a time. */
const CHUNK = 60;
/** µV per digital step; full scale ±3276.8 µV. */
const STEP = 0.1;

/**
 * Write a plain EDF of EEG-like noise: 21 channels at 256 Hz, records of one second (8 h are 310 MB). Same bytes every time.
 * Made and written chunk by chunk; the file appears under its name when it is complete.
 */
export async function generateEdf(path: string, hours: number): Promise<{ file: string; bytes: number }> {
  const records = Math.round(hours * 3600);
  const partial = `${path}.part`;
  const handle = await open(partial, "w");
  let bytes = 0;
  try {
    const header = edfHeader(records);
    await handle.writeFile(header);
    bytes += header.length;
    const fill = eegNoise();
    for (let done = 0; done < records; done += CHUNK) {
      const chunk = new Int16Array(Math.min(CHUNK, records - done) * EDF_CHANNELS * EDF_SFREQ);
      fill(chunk);
      await handle.writeFile(littleEndian(chunk));
      bytes += chunk.byteLength;
    }
  } finally {
    await handle.close();
  }
  await rename(partial, path);
  return { file: basename(path), bytes };
}

function edfHeader(records: number): Uint8Array {
  const column = (width: number, value: (label: string) => string) =>
    LABELS.map((label) => value(label).padEnd(width)).join("");
  const text = [
    "0".padEnd(8),
    "X X X X".padEnd(80),
    "Startdate X X X panluna_bench".padEnd(80),
    "01.01.85".padEnd(8),
    "22.00.00".padEnd(8),
    String(256 * (1 + EDF_CHANNELS)).padEnd(8),
    "".padEnd(44),
    String(records).padEnd(8),
    "1".padEnd(8),
    String(EDF_CHANNELS).padEnd(4),
    column(16, (label) => `EEG ${label}`),
    column(80, () => "AgAgCl electrode"),
    column(8, () => "uV"),
    column(8, () => "-3276.8"),
    column(8, () => "3276.7"),
    column(8, () => "-32768"),
    column(8, () => "32767"),
    column(80, () => "HP:0.016Hz LP:100Hz"),
    column(8, () => String(EDF_SFREQ)),
    column(32, () => ""),
  ].join("");
  return new TextEncoder().encode(text);
}

/**
 * Fills whole records, channel after channel, carrying its state on: per channel 1/f noise from three leaky sums, an alpha rhythm of
 * 9 to 11 Hz that waxes and wanes, and 50 Hz mains. About 17 µV in all.
 */
function eegNoise(): (chunk: Int16Array) => void {
  const white = whiteNoise(20260404);
  const mains = oneSecond(50, 3);
  const alphas = [9, 10, 11].map((frequency) => oneSecond(frequency, 8));
  const sums = new Float64Array(3 * EDF_CHANNELS);
  let second = 0;
  return (chunk) => {
    for (let at = 0; at < chunk.length; second++) {
      for (let c = 0; c < EDF_CHANNELS; c++) {
        let [slow, middle, fast] = sums.subarray(3 * c, 3 * c + 3);
        const alpha = alphas[c % alphas.length];
        const waxing = 1 + Math.sin(2 * Math.PI * 0.07 * second + c);
        for (let i = 0; i < EDF_SFREQ; i++, at++) {
          const w = white();
          slow = 0.998 * slow + 0.6 * w; // corner frequencies 0.08, 1.5 and 23 Hz
          middle = 0.963 * middle + 1.8 * w;
          fast = 0.57 * fast + 4 * w;
          const microvolts = slow + middle + fast + waxing * alpha[i] + mains[i];
          chunk[at] = Math.max(-32768, Math.min(32767, Math.round(microvolts / STEP)));
        }
        sums.set([slow, middle, fast], 3 * c);
      }
    }
  };
}

/** A sine of whole cycles per second, which every record repeats. */
const oneSecond = (frequency: number, amplitude: number): Float64Array =>
  Float64Array.from({ length: EDF_SFREQ }, (_, i) => amplitude * Math.sin((2 * Math.PI * frequency * i) / EDF_SFREQ));

/** Sum of two uniforms from xorshift32, scaled to a variance of 1. */
function whiteNoise(seed: number): () => number {
  let x = seed | 0;
  const next = () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return x * 2 ** -31; // −1 to 1
  };
  return () => (next() + next()) * Math.sqrt(1.5);
}

function littleEndian(samples: Int16Array): Uint8Array {
  const bytes = new Uint8Array(samples.buffer);
  if (new Uint8Array(Uint16Array.of(1).buffer)[0] === 1) return bytes;
  return Uint8Array.from(bytes, (_, i) => bytes[i ^ 1]);
}
