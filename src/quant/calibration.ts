import { GraphError } from "../errors.ts";
import { clippingRange, type RangeRule } from "./clippingRange.ts";
import { MagnitudeHistogram } from "./magnitudeHistogram.ts";
import type { QuantizedTensor } from "./quantizedTensors.ts";
import { INPUT_SCALE, PHASE_SCALE, type QuantizationScheme, type TensorScales } from "./scheme.ts";

/** Room above what was seen, where int16 has it: unseen windows may be larger. */
const HEADROOM = 2;

/**
 * Watches the tensors of a network while it runs on real windows, and gives them scales.
 * @example
 *   const calibration = new Calibration(tensors);
 *   for (const outputs of runs) calibration.observe(outputs); // by name: all of `calibration.names`
 *   calibration.scales("mse");
 */
export class Calibration {
  /** Values to be shown. */
  readonly names: readonly string[];
  readonly #tensors: readonly QuantizedTensor[];
  /** By name; of frequency features one for each. */
  readonly #seen: ReadonlyMap<string, readonly MagnitudeHistogram[]>;

  constructor(tensors: readonly QuantizedTensor[]) {
    this.#tensors = tensors;
    this.names = tensors.map(({ source }) => source.name);
    this.#seen = new Map(
      tensors.map(({ source, features }) => {
        const count = features ? Number(source.shape.at(-1)) : 1;
        return [source.name, Array.from({ length: count }, () => new MagnitudeHistogram())];
      }),
    );
  }

  /** What the network gave for some windows. */
  observe(outputs: Readonly<Record<string, { readonly data: ArrayLike<number | bigint> }>>): void {
    for (const [name, histograms] of this.#seen) {
      const data = outputs[name].data as ArrayLike<number>;
      histograms.forEach((histogram, i) => void histogram.add(data, i, histograms.length));
    }
  }

  /**
   * @param rule of int8; int16 holds twice the largest value of all that are summed with each other
   * @throws GraphError before anything was observed
   */
  scales(rule: RangeRule): Pick<QuantizationScheme, "activations" | "features"> {
    if ([...this.#seen.values()].flat().some(({ total }) => total === 0)) {
      throw new GraphError({ where: "calibration", what: "has seen no windows", todo: "Show it some" });
    }
    const features = this.#tensors.find((tensor) => tensor.features);
    return {
      activations: new Map(this.#tensors.map((tensor) => [tensor.source.name, this.#scalesOf(tensor, rule)])),
      features: Float32Array.from(features === undefined ? [] : this.#featureScales(features, rule)),
    };
  }

  #scalesOf({ precisions, source, sum, features }: QuantizedTensor, rule: RangeRule): TensorScales {
    if (features) return { i8: 1 };
    const [seen] = this.#seen.get(source.name)!;
    return {
      ...(precisions.has("i8") && { i8: Math.fround(clippingRange(seen, rule, 127) / 127) }),
      ...(precisions.has("i16") && { i16: source.name === "x" ? INPUT_SCALE : this.#int16(source.name, sum) }),
    };
  }

  #int16(name: string, sum: number | undefined): number {
    const together = sum === undefined ? [name] : this.#tensors.filter((t) => t.sum === sum).map((t) => t.source.name);
    const max = Math.max(...together.map((one) => this.#seen.get(one)![0].max));
    return Math.fround((HEADROOM * (max || 1)) / 32767);
  }

  /** Magnitudes by what was seen of each frequency, phases by what they can be. */
  #featureScales({ source }: QuantizedTensor, rule: RangeRule): number[] {
    const seen = this.#seen.get(source.name)!;
    return seen.map((histogram, i) => (i < seen.length / 2 ? clippingRange(histogram, rule, 127) / 127 : PHASE_SCALE));
  }
}
