import type { Algebra } from "../algebra.ts";
import { demand, oneDtype } from "../demand.ts";
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
  infer: ([q, k, v], { num_heads: heads }, where) => {
    const threeAxes = [q, k, v].every(({ shape }) => shape.length === 3 && shape[0] === q.shape[0]);
    const divided = [q, v].every(({ shape }) => Number(shape[2]) % heads === 0);
    const paired = k.shape[2] === q.shape[2] && k.shape[1] === v.shape[1];
    const rule = `(B, L, width) with keys as wide as queries, as many values as keys, and widths of ${heads} heads`;
    demand(threeAxes && divided && paired && oneDtype([q, k, v]), where, rule, [q, k, v]);
    return [{ dtype: q.dtype, shape: [...q.shape.slice(0, -1), v.shape[2]] }];
  },
  vjp: "composite",
  expand(g, inputs, { num_heads: heads, scale }) {
    const [query, key, value] = biased(g, inputs);
    const perHead = (x: Value) => g.transpose(g.reshape(x, [0, 0, heads, -1]), [0, 2, 1, 3]); // (B, H, L, d)
    const scores = g.fusedMatMul(perHead(query), perHead(key), { transB: true, alpha: scale }); // (B, H, L, M)
    const attended = g.transpose(g.matMul(g.softmax(scores), perHead(value)), [0, 2, 1, 3]); // (B, L, H, d)
    return [g.reshape(attended, [0, 0, Number(value.shape[2])])];
  },
});

/** Queries, keys and values, each with its part of the bias added where there is one. */
function biased(g: Algebra, inputs: readonly (Value | undefined)[]): Value[] {
  const operands = inputs.slice(0, 3) as Value[];
  const bias = inputs[3];
  if (bias === undefined) return operands;
  const parts = g.split3(
    bias,
    operands.map(({ shape }) => Number(shape[2])),
    0,
  );
  return operands.map((x, i) => g.add(x, parts[i]));
}
