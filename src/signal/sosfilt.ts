import { SignalError } from "../errors.ts";
import type { Section, Sos } from "./sos.ts";

/** A filter made ready to run: plain numbers, no objects in the sample loop. */
export interface Cascade {
  readonly nSections: number;
  /** b0, b1, b2, a1, a2 of each section. */
  readonly coefs: Float64Array;
  /** Two states per section after an endless input of ones (`scipy.signal.sosfilt_zi`). */
  readonly settled: Float64Array;
}

/** Make a filter ready to run. */
export function cascadeOf(sos: Sos): Cascade {
  const coefs = Float64Array.from(sos.flatMap(([b0, b1, b2, a0, a1, a2]) => [b0, b1, b2, a1, a2].map((c) => c / a0)));
  return { nSections: sos.length, coefs, settled: settledState(sos) };
}

function settledState(sos: Sos): Float64Array {
  const state = new Float64Array(2 * sos.length);
  let level = 1; // what the sections before this one make of a constant 1
  sos.forEach((section, s) => {
    const [first, second, gain] = settledSection(section);
    state[2 * s] = level * first;
    state[2 * s + 1] = level * second;
    level *= gain;
  });
  return state;
}

/** States and output of one section fed with ones: y = gain, s2 = b2 − a2·y, s1 = b1 − a1·y + s2. */
function settledSection([b0, b1, b2, a0, a1, a2]: Section): [number, number, number] {
  const gain = (b0 + b1 + b2) / (a0 + a1 + a2);
  const second = (b2 - a2 * gain) / a0;
  return [(b1 - a1 * gain) / a0 + second, second, gain];
}

/** Cascade state for a signal that has always been `level`. */
export const settledAt = ({ settled }: Cascade, level: number): Float64Array => settled.map((s) => s * level);

/** Samples that pass through all sections before the next ones are touched: they stay in the first-level cache. */
const CHUNK = 2048;

/** States below this are zeroed between chunks: after a long silence they would become denormal, and slow. */
const SILENCE = 1e-150;

/**
 * Filter `x[from … to)` in place, carrying `state` (two per section, transposed direct form II).
 * @param direction 1 runs up from `from`, −1 runs down from `to − 1`
 */
export function runCascade(
  { nSections, coefs }: Cascade,
  x: Float64Array,
  state: Float64Array,
  from = 0,
  to = x.length,
  direction: 1 | -1 = 1,
): void {
  const start = direction === 1 ? from : to - 1;
  for (let done = 0; done < to - from; done += CHUNK) {
    const count = Math.min(CHUNK, to - from - done);
    let s = 0;
    for (; s + 4 <= nSections; s += 4) fourSections(coefs, s, x, state, start + direction * done, count, direction);
    for (; s + 2 <= nSections; s += 2) twoSections(coefs, s, x, state, start + direction * done, count, direction);
    if (s < nSections) oneSection(coefs, s, x, state, start + direction * done, count, direction);
    for (let i = 0; i < state.length; i++) if (Math.abs(state[i]) < SILENCE) state[i] = 0;
  }
}

/**
 * Filter a whole signal; `x` stays as it is.
 * @param zi two states per section, zeros if not given
 * @returns the output and the states after the last sample
 * @throws SignalError when `zi` has another length
 * @see scipy.signal.sosfilt
 */
export function sosfilt(
  sos: Sos,
  x: ArrayLike<number>,
  zi: ArrayLike<number> = new Float64Array(2 * sos.length),
): { y: Float64Array; zf: Float64Array } {
  if (zi.length !== 2 * sos.length) {
    throw new SignalError({
      where: "sosfilt",
      what: "initial states do not fit the filter",
      expected: `${2 * sos.length} values, two per section`,
      got: String(zi.length),
    });
  }
  const y = Float64Array.from(x);
  const zf = Float64Array.from(zi);
  runCascade(cascadeOf(sos), y, zf);
  return { y, zf };
}

// The loops below are one recurrence, y = b0·x + s1; s1 = b1·x − a1·y + s2; s2 = b2·x − a2·y, written out for one, two and
// four sections: states in local variables and several independent sections in flight are worth a factor of three.

type Loop = (
  c: Float64Array,
  section: number,
  x: Float64Array,
  state: Float64Array,
  start: number,
  count: number,
  step: number,
) => void;

const oneSection: Loop = (c, section, x, state, start, count, step) => {
  const k = 5 * section;
  const b0 = c[k];
  const b1 = c[k + 1];
  const b2 = c[k + 2];
  const a1 = c[k + 3];
  const a2 = c[k + 4];
  let s1 = state[2 * section];
  let s2 = state[2 * section + 1];
  for (let n = 0, i = start; n < count; n++, i += step) {
    const v = x[i];
    const y = b0 * v + s1;
    s1 = b1 * v + s2 - a1 * y;
    s2 = b2 * v - a2 * y;
    x[i] = y;
  }
  state[2 * section] = s1;
  state[2 * section + 1] = s2;
};

const twoSections: Loop = (c, section, x, state, start, count, step) => {
  const k = 5 * section;
  const [b0, b1, b2, a1, a2, d0, d1, d2, e1, e2] = c.subarray(k, k + 10);
  let [s1, s2, t1, t2] = state.subarray(2 * section, 2 * section + 4);
  for (let n = 0, i = start; n < count; n++, i += step) {
    const v = x[i];
    const y = b0 * v + s1;
    s1 = b1 * v + s2 - a1 * y;
    s2 = b2 * v - a2 * y;
    const w = d0 * y + t1;
    t1 = d1 * y + t2 - e1 * w;
    t2 = d2 * y - e2 * w;
    x[i] = w;
  }
  state.set([s1, s2, t1, t2], 2 * section);
};

const fourSections: Loop = (c, section, x, state, start, count, step) => {
  const k = 5 * section;
  const [b0, b1, b2, a1, a2, d0, d1, d2, e1, e2] = c.subarray(k, k + 10);
  const [f0, f1, f2, g1, g2, h0, h1, h2, j1, j2] = c.subarray(k + 10, k + 20);
  let [s1, s2, t1, t2, u1, u2, v1, v2] = state.subarray(2 * section, 2 * section + 8);
  for (let n = 0, i = start; n < count; n++, i += step) {
    const v = x[i];
    const y = b0 * v + s1;
    s1 = b1 * v + s2 - a1 * y;
    s2 = b2 * v - a2 * y;
    const w = d0 * y + t1;
    t1 = d1 * y + t2 - e1 * w;
    t2 = d2 * y - e2 * w;
    const p = f0 * w + u1;
    u1 = f1 * w + u2 - g1 * p;
    u2 = f2 * w - g2 * p;
    const q = h0 * p + v1;
    v1 = h1 * p + v2 - j1 * q;
    v2 = h2 * p - j2 * q;
    x[i] = q;
  }
  state.set([s1, s2, t1, t2, u1, u2, v1, v2], 2 * section);
};
