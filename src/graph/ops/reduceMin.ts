import { toExtremes } from "./extreme.ts";
import { defineReduction } from "./reduce.ts";

/** ONNX ReduceMin-18. */
export const reduceMin = defineReduction("ReduceMin", toExtremes);
