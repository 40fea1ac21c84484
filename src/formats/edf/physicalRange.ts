import type { Channel, Recording } from "../../signal/recording.ts";

/** Smallest and largest sample of a channel; `min > max` where it has none. */
export interface SampleRange {
  readonly min: number;
  readonly max: number;
}

/** How the samples of a channel are stored: `digital = round((scale · x − low) / gain) − 32768`. */
export interface StoredRange {
  readonly unit: string;
  /** Factor from the recording's unit to `unit`. */
  readonly scale: number;
  /** As the header spells them, at most 8 characters; the numbers below are what these spell. */
  readonly lowText: string;
  readonly highText: string;
  readonly low: number;
  readonly high: number;
}

export const DIGITAL_MIN = -32768;
export const DIGITAL_MAX = 32767;
/** Larger values are taken for missing: their range cannot be computed with. */
const LARGEST = 1e100;
/** Channels of smaller samples count as flat: their gain could not be computed with. */
const SMALLEST = 1e-90;

/** Whether a sample can be stored. */
export const isStorable = (x: number): boolean => x > -LARGEST && x < LARGEST;

/** Call `visit` with all samples, block by block, at most about a million at a time. */
async function eachSampleBlock(
  recording: Recording,
  visit: (samples: Float64Array[], done: number) => void,
): Promise<void> {
  const perSecond = recording.channels.reduce((sum, { sfreq }) => sum + sfreq, 0);
  const seconds = 2 ** 20 / perSecond;
  let before = 0;
  for (const [segment, { duration }] of recording.segments.entries()) {
    for (let from = 0; from < duration; from += seconds) {
      const to = Math.min(duration, from + seconds);
      visit(await recording.read({ segment, from, to }), before + to);
    }
    before += duration;
  }
}

/** Smallest and largest storable sample of every channel. @param onBlock gets the seconds done */
export async function measureRanges(recording: Recording, onBlock: (done: number) => void): Promise<SampleRange[]> {
  const mins = recording.channels.map(() => Number.POSITIVE_INFINITY);
  const maxs = recording.channels.map(() => Number.NEGATIVE_INFINITY);
  await eachSampleBlock(recording, (samples, done) => {
    for (const [c, values] of samples.entries()) {
      let min = mins[c];
      let max = maxs[c];
      for (let i = 0; i < values.length; i++) {
        const x = values[i];
        if (x < min && x > -LARGEST) min = x;
        if (x > max && x < LARGEST) max = x;
      }
      mins[c] = min;
      maxs[c] = max;
    }
    onBlock(done);
  });
  return mins.map((min, c) => ({ min, max: maxs[c] }));
}

/** The narrowest range around the samples whose ends fit the header; volts too small for it become microvolts. */
export function planRange({ unit }: Pick<Channel, "unit">, { min, max }: SampleRange): StoredRange {
  if (min > max) return stored(unit, 1, "0", "1");
  const toMicro = unit === "V" && Math.max(-min, max) < 0.01;
  const scale = toMicro ? 1e6 : 1;
  const isTiny = Math.max(Math.abs(min), Math.abs(max)) < SMALLEST;
  const [low, top] = isTiny ? [0, 0] : [min * scale, max * scale];
  const high = top > low ? top : low + (Math.abs(low) || 1); // a flat channel needs a range all the same
  const size = Math.max(Math.abs(low), Math.abs(high));
  return stored(toMicro ? "uV" : unit, scale, outwardText(low, -1, size), outwardText(high, 1, size));
}

function stored(unit: string, scale: number, lowText: string, highText: string): StoredRange {
  return { unit, scale, lowText, highText, low: Number(lowText), high: Number(highText) };
}

/**
 * At most 8 characters for the number nearest to `value` that does not lie inside of it.
 * @param direction −1 rounds down, 1 rounds up
 * @param size of the range; an exponent is written only where the plain decimal would be off by a thousandth of it
 */
function outwardText(value: number, direction: -1 | 1, size: number): string {
  const exact = String(value === 0 ? 0 : value);
  if (exact.length <= 8 && !exact.includes("e")) return exact;
  const plain = plainText(value, direction);
  if (plain !== undefined && Math.abs(Number(plain) - value) <= 1e-3 * size) return plain;
  return exponentText(value, direction);
}

function plainText(value: number, direction: -1 | 1): string | undefined {
  for (let decimals = 6; decimals >= 0; decimals--) {
    const steps = direction * Math.ceil(direction * value * 10 ** decimals);
    const text = String(Number((steps / 10 ** decimals).toFixed(decimals)) || 0);
    if (text.length <= 8 && !text.includes("e") && direction * (Number(text) - value) >= 0) return text;
  }
  return undefined;
}

function exponentText(value: number, direction: -1 | 1): string {
  const exponent = Math.floor(Math.log10(Math.abs(value)));
  for (let digits = 5; digits >= 0; digits--) {
    let steps = direction * Math.ceil((direction * value) / 10 ** (exponent - digits));
    if (direction * (Number(`${steps}E${exponent - digits}`) - value) < 0) steps += direction;
    const text = `${steps}E${exponent - digits}`;
    if (text.length <= 8) return text;
  }
  return direction < 0 ? "-1E101" : "1E101"; // unreachable below LARGEST: one digit and its exponent always fit
}
