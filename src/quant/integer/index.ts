/** The integer model, op by op, as docs/integer.md defines it; the kernels in C are held to these integers. */
export { add } from "./add.ts";
export {
  ATAN_TABLE,
  type FrequencyShape,
  frequencyFeatures,
  type Twiddles,
  twiddles,
} from "./frequencyFeatures.ts";
export { gelu } from "./gelu.ts";
export { isqrt } from "./isqrt.ts";
export { type LinearConstants, type LinearShape, linear8, linear16, products } from "./linear.ts";
export { meanRows } from "./meanRows.ts";
export { combine, inverseRoot, multiplierOf, reciprocal } from "./multiplier.ts";
export { narrow } from "./narrow.ts";
export {
  groupNorm,
  layerNorm,
  type NormConstants,
  type NormShape,
  type NormStatistics,
  normStatistics,
} from "./norm.ts";
export { clip8, clip16, type Multiplier, requantize } from "./requantize.ts";
export { type RotaryShape, type RotaryTables, rotary, rotaryTables } from "./rotary.ts";
export {
  EXP_TABLE,
  type QueryAttentionConstants,
  type QueryAttentionShape,
  queryAttention,
  type SelfAttentionShape,
  selfAttention,
} from "./softmaxAttention.ts";
export { lookUp, type TableScales, table8, table16 } from "./table.ts";
export { zscoreCounts, zscoreRoot } from "./zscore.ts";
