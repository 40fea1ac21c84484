import { randomStream } from "../../model/index.ts";

/** A turn of one source: its `place`-th. */
export interface Turn {
  readonly source: number;
  readonly place: number;
}

/**
 * Whose turn it is when sources take turns at fixed rates: source i has its m-th turn at the time (m + phase_i) / rate_i, and slots count the turns
 * of all in the order of time. Within any stretch of slots no source is further than the number of sources from its share.
 * @param shares relative rates, positive
 * @returns the turn of a slot; each call stands alone
 */
export function mixture(shares: readonly number[], seed: number): (slot: number) => Turn {
  const total = shares.reduce((sum, share) => sum + share, 0);
  const rates = shares.map((share) => share / total);
  const phases = randomStream(seed, "mixture").uniform(0, shares.length);
  const time = (source: number, place: number) => (place + phases[source]) / rates[source];
  return (slot) => {
    const start = slot - shares.length; // by then at most `slot` turns have been taken: Σ (start·rate + 1)
    const places = rates.map((_, source) => placeAt(start, (place) => time(source, place), rates[source]));
    let taken = places.reduce((sum, place) => sum + place, 0);
    for (;;) {
      const source = indexOfLeast(places.map((place, i) => time(i, place)));
      if (taken === slot) return { source, place: places[source] };
      places[source]++;
      taken++;
    }
  };
}

/** Turns before a time: the least place whose time is not before it. The guess is off by rounding alone. */
function placeAt(start: number, time: (place: number) => number, rate: number): number {
  let place = Math.max(0, Math.floor(start * rate));
  while (time(place) < start) place++;
  while (place > 0 && time(place - 1) >= start) place--;
  return place;
}

const indexOfLeast = (values: readonly number[]): number => values.indexOf(Math.min(...values));
