import { defineOp, type Value } from "../op.ts";

/**
 * ONNX Runtime's com.microsoft.MultiHeadAttention without masks:
 * `softmax(q kᵀ · scale) v` per head on `(B, L, heads · size)`, heads side by side in the last axis as they leave a projection.
 */
export const multiHeadAttention = defineOp({
  type: "MultiHeadAttention",
  domain: "com.microsoft",
  floatAttrs: ["scale"],
  call: (q: Value, k: Value, v: Value, heads: number, scale: number) => ({
    inputs: [q, k, v],
    attrs: { num_heads: heads, scale },
  }),
  infer: ([q, _k, v]) => [{ dtype: q.dtype, shape: [...q.shape.slice(0, -1), v.shape.at(-1)!] }],
});
