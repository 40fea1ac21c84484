import { lengthOf } from "../../graph/index.ts";
import type { NoiseInput } from "../../model/index.ts";
import type { Feeds } from "../../runtime/session.ts";
import { dropoutMask } from "../dropoutMask.ts";
import type { StepKey } from "../windowStream.ts";

/** Lengths of the dynamic axes of a micro-batch. */
export interface MicroShape {
  /** Windows. */
  readonly B: number;
  /** Channels. */
  readonly C: number;
  /** Patch times. */
  readonly S: number;
}

/**
 * Which values the noise of training leaves, for every noise input of a graph. Keyed by the places of the windows in the batch, so that neither
 * micro-batches nor ranks change them.
 * @param indices places of the windows in the batch of all ranks
 */
export function noiseFeeds(
  noise: readonly NoiseInput[],
  key: StepKey,
  indices: ArrayLike<number>,
  { B, C, S }: MicroShape,
): Feeds {
  const lengths = new Map(Object.entries({ B, C, S }));
  return Object.fromEntries(
    noise.map(({ name, shape, rate }) => {
      const numbers = shape.map((dim) => lengthOf(dim, lengths));
      const perWindow = numbers.reduce((product, n) => product * n, 1) / B;
      return [name, { dtype: "bool", shape: numbers, data: dropoutMask(key, name, indices, perWindow, rate) } as const];
    }),
  );
}
