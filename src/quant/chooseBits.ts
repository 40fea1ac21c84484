import type { WeightBits } from "./quantizeWeight.ts";

/** What a layer costs with weights of each width. */
export interface LayerCost {
  readonly name: string;
  /** Of its matrix. */
  readonly weights: number;
  /** Power of the noise that its weights alone put on the logits: Σ (rounded − exact)² over the windows. */
  readonly noise: Readonly<Record<WeightBits, number>>;
}

/** One layer made narrower. */
export interface BitStep {
  readonly name: string;
  readonly to: WeightBits;
}

/**
 * The order in which layers are to lose bits: greedily, the step that saves most bytes for the noise that it adds comes first. A layer goes from 8 bits to 4 and
 * from 4 to 2, or in one step from 8 to 2 where that saves more for its noise than 8 to 4 does. Noise of layers is taken as independent, so that its powers add.
 */
export function orderSteps(layers: readonly LayerCost[]): BitStep[] {
  return layers
    .flatMap((layer) => stepsOf(layer))
    .sort((a, b) => b.worth - a.worth)
    .map(({ name, to }) => ({ name, to }));
}

interface RatedStep extends BitStep {
  /** Bits saved per noise added. */
  readonly worth: number;
}

/** The steps of a layer, each worth no more than the one before: greedy steps come in their order. */
function stepsOf({ name, weights, noise }: LayerCost): RatedStep[] {
  const step = (from: WeightBits, to: WeightBits): RatedStep => {
    const added = Math.max(noise[to] - noise[from], Number.MIN_VALUE);
    return { name, to, worth: (weights * (from - to)) / added };
  };
  const [first, second] = [step(8, 4), step(4, 2)];
  return first.worth >= second.worth ? [first, second] : [step(8, 2)];
}

/** Widths after the first `count` steps; 8 where there was none. */
export function bitsAfter(steps: readonly BitStep[], count: number): ReadonlyMap<string, WeightBits> {
  return new Map(steps.slice(0, count).map(({ name, to }) => [name, to]));
}
