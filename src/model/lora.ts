import { WeightsError } from "../errors.ts";
import { float32, shapeText, type Tensor } from "../graph/index.ts";
import type { Weights } from "./initialize.ts";

/**
 * Low-rank adapters by state-dict name: `<module>.lora_A` (r, in) and `<module>.lora_B` (out, r). The weight of a module is `<module>.weight`,
 * or `<module>_weight` for the packed projection `in_proj` of an attention.
 */
export interface LoraAdapters {
  readonly tensors: Weights;
  /** α / r */
  readonly scaling: number;
}

/**
 * Weights with the adapters added in: `W + (α/r)·B A` for every adapted linear layer.
 * @throws WeightsError for an adapter without its other half, without its layer, or of another shape
 */
export function mergeLora(weights: Weights, { tensors, scaling }: LoraAdapters): Weights {
  const merged = new Map(weights);
  for (const [name, a] of tensors) {
    const module = /^(.*)\.lora_A$/.exec(name)?.[1];
    if (module === undefined) continue;
    const b = tensors.get(`${module}.lora_B`);
    const target = weights.has(`${module}_weight`) ? `${module}_weight` : `${module}.weight`;
    const base = weights.get(target);
    if (b === undefined || base === undefined || !fits(base, a, b)) {
      throw new WeightsError({
        where: `adapter ${module}`,
        what: "does not fit its layer",
        expected: base === undefined ? `a layer ${module}` : `(r, in) and (out, r) for ${shapeText(base.shape)}`,
        got: `${shapeText(a.shape)} and ${b === undefined ? "nothing" : shapeText(b.shape)}`,
      });
    }
    merged.set(target, float32(addProduct(base, b, a, scaling), base.shape));
  }
  return merged;
}

const fits = (base: Tensor, a: Tensor, b: Tensor): boolean =>
  base.shape[0] === b.shape[0] && base.shape[1] === a.shape[1] && a.shape[0] === b.shape[1];

/** `base + scaling · b a`, summed in float64. */
function addProduct(base: Tensor, b: Tensor, a: Tensor, scaling: number): Float32Array {
  const [rank, inner] = a.shape;
  const [x, y, w] = [b.data as Float32Array, a.data as Float32Array, base.data as Float32Array];
  return Float32Array.from(w, (value, i) => {
    const [row, column] = [Math.floor(i / inner), i % inner];
    let sum = 0;
    for (let r = 0; r < rank; r++) sum += x[row * rank + r] * y[r * inner + column];
    return value + scaling * sum;
  });
}
