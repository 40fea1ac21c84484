import { hann } from "./spectrum.ts";

/** Line frequencies and the quiet places beside them, Hz; 55 serves both. */
const PROBES = [46, 50, 55, 60, 64] as const;

/** How much of the power is mains hum; undefined where the rate or the window is too small to tell. */
export interface MainsShares {
  readonly mains50: number | undefined;
  readonly mains60: number | undefined;
}

/**
 * Prepare to measure mains hum: in pieces of 1 s (Hann window, mean taken out), the power at the line frequency minus
 * that at its neighbours, as a share of all power. A Hann window of 1 s sees about ±1 Hz; the neighbours, 4 or 5 Hz away,
 * see nothing of the line. Drift below 1 Hz does not count as power.
 * @param sfreq Hz
 */
export function planMains(sfreq: number): { measure(x: Float64Array): MainsShares } {
  const length = Math.max(1, Math.round(sfreq));
  const window = hann(length);
  const gain = 2 / window.reduce((sum, w) => sum + w, 0) ** 2; // |X|² → power of a sine at the probe
  const scale = 1 / window.reduce((sum, w) => sum + w * w, 0);
  const coefs = PROBES.map((frequency) => 2 * Math.cos((2 * Math.PI * frequency) / sfreq));
  const visible = (frequency: number) => frequency + 1 < sfreq / 2;
  return {
    measure(x) {
      if (!visible(50) || x.length < length) return { mains50: undefined, mains60: undefined };
      const power = new Float64Array(PROBES.length);
      let total = 0;
      for (let from = 0; from + length <= x.length; from += length) total += addPiece(x, from, window, coefs, power);
      const share = (line: number, beside: readonly number[]) => {
        if (!visible(PROBES[line])) return undefined;
        const quiet = beside.filter((b) => visible(PROBES[b])).map((b) => power[b]);
        const floor = quiet.reduce((sum, p) => sum + p, 0) / Math.max(1, quiet.length);
        return total === 0 ? 0 : Math.min(1, Math.max(0, ((power[line] - floor) * gain) / (total * scale)));
      };
      return { mains50: share(1, [0, 2]), mains60: share(3, [2, 4]) };
    },
  };
}

/** Add |X|² of one piece at every probe to `power` (Goertzel, five at once) and return Σ (w·(x − mean))². Missing samples count as the pivot. */
function addPiece(
  x: Float64Array,
  from: number,
  window: Float64Array,
  c: readonly number[],
  power: Float64Array,
): number {
  const pivot = Number.isFinite(x[from]) ? x[from] : 0; // near the mean, so that nothing cancels in Σ (w·(x − mean))²
  const c0 = c[0];
  const c1 = c[1];
  const c2 = c[2];
  const c3 = c[3];
  const c4 = c[4];
  let a0 = 0;
  let a1 = 0;
  let a2 = 0;
  let a3 = 0;
  let a4 = 0;
  let b0 = 0;
  let b1 = 0;
  let b2 = 0;
  let b3 = 0;
  let b4 = 0;
  let weights = 0; // Σ w²
  let first = 0; // Σ w²·d
  let second = 0; // Σ w²·d²
  for (let i = 0; i < window.length; i++) {
    const d = x[from + i] - pivot;
    const w = d - d === 0 ? window[i] : 0; // ∞ − ∞ and NaN are not 0
    const v = w === 0 ? 0 : d * w;
    weights += w * w;
    first += v * w;
    second += v * v;
    const s0 = v + c0 * a0 - b0;
    b0 = a0;
    a0 = s0;
    const s1 = v + c1 * a1 - b1;
    b1 = a1;
    a1 = s1;
    const s2 = v + c2 * a2 - b2;
    b2 = a2;
    a2 = s2;
    const s3 = v + c3 * a3 - b3;
    b3 = a3;
    a3 = s3;
    const s4 = v + c4 * a4 - b4;
    b4 = a4;
    a4 = s4;
  }
  power[0] += a0 * a0 + b0 * b0 - c0 * a0 * b0;
  power[1] += a1 * a1 + b1 * b1 - c1 * a1 * b1;
  power[2] += a2 * a2 + b2 * b2 - c2 * a2 * b2;
  power[3] += a3 * a3 + b3 * b3 - c3 * a3 * b3;
  power[4] += a4 * a4 + b4 * b4 - c4 * a4 * b4;
  return weights === 0 ? 0 : Math.max(0, second - (first * first) / weights);
}
