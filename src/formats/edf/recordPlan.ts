import { SignalError } from "../../errors.ts";
import type { Channel, Recording } from "../../signal/recording.ts";
import { rateOf } from "./rate.ts";

/** How the samples of a recording are cut into data records. */
export interface RecordPlan {
  /** Duration of a record as the header spells it, at most 8 characters. */
  readonly text: string;
  /** The number that `text` spells, seconds. */
  readonly duration: number;
  /** Per channel. */
  readonly samplesPerRecord: readonly number[];
  /** Data records per segment; the last one of a segment may need padding. */
  readonly records: readonly number[];
  /** Whether every rate is kept exactly. */
  readonly exact: boolean;
}

/** EDF recommends records of at most this size. */
const RECOMMENDED_BYTES = 61440;
/** Records are written from memory: larger ones are refused. */
const MOST_BYTES = 8 * 2 ** 20;
const ANNOTATION_BYTES = 64; // about what the annotations of a record take
const NICE_SECONDS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60, 300, 600, 3600];
/** Largest relative error of a rate that is written, where rates do not share a record duration. */
const RATE_TOLERANCE = 1e-6;
const LONGEST_ROUNDED = 10; // seconds

/**
 * Choose the record duration: all channels have whole numbers of samples in it, its text fits the header,
 * the records are about a second long and of the recommended size, and as little padding as possible is needed.
 * @throws SignalError when no duration fits all rates
 */
export function planRecords({
  name,
  channels,
  segments,
}: Pick<Recording, "name" | "channels" | "segments">): RecordPlan {
  if (channels.length === 0) return { text: "0", duration: 0, samplesPerRecord: [], records: [1], exact: true };
  const best =
    cheapest(exactCandidates(channels, segments), segments, channels) ??
    cheapest(roundedCandidates(channels), segments, channels);
  if (best === undefined) throw unfit(name, channels);
  const { samplesPerRecord } = best;
  return { ...best, records: segments.map((segment) => recordsFor(segment.duration, channels, samplesPerRecord)) };
}

type Candidate = Omit<RecordPlan, "records">;
type Segments = Recording["segments"];

/** A record duration in units of the shortest one that all rates share. */
interface SharedUnit {
  /** Seconds = num / den. */
  readonly num: number;
  readonly den: number;
  /** Samples per unit, per channel. */
  readonly samples: readonly number[];
}

function* exactCandidates(channels: readonly Channel[], segments: Segments): Generator<Candidate> {
  const unit = sharedUnit(channels);
  if (unit === undefined) return;
  for (const k of multiples(unit, segments)) {
    const duration = (k * unit.num) / unit.den;
    const text = String(duration); // the shortest text of an exact decimal is that decimal
    if (text.length > 8 || text.includes("e")) continue;
    yield { text, duration, samplesPerRecord: unit.samples.map((n) => n * k), exact: true };
  }
}

/** `num/den = lcm(q) / gcd(p)` over the rates `p/q`. */
function sharedUnit(channels: readonly Channel[]): SharedUnit | undefined {
  const fractions = channels.map(({ sfreq }) => nearestFraction(sfreq));
  if (!fractions.every((fraction) => fraction !== undefined)) return undefined;
  const num = fractions.reduce((lcm, [, q]) => (lcm * q) / gcd(lcm, q), 1);
  const den = fractions.reduce((all, [p]) => gcd(all, p), 0);
  const samples = fractions.map(([p, q]) => (p / den) * (num / q));
  return num <= 1e6 && samples.every(Number.isSafeInteger) ? { num, den, samples } : undefined;
}

/** Multiples of the unit worth trying: round durations, those that divide the segments, and those around a second. */
function multiples({ num, den, samples }: SharedUnit, segments: Segments): Set<number> {
  const unit = num / den;
  const nice = NICE_SECONDS.map((seconds) => Math.round(seconds / unit)).filter((k) => k >= 1);
  const units = segments.slice(0, 50).map(({ duration }) => Math.round(duration / unit));
  const whole = units.reduce(gcd, 0);
  const first = Math.max(1, Math.ceil(0.1 / unit));
  const around = Array.from({ length: Math.min(5000, Math.ceil(2 / unit)) }, (_, i) => first + i);
  const fits = (k: number): boolean => samples.every((n) => 2 * n * k <= MOST_BYTES);
  return new Set([1, 2, ...nice, ...divisors(whole), ...around].filter(fits));
}

function cheapest(candidates: Iterable<Candidate>, segments: Segments, channels: readonly Channel[]) {
  const sampled = segments.slice(0, 50); // enough to tell the durations apart, however many segments there are
  let best: Candidate | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const cost = costOf(candidate, sampled, channels);
    if (cost < least) [least, best] = [cost, candidate];
  }
  return best;
}

/** Padding in seconds per segment, a little for being far from a second or a rate, a lot for records of unwieldy size. */
function costOf({ duration, samplesPerRecord }: Candidate, segments: Segments, channels: readonly Channel[]): number {
  const bytes = recordBytes(samplesPerRecord);
  if (bytes > MOST_BYTES) return Number.POSITIVE_INFINITY;
  const padding = segments.reduce(
    (sum, segment) => sum + recordsFor(segment.duration, channels, samplesPerRecord) * duration - segment.duration,
    0,
  );
  const size = bytes > RECOMMENDED_BYTES ? 100 + Math.log(bytes) : 0;
  const tiny = duration < 0.1 ? 10 : 0; // the time kept in every record would outgrow the samples
  const rate = 0.1 * (rateError(samplesPerRecord, duration, channels) / RATE_TOLERANCE);
  return padding / Math.max(1, segments.length) + 0.02 * Math.abs(Math.log(duration)) + size + tiny + rate;
}

const recordBytes = (samplesPerRecord: readonly number[]): number =>
  samplesPerRecord.reduce((sum, n) => sum + 2 * n, ANNOTATION_BYTES);

function recordsFor(seconds: number, channels: readonly Channel[], samplesPerRecord: readonly number[]): number {
  return channels.reduce(
    (most, { sfreq }, c) => Math.max(most, Math.ceil(Math.round(seconds * sfreq) / samplesPerRecord[c])),
    0,
  );
}

/** For rates that are no simple fractions: the record duration is rounded to 8 characters, the rates with it. */
function* roundedCandidates(channels: readonly Channel[]): Generator<Candidate> {
  const fastest = Math.max(...channels.map(({ sfreq }) => sfreq));
  const first = Math.max(1, Math.ceil(0.1 * fastest));
  for (let n = first; n < first + 20_000 && n / fastest <= LONGEST_ROUNDED; n++) {
    const text = String(Number((n / fastest).toPrecision(7))).slice(0, 8);
    const duration = Number(text);
    const samplesPerRecord = channels.map(({ sfreq }) => Math.round(sfreq * duration));
    const isClose = rateError(samplesPerRecord, duration, channels) <= RATE_TOLERANCE;
    if (isClose) yield { text, duration, samplesPerRecord, exact: false };
  }
}

/** Largest relative error of a rate. */
function rateError(samplesPerRecord: readonly number[], duration: number, channels: readonly Channel[]): number {
  return channels.reduce(
    (worst, { sfreq }, c) => Math.max(worst, Math.abs(rateOf(samplesPerRecord[c], duration) / sfreq - 1)),
    0,
  );
}

function unfit(name: string, channels: readonly Channel[]): SignalError {
  return new SignalError({
    where: name,
    what: "cannot be written as EDF: no record duration holds whole numbers of samples of all channels",
    got: `rates of ${[...new Set(channels.map(({ sfreq }) => sfreq))].slice(0, 8).join(", ")} Hz`,
    todo: "Resample the channels to a common rate, or write fewer of them",
  });
}

/** The simplest fraction `p/q` with q ≤ 10000 that equals `x` to 1e-12, by continued fractions. */
function nearestFraction(x: number): [p: number, q: number] | undefined {
  let [p0, q0, p1, q1] = [0, 1, 1, 0];
  for (let rest = x, step = 0; step < 40; step++) {
    const whole = Math.floor(rest);
    [p0, q0, p1, q1] = [p1, q1, whole * p1 + p0, whole * q1 + q0];
    if (q1 > 10_000 || p1 > 2 ** 40) return undefined;
    if (p1 > 0 && Math.abs(p1 / q1 - x) <= 1e-12 * x) return [p1, q1];
    rest = 1 / (rest - whole);
  }
  return undefined;
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

function divisors(n: number): number[] {
  const found: number[] = [];
  for (let k = 1; k * k <= n && k <= 1e5; k++) if (n % k === 0) found.push(k, n / k);
  return found;
}
