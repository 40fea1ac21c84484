import { demand } from "../demand.ts";
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
  infer: ([x, positions, cos, sin], { num_heads: heads, rotary_embedding_dim: size }, where) => {
    const tables = [cos, sin].every(({ shape }) => shape.length === 2 && shape[1] === size / 2);
    const fits = x.shape.length === 3 && x.shape[2] === heads * size && positions.dtype === "int64";
    const rule = `(B, L, ${heads * size}), int64 positions and tables of width ${size / 2}`;
    demand(tables && fits, where, rule, [x, positions, cos, sin]);
    return [x];
  },
  vjp({ g, inputs: [x, positions, cos, sin], attrs, grads: [dy], needs, where }) {
    demand(!needs(2) && !needs(3), where, "tables that are not trained", [x, cos, sin]);
    const { num_heads: heads, rotary_embedding_dim: size } = attrs;
    return [g.rotaryEmbedding(dy!, positions, cos, g.neg(sin), heads, size)]; // turn back
  },
});
