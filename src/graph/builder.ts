import { GraphError } from "../errors.ts";
import { type Dim, shapeText } from "./dim.ts";
import type { Graph, Region } from "./graph.ts";
import type { AnyOp, Attrs, GradientRule, GraphNode, OpDef, Value } from "./op.ts";
import { type OpName, ops } from "./ops/index.ts";
import { prune } from "./passes/prune.ts";
import { type Dtype, float32, type Tensor } from "./tensor.ts";

type Tuple<T, N extends number, Acc extends T[] = []> = Acc["length"] extends N ? Acc : Tuple<T, N, [...Acc, T]>;
type Result<Out extends number> = Out extends 1 ? Value : Tuple<Value, Out>;
type Call<D> = D extends OpDef<infer Args, infer _A, infer Out> ? (...args: Args) => Result<Out> : never;
type OpCalls = { readonly [K in OpName]: Call<(typeof ops)[K]> };

/** The part of a builder that is not an operator. */
export interface BuilderCore {
  /** An input that the caller feeds at run time. */
  input(name: string, dtype: Dtype, shape: readonly Dim[]): Value;
  /** A parameter: named as in the state dict, with its data. Asking twice gives the same value. */
  parameter(name: string, tensor: Tensor): Value;
  /** A constant; small equal ones are shared. */
  constant(tensor: Tensor, hint?: string): Value;
  /** A float32 scalar constant. */
  scalar(value: number): Value;
  /** Give a value a public name; outputs and requested intermediates are found by it. */
  name(name: string, value: Value): Value;
  /** All names given so far. */
  readonly named: ReadonlyMap<string, Value>;
  /** The inputs so far. */
  readonly inputs: readonly Value[];
  /** The nodes so far, in order. */
  readonly nodes: readonly GraphNode[];
  /** Apply an operator that is not known by a method, e.g. one that was read from a file; the node may have a name already. */
  apply(op: AnyOp, inputs: readonly (Value | undefined)[], attrs: GraphNode["attrs"], name?: string): Value[];
  /**
   * Let the gradient of `y` pass to `inputs` by a rule of its own instead of node by node: for a formula whose derivative as a whole
   * takes fewer operations. `y` must depend on nothing trained but through `inputs`.
   * @returns y
   */
  withGradient(y: Value, inputs: readonly Value[], rule: GradientRule["rule"]): Value;
  /** The rules given so, by the value they are for. */
  readonly gradientRules: ReadonlyMap<Value, GradientRule>;
  /**
   * Say that what was built between `inputs` and `output` is one operation to those who do not run ONNX.
   * @returns output
   */
  region(kind: string, inputs: readonly Value[], output: Value, attrs?: Attrs): Value;
  /** Run `build` with `prefix/` before the names of its nodes. */
  scope<T>(prefix: string, build: () => T): T;
  /** Close the graph: nodes that no output needs are left out. */
  finish(outputs: Readonly<Record<string, Value>>, metadata?: Readonly<Record<string, string>>): Graph;
}

/** Builds a graph node by node; every operator of `ops/` is a method: `g.matMul(a, b)`. */
export type GraphBuilder = BuilderCore & OpCalls;

/** Start an empty graph. */
export function createBuilder(name: string): GraphBuilder {
  const core = createCore(name);
  const calls = Object.fromEntries(
    Object.entries(ops).map(([key, op]) => [
      key,
      (...args: never[]) => {
        const { inputs, attrs } = (op as AnyOp).call(...args);
        const out = core.apply(op as AnyOp, inputs, attrs);
        return out.length === 1 ? out[0] : out;
      },
    ]),
  );
  return Object.assign(core, calls) as unknown as GraphBuilder;
}

function createCore(graphName: string): BuilderCore {
  const inputs: Value[] = [];
  const nodes: GraphNode[] = [];
  const initializers = new Map<Value, Tensor>();
  const shared = new Map<string, Value>();
  const parameters = new Map<string, Value>();
  const named = new Map<string, Value>();
  const gradientRules = new Map<Value, GradientRule>();
  const regions: Region[] = [];
  const taken = new Set<string>();
  let prefix = "";

  const unique = (hint: string): string => {
    let candidate = hint;
    const isTaken = () => taken.has(candidate) || taken.has(`${candidate}:0`); // a node's results are called after it
    for (let i = 1; isTaken(); i++) candidate = `${hint}.${i}`;
    taken.add(candidate);
    return candidate;
  };
  const addInitializer = (name: string, tensor: Tensor): Value => {
    const value: Value = { name: unique(name), dtype: tensor.dtype, shape: tensor.shape };
    initializers.set(value, tensor);
    return value;
  };

  return {
    named,
    inputs,
    nodes,
    gradientRules,
    withGradient(y, from, rule) {
      gradientRules.set(y, { inputs: from, rule });
      return y;
    },
    region(kind, from, output, attrs = {}) {
      regions.push({ kind, inputs: from, output, attrs });
      return output;
    },
    input(name, dtype, shape) {
      const value: Value = { name: unique(name), dtype, shape };
      inputs.push(value);
      return value;
    },
    parameter(name, tensor) {
      const known = parameters.get(name);
      if (known !== undefined) return known;
      const value = addInitializer(name, tensor);
      parameters.set(name, value);
      return value;
    },
    constant(tensor, hint = "constant") {
      const small = tensor.data.length <= 64;
      const key = small ? `${tensor.dtype}${shapeText(tensor.shape)}${bytesOf(tensor).join()}` : "";
      const known = small ? shared.get(key) : undefined;
      if (known !== undefined) return known;
      const value = addInitializer(hint, tensor);
      if (small) shared.set(key, value);
      return value;
    },
    scalar(value) {
      return this.constant(float32([value], []));
    },
    name(name, value) {
      named.set(name, value);
      return value;
    },
    apply(op, operands, attrs, hint = `${prefix}${op.type}`) {
      const name = unique(hint);
      const types = op.infer(
        operands.map((v) => v ?? { dtype: "float32", shape: [] }),
        attrs,
        name,
      );
      const outputs = types.map(
        ({ dtype, shape }, i): Value => ({ name: i === 0 ? `${name}:0` : `${name}:${i}`, dtype, shape }),
      );
      nodes.push({ name, op, inputs: operands, outputs, attrs });
      return outputs;
    },
    scope(part, build) {
      const outer = prefix;
      prefix = `${outer}${part}/`;
      try {
        return build();
      } finally {
        prefix = outer;
      }
    },
    finish(outputs, metadata = {}) {
      const values = Object.values(outputs);
      if (values.length === 0) throw new GraphError({ where: graphName, what: "a graph needs an output" });
      const graph = { name: graphName, inputs, outputs: values, nodes, initializers, regions, metadata };
      return prune(renameOutputs(graph, outputs));
    },
  };
}

/** The bytes of a tensor: they tell 0 from −0. */
const bytesOf = ({ data }: Tensor): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/**
 * Give the output values their public names. An output that is also read inside keeps one value under the new name;
 * an output that is an input, an initializer or a second name of another output goes through Identity.
 * @throws GraphError when an output would take the name of an input or initializer
 */
function renameOutputs(graph: Graph, outputs: Readonly<Record<string, Value>>): Graph {
  const sources = new Map([...graph.inputs, ...graph.initializers.keys()].map((value) => [value.name, value]));
  const produced = new Set(graph.nodes.flatMap((node) => node.outputs));
  const renamed = new Map<Value, Value>();
  const extra: GraphNode[] = [];
  const publicValues = Object.entries(outputs).map(([name, value]) => {
    const source = sources.get(name);
    if (source === value) return value;
    if (source !== undefined) {
      throw new GraphError({ where: graph.name, what: "an output takes the name of another value", got: `"${name}"` });
    }
    const target: Value = { ...value, name };
    if (produced.has(value) && !renamed.has(value)) renamed.set(value, target);
    else {
      const inner = renamed.get(value) ?? value;
      extra.push({ name: `${name}/Identity`, op: ops.identity, inputs: [inner], outputs: [target], attrs: {} });
    }
    return target;
  });
  const swap = (value: Value | undefined) => (value === undefined ? undefined : (renamed.get(value) ?? value));
  const nodes = graph.nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map(swap),
    outputs: node.outputs.map((v) => renamed.get(v) ?? v),
  }));
  const regions = graph.regions.map((region) => ({
    ...region,
    inputs: region.inputs.map((v) => renamed.get(v) ?? v),
    output: renamed.get(region.output) ?? region.output,
  }));
  return { ...graph, outputs: publicValues, nodes: [...nodes, ...extra], regions };
}
