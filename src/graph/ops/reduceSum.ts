import { defineReduction } from "./reduce.ts";

/** ONNX ReduceSum-18. */
export const reduceSum = defineReduction("ReduceSum");
