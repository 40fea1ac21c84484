/** Sampling rates that are believed, Hz; outside, times in seconds would lose their samples. */
export const SLOWEST = 1e-9;
export const FASTEST = 1e12;

export const isRate = (sfreq: number): boolean => sfreq >= SLOWEST && sfreq <= FASTEST;
