import { defineReduction } from "./reduce.ts";

/** ONNX ReduceMax-18. */
export const reduceMax = defineReduction("ReduceMax");
