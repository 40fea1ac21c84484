import { clip8, type Multiplier, requantize } from "./requantize.ts";

/** `i16` to `i8`: `clip8(requant(x))`. */
export function narrow(x: Int16Array, by: Multiplier): Int8Array {
  return Int8Array.from(x, (value) => clip8(requantize(value, by)));
}
