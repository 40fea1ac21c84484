import { SignalError } from "../errors.ts";

/**
 * Linear-phase low-pass by the window method, Kaiser window, gain 1 at 0 Hz.
 * @param nTaps odd or even count of taps
 * @param cutoff as a share of half the sampling rate, 0 < cutoff < 1
 * @see scipy.signal.firwin(nTaps, cutoff, window=("kaiser", beta))
 */
export function firwin(nTaps: number, cutoff: number, beta: number): Float64Array {
  if (!(Number.isInteger(nTaps) && nTaps >= 1 && cutoff > 0 && cutoff < 1)) {
    throw new SignalError({
      where: "firwin",
      what: "filter out of range",
      expected: "at least 1 tap and a cut-off between 0 and 1",
      got: `${nTaps} taps, cut-off ${cutoff}`,
    });
  }
  const centre = (nTaps - 1) / 2;
  const window = kaiser(nTaps, beta);
  const taps = window.map((w, n) => w * cutoff * sinc(cutoff * (n - centre)));
  const sum = taps.reduce((total, tap) => total + tap, 0);
  return taps.map((tap) => tap / sum);
}

/** Kaiser window of `n` samples. @see scipy.signal.windows.kaiser */
function kaiser(n: number, beta: number): Float64Array {
  const centre = (n - 1) / 2;
  const peak = besselI0(beta);
  return Float64Array.from({ length: n }, (_, i) => {
    const r = centre === 0 ? 0 : (i - centre) / centre;
    return besselI0(beta * Math.sqrt(Math.max(0, 1 - r * r))) / peak;
  });
}

/** Modified Bessel function I0(x) = Σ ((x/2)^k / k!)²: every term is positive, nothing cancels. */
function besselI0(x: number): number {
  const quarter = (x * x) / 4;
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * Number.EPSILON * 0.1; k++) {
    term *= quarter / (k * k);
    sum += term;
  }
  return sum;
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
