import { expandLike } from "../expandLike.ts";
import { defineReduction } from "./reduce.ts";

/** ONNX ReduceSum-13. */
export const reduceSum = defineReduction("ReduceSum", ({ g, x, dy }) => expandLike(g, dy, x));
