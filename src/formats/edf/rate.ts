/**
 * Samples per second, correctly rounded: the header's duration is a decimal of at most seven places, and the quotient
 * of integers carries no error of its binary form (36 samples in 0.1 s are 360 Hz, to the last bit).
 */
export function rateOf(samplesPerRecord: number, duration: number): number {
  const units = Math.round(duration * 1e7);
  return units / 1e7 === duration ? (samplesPerRecord * 1e7) / units : samplesPerRecord / duration;
}
