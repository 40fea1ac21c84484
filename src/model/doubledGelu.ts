import type { GraphBuilder, Value } from "../graph/index.ts";

/** What an operand of `doubledGelu` is of gelu's, and the result of gelu's value: `gelu(x) = √½ · doubledGelu(√½ x)`. */
export const GELU_FACTOR = Math.SQRT1_2;

/**
 * `u (1 + erf u)`, the GELU without its factors, for networks that learn: its gradient uses the erf of the forward pass,
 * `dy ⊙ (1 + erf u + 2/√π · u exp(−u²))`.
 */
export function doubledGelu(g: GraphBuilder, u: Value): Value {
  const weight = g.add(g.erf(u), g.scalar(1));
  return g.withGradient(g.mul(u, weight), [u], (dy) => {
    const bell = g.exp(g.sub(g.scalar(Math.log(2 / Math.sqrt(Math.PI))), g.mul(u, u))); // the factor stands in the exponent
    return [g.mul(dy, g.add(weight, g.mul(u, bell)))];
  });
}
