import { sumTo } from "../sumTo.ts";
import { defineBinary } from "./elementwise.ts";

/** ONNX Add-14: `y = a + b`, broadcast. */
export const add = defineBinary("Add", ({ g, inputs: [a, b], grads: [dy] }) => [sumTo(g, dy!, a), sumTo(g, dy!, b)]);
