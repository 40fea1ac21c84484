import { defineOp, type Value } from "../op.ts";

/** ONNX Range-11: `0, 1, … limit − 1` as a vector whose length the graph calls `length`. `limit` is an int64 scalar. */
export const range = defineOp({
  type: "Range",
  localAttrs: ["length"],
  onnxDefaults: { length: "L" },
  call: (start: Value, limit: Value, delta: Value, length: string) => ({
    inputs: [start, limit, delta],
    attrs: { length },
  }),
  infer: ([start], { length }) => [{ dtype: start.dtype, shape: [length] }],
});
