import { float32, type Graph, type GraphNode, type Tensor, type Value } from "../graph/index.ts";

/**
 * Give every MultiHeadAttention a projection bias of zeros, which changes no value but keeps ONNX Runtime's WebGPU provider
 * from its flash attention. From 32 positions on that kernel (onnxruntime 1.30) reads keys from 8 lanes of a subgroup; an adapter
 * whose subgroups have 4 (SwiftShader) then returns wrong attention without an error: off by 6e-2 for keys drawn from ±1.
 */
export function plainAttention(graph: Graph): Graph {
  const initializers = new Map<Value, Tensor>(graph.initializers);
  const nodes = graph.nodes.map((node) => {
    if (node.op.type !== "MultiHeadAttention" || node.inputs[3] !== undefined) return node;
    const bias = zeroBias(node);
    initializers.set(bias, float32(new Float32Array(Number(bias.shape[0])), bias.shape as number[]));
    const [query, key, value, , ...rest] = node.inputs;
    return { ...node, inputs: [query, key, value, bias, ...rest] };
  });
  return { ...graph, nodes, initializers };
}

/** One value per column of query, key and value. */
function zeroBias({ name, inputs }: GraphNode): Value {
  const width = inputs.slice(0, 3).reduce((sum, v) => sum + Number(v?.shape[2]), 0);
  return { name: `${name}/zeroBias`, dtype: "float32", shape: [width] };
}
