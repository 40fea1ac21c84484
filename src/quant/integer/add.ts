import { clip16 } from "./requantize.ts";

/** The sum of two streams of one scale, which saturates. */
export function add(a: Int16Array, b: Int16Array): Int16Array {
  return a.map((value, i) => clip16(value + b[i]));
}
