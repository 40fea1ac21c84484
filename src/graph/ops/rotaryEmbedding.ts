import { defineOp, type Value } from "../op.ts";

/**
 * ONNX Runtime's com.microsoft.RotaryEmbedding on interleaved pairs of `(B, L, heads · size)`:
 * `(x₂ᵢ, x₂ᵢ₊₁)` turns by the angle whose cosine and sine stand in row `position`, column i of the tables `(L, size / 2)`.
 */
export const rotaryEmbedding = defineOp({
  type: "RotaryEmbedding",
  domain: "com.microsoft",
  onnxDefaults: { interleaved: 1 },
  call: (x: Value, positions: Value, cos: Value, sin: Value, heads: number, size: number) => ({
    inputs: [x, positions, cos, sin],
    attrs: { interleaved: 1, num_heads: heads, rotary_embedding_dim: size },
  }),
  infer: ([x]) => [x],
});
