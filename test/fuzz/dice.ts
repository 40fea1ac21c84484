import { randomStream } from "../../src/model/random.ts";

/** Random choices of one mutant: a function of seed, purpose and nothing else. */
export interface Dice {
  /** A whole number from 0 to `limit` − 1. */
  roll(limit: number): number;
  pick<T>(list: ArrayLike<T>): T;
  /** Whether something of this chance comes true. */
  chance(probability: number): boolean;
}

const AHEAD = 64;

export function diceOf(seed: number, purpose: string): Dice {
  const stream = randomStream(seed, purpose);
  let words = stream.words(0, AHEAD);
  let at = 0;
  const next = (): number => {
    if (at % AHEAD === 0 && at > 0) words = stream.words(at, AHEAD);
    return words[at++ % AHEAD];
  };
  const roll = (limit: number): number => Math.floor((next() / 2 ** 32) * limit);
  return { roll, pick: (list) => list[roll(list.length)], chance: (probability) => next() < probability * 2 ** 32 };
}
