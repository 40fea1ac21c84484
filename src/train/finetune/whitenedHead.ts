import { float32, type Tensor } from "../../graph/index.ts";
import { centredProducts } from "../../linear/centredProducts.ts";
import { factorize, solveLower } from "../../linear/cholesky.ts";
import { type PanlunaModel, type Weights, widthOf } from "../../model/index.ts";

/** Latents of windows, each at some patch times. */
export interface Latents {
  readonly count: number;
  /** (count, W) */
  readonly values: Float32Array;
}

/** What is added to every variance, as a share of the mean variance: directions that hardly vary hold rounding and chance. */
const FLOOR = 1e-3;

const VALUES = "classifier.decoder_attn";

/**
 * Let the head of a classifier see latents z with mean 0, variance 1 in every direction and nothing in common between them: the value projection of its
 * attention becomes L⁻¹(z − μ), with the mean μ and the covariance LLᵀ of the latents given, and its output projection the identity. Latents of masked
 * pretraining spread over a few directions only, and a head that starts at random needs hundreds of steps to see the others.
 * @param latents of training windows; where they do not vary, the head stays as it is
 */
export function whitenedHead(model: PanlunaModel, { count, values }: Latents): Weights {
  const width = widthOf(model.sizes);
  const { mean, products } = centredProducts({ values, count, width });
  const lower = products.map((product) => product / count); // of the covariance, then its factor
  const variance = Array.from(mean, (_, i) => lower[i * (width + 1)]).reduce((sum, v) => sum + v, 0) / width;
  if (!(variance > 0)) return model.weights;
  for (let i = 0; i < width; i++) lower[i * (width + 1)] += FLOOR * variance;
  factorize(lower, width);
  const projection = new Float64Array(width * width); // L⁻¹, a column at a time
  const column = new Float64Array(width);
  for (let j = 0; j < width; j++) {
    column.fill(0);
    column[j] = 1;
    solveLower(lower, column);
    for (let i = j; i < width; i++) projection[i * width + j] = column[i];
  }
  const offset = mean.map((m) => -m);
  solveLower(lower, offset);
  const own = (name: string) => model.weights.get(`${VALUES}.${name}`)!;
  const weights = new Map(model.weights);
  weights.set(`${VALUES}.in_proj_weight`, withValues(own("in_proj_weight"), projection));
  weights.set(`${VALUES}.in_proj_bias`, withValues(own("in_proj_bias"), offset));
  const identity = Float32Array.from({ length: width ** 2 }, (_, i) => Number(i % (width + 1) === 0));
  weights.set(`${VALUES}.out_proj.weight`, float32(identity, [width, width]));
  weights.set(`${VALUES}.out_proj.bias`, float32(new Float32Array(width), [width]));
  return weights;
}

/** A packed projection of queries, keys and values with other values: its last third. */
function withValues({ data, shape }: Tensor, values: Float64Array): Tensor {
  const packed = Float32Array.from(data as Float32Array);
  packed.set(values, packed.length - values.length);
  return float32(packed, shape);
}
