import type { QuantizedWeight, WeightScales } from "./quantizeWeight.ts";

/** Of a tensor's integers; one for each precision in which it is read. */
export interface TensorScales {
  readonly i8?: number;
  readonly i16?: number;
}

/** How a network is rounded, whatever its weights are: `real = scale · integer`, everywhere. */
export interface RoundingScheme<W extends WeightScales = WeightScales> {
  /** By the name of the value that is rounded, see `findQuantizedTensors`. */
  readonly activations: ReadonlyMap<string, TensorScales>;
  /** Of each frequency feature: magnitudes, then phases. */
  readonly features: Float32Array;
  /** By the name of the layer. A layer that is missing keeps its weights as they are. */
  readonly weights: ReadonlyMap<string, W>;
}

/** How a network is rounded, its weights as integers. */
export type QuantizationScheme = RoundingScheme<QuantizedWeight>;

/** Of the z-scored signal: units of 2⁻¹⁰, ±32 standard deviations. */
export const INPUT_SCALE = 2 ** -10;

/** Phases in (−π, π] as −127 … 127. */
export const PHASE_SCALE = Math.PI / 127;
