import { defineReduction } from "./reduce.ts";

/** ONNX ReduceMean-18. */
export const reduceMean = defineReduction("ReduceMean");
