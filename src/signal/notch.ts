import { SignalError } from "../errors.ts";
import type { Sos } from "./sos.ts";

/**
 * Second-order notch: zero gain at `frequency`, −3 dB at `frequency`·(1 ± 1/2q).
 * @param frequency Hz, between 0 and `sfreq`/2, exclusive
 * @param q quality factor, `frequency` / bandwidth
 * @throws SignalError for a frequency or quality out of range
 * @see scipy.signal.iirnotch; Orfanidis, Introduction to Signal Processing, 11.3
 */
export function iirnotch(frequency: number, q: number, sfreq: number): Sos {
  if (!(frequency > 0 && frequency < sfreq / 2 && q > 0.5 && q < Number.POSITIVE_INFINITY)) {
    throw new SignalError({
      where: "iirnotch",
      what: "notch out of range",
      expected: `a frequency between 0 and ${sfreq / 2} Hz and q above 0.5`,
      got: `${frequency} Hz, q ${q}`,
    });
  }
  const w0 = (2 * Math.PI * frequency) / sfreq;
  const gain = 1 / (1 + Math.tan(w0 / q / 2)); // β = tan(bandwidth/2) at −3 dB
  const middle = -2 * Math.cos(w0);
  return [[gain, gain * middle, gain, 1, gain * middle, 2 * gain - 1]];
}
