import { type RandomStream, randomStream } from "../model/index.ts";

/** What everything that is drawn at random for a step is keyed by, beside its purpose. */
export interface StepKey {
  readonly seed: number;
  /** Optimiser step, from 0. */
  readonly step: number;
}

/**
 * The numbers of one window for one purpose. They depend on (seed, step, purpose, index) alone, so that neither micro-batches nor ranks change them.
 * @param index place of the window in the batch of all ranks
 */
export function windowStream({ seed, step }: StepKey, purpose: string, index: number): RandomStream {
  return randomStream(seed, `${purpose}/${step}/${index}`);
}
