export { type BuilderCore, createBuilder, type GraphBuilder } from "./builder.ts";
export { type Dim, productOf, shapeText } from "./dim.ts";
export type { Graph } from "./graph.ts";
export { readOnnx } from "./onnx/read.ts";
export { OPSET, writeOnnx } from "./onnx/write.ts";
export type { AnyOp, Attrs, GraphNode, OpDef, Value } from "./op.ts";
export { type OpName, ops } from "./ops/index.ts";
export { prune } from "./passes/prune.ts";
export { type Dtype, float32, int64, type Tensor, type TensorData, type TensorType } from "./tensor.ts";
