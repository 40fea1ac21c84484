import { float32, type Tensor } from "../graph/index.ts";
import { type Head, type ParameterSpec, parameterSpecs } from "./parameters.ts";
import { type RandomStream, randomStream } from "./random.ts";
import type { PanlunaSizes } from "./sizes.ts";

/** A state dict: the authors' names to tensors. */
export type Weights = ReadonlyMap<string, Tensor>;

/** σ of the truncated normal that linear layers, tokens and queries start from. */
const SIGMA = 0.02;

/**
 * How wide linear layers start: "paper" takes σ 0.02 whatever their width, "fan-in" 1/√width, which keeps the size of a signal from layer to layer.
 * Narrow networks and short trainings need the second: at σ 0.02 a signal of width 32 shrinks to a ninth in every layer.
 */
export type InitialScale = "paper" | "fan-in";

/**
 * Untrained weights, the same for the same seed on every machine: linear layers, tokens and queries from a normal of σ 0.02 cut at ±2σ,
 * attention input projections Xavier-uniform, convolutions uniform ±1/√fan-in, embedding tables standard normal (PyTorch's defaults),
 * norms 1, biases 0. The output of each residual branch of block i is divided by √(2(i + 1)), so that depth does not swell the sum.
 */
export function initializeWeights(sizes: PanlunaSizes, head: Head, seed = 0, scale: InitialScale = "paper"): Weights {
  return new Map(parameterSpecs(sizes, head).map((spec) => [spec.name, initializeParameter(spec, seed, scale)]));
}

/** The starting value of one parameter; depends on (seed, name, shape) and the scale only. */
export function initializeParameter(spec: ParameterSpec, seed: number, scale: InitialScale = "paper"): Tensor {
  const { name, shape, init } = spec;
  const count = shape.reduce((product, length) => product * length, 1);
  const random = randomStream(seed, `weights/${name}`);
  const uniform = (bound: number) => random.uniform(0, count).map((u) => bound * (2 * u - 1));
  switch (init) {
    case "zeros":
      return float32(new Float32Array(count), shape);
    case "ones":
      return float32(new Float32Array(count).fill(1), shape);
    case "embedding":
      return float32(random.normal(0, count), shape);
    case "convolution":
      return float32(uniform(1 / Math.sqrt(shape[1] * shape[3])), shape);
    case "projection":
      return float32(uniform(Math.sqrt(6 / (shape[0] + shape[1]))), shape);
    case "rotary":
      return float32(rotaryFrequencies(count), shape);
    case "linear": {
      const sigma = scale === "paper" ? SIGMA : 1 / Math.sqrt(shape[1]);
      return float32(truncatedNormal(random, count, sigma / residualDivisor(name)), shape);
    }
    case "token":
      return float32(truncatedNormal(random, count, SIGMA), shape);
  }
}

/** θᵢ = 10000^(−i/n), the angular frequencies of rotary embedding (SPEC.md §5). */
function rotaryFrequencies(n: number): Float32Array {
  return Float32Array.from({ length: n }, (_, i) => 10000 ** (-i / n));
}

/** √(2(i + 1)) for the last layer of a residual branch of block i, else 1. */
function residualDivisor(name: string): number {
  const block = /^blocks\.(\d+)\.(?:attn\.proj|mlp\.fc2)\.weight$/.exec(name);
  return block === null ? 1 : Math.sqrt(2 * (Number(block[1]) + 1));
}

/** Normals of σ inside ±2σ: value i is the first of `i, i + count, i + 2·count, i + 3·count` that is; 0 in the one case of 200,000 where none is. */
function truncatedNormal(random: RandomStream, count: number, sigma: number): Float32Array {
  const values = random.normal(0, count);
  for (let i = 0; i < count; i++) {
    for (let round = 1; round < 4 && Math.abs(values[i]) > 2; round++)
      values[i] = random.normal(round * count + i, 1)[0];
    values[i] = Math.abs(values[i]) > 2 ? 0 : sigma * values[i];
  }
  return values;
}
