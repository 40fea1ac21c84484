import { toExtremes } from "./extreme.ts";
import { defineReduction } from "./reduce.ts";

/** ONNX ReduceMax-18. */
export const reduceMax = defineReduction("ReduceMax", toExtremes);
