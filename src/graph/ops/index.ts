import { abs } from "./abs.ts";
import { add } from "./add.ts";
import { atan } from "./atan.ts";
import { biasGelu } from "./biasGelu.ts";
import { cast } from "./cast.ts";
import { concat } from "./concat.ts";
import { cos } from "./cos.ts";
import { dequantizeLinear } from "./dequantizeLinear.ts";
import { div } from "./div.ts";
import { equal } from "./equal.ts";
import { erf } from "./erf.ts";
import { exp } from "./exp.ts";
import { expandTo } from "./expandTo.ts";
import { fusedMatMul } from "./fusedMatMul.ts";
import { gather } from "./gather.ts";
import { gelu } from "./gelu.ts";
import { gemm } from "./gemm.ts";
import { identity } from "./identity.ts";
import { layerNorm } from "./layerNormalization.ts";
import { layerNormStats } from "./layerNormStats.ts";
import { less } from "./less.ts";
import { log } from "./log.ts";
import { logSoftmax } from "./logSoftmax.ts";
import { matMul } from "./matMul.ts";
import { max } from "./max.ts";
import { min } from "./min.ts";
import { mul } from "./mul.ts";
import { multiHeadAttention } from "./multiHeadAttention.ts";
import { neg } from "./neg.ts";
import { pad } from "./pad.ts";
import { quantizeLinear } from "./quantizeLinear.ts";
import { range } from "./range.ts";
import { reduceMax } from "./reduceMax.ts";
import { reduceMean } from "./reduceMean.ts";
import { reduceMin } from "./reduceMin.ts";
import { reduceSum } from "./reduceSum.ts";
import { reshape } from "./reshape.ts";
import { reshapeTo } from "./reshapeTo.ts";
import { rotaryEmbedding } from "./rotaryEmbedding.ts";
import { shape } from "./shape.ts";
import { sin } from "./sin.ts";
import { skipLayerNorm } from "./skipLayerNormalization.ts";
import { slice } from "./slice.ts";
import { softmax } from "./softmax.ts";
import { split2, split3 } from "./split.ts";
import { sqrt } from "./sqrt.ts";
import { sub } from "./sub.ts";
import { transpose } from "./transpose.ts";
import { unsqueeze } from "./unsqueeze.ts";
import { where } from "./where.ts";

/** Every operator a graph may hold, by the name of its builder method. */
export const ops = {
  abs,
  add,
  atan,
  biasGelu,
  cast,
  concat,
  cos,
  dequantizeLinear,
  div,
  equal,
  erf,
  exp,
  expandTo,
  fusedMatMul,
  gather,
  gelu,
  gemm,
  identity,
  layerNorm,
  layerNormStats,
  less,
  log,
  logSoftmax,
  matMul,
  max,
  min,
  mul,
  multiHeadAttention,
  neg,
  pad,
  quantizeLinear,
  range,
  reduceMax,
  reduceMean,
  reduceMin,
  reduceSum,
  reshape,
  reshapeTo,
  rotaryEmbedding,
  shape,
  sin,
  skipLayerNorm,
  slice,
  softmax,
  split2,
  split3,
  sqrt,
  sub,
  transpose,
  unsqueeze,
  where,
} as const;

export type OpName = keyof typeof ops;
