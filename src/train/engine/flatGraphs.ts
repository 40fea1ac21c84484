import { copyNodes, createBuilder, float32, type Graph, type GraphBuilder, type Value } from "../../graph/index.ts";
import type { Weights } from "../../model/index.ts";
import { type ParameterRule, parameterGroups } from "../optimizer/groups.ts";
import { gradientName, type TrainingGraphs } from "./trainingGraphs.ts";

/** Where a tensor stands in its vector. */
export interface FlatTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

/** Tensors that are trained alike, one behind the other in one vector: an optimiser step is a dozen operators, not a dozen per tensor. */
export interface FlatGroup extends ParameterRule {
  readonly tensors: readonly FlatTensor[];
  /** Values of the vector, a multiple of `ROW`; zeros fill it up. */
  readonly length: number;
}

/** Vectors are summed in rows of this length, then over the rows. */
export const ROW = 1024;

/** The name of vector `i` of a kind: "weights/0". */
export const vectorName = (kind: string, i: number): string => `${kind}/${i}`;

/** @param weights the trained tensors */
export function flatGroups(rules: ReadonlyMap<string, ParameterRule>, weights: Weights): FlatGroup[] {
  return parameterGroups(rules).map(({ names, lrFactor, decays }) => {
    let end = 0;
    const tensors = names.map((name): FlatTensor => {
      const { shape, data } = weights.get(name)!;
      const start = end;
      end += data.length;
      return { name, shape, start, end };
    });
    return { tensors, length: Math.ceil(end / ROW) * ROW, lrFactor, decays };
  });
}

/** The tensors of `from` as one vector per group; zeros for those that it lacks. */
export function flatten(groups: readonly FlatGroup[], from: Weights): Float32Array[] {
  return groups.map(({ tensors, length }) => {
    const vector = new Float32Array(length);
    for (const { name, start } of tensors) vector.set((from.get(name)?.data ?? []) as Float32Array, start);
    return vector;
  });
}

/** The values of every tensor in its vector, not copied. */
export function viewsOf(groups: readonly FlatGroup[], vectors: readonly Float32Array[]): Map<string, Float32Array> {
  const views = groups.flatMap(({ tensors }, i) =>
    tensors.map(({ name, start, end }) => [name, vectors[i].subarray(start, end)] as const),
  );
  return new Map(views);
}

/** The graphs of a training with vectors `weights/<i>` for its parameters; gradients come out as vectors `gradients/<i>`. */
export function flatTrainingGraphs(
  { gradient, evaluation }: Pick<TrainingGraphs, "gradient" | "evaluation">,
  groups: readonly FlatGroup[],
): { readonly gradient: Graph; readonly evaluation: Graph } {
  const [learning, judging] = [overVectors(gradient, groups), overVectors(evaluation, groups)];
  return {
    gradient: learning.g.finish(withGradientVectors(learning, groups), gradient.metadata),
    evaluation: judging.g.finish(Object.fromEntries(judging.outputs), evaluation.metadata),
  };
}

interface OverVectors {
  readonly g: GraphBuilder;
  readonly outputs: ReadonlyMap<string, Value>;
}

/** The graph once more, its parameters cut out of vectors. */
function overVectors(graph: Graph, groups: readonly FlatGroup[]): OverVectors {
  const g = createBuilder(graph.name);
  const values = new Map<Value, Value>();
  const inputs = new Map(graph.inputs.map((input) => [input.name, input]));
  groups.forEach(({ tensors, length }, i) => {
    const read = tensors.filter(({ name }) => inputs.has(name));
    if (read.length === 0) return;
    const vector = g.input(vectorName("weights", i), "float32", [length]);
    for (const { name, shape, start, end } of read) {
      values.set(inputs.get(name)!, g.reshape(g.slice(vector, [start], [end], [0]), shape));
    }
  });
  for (const input of graph.inputs) {
    if (!values.has(input)) values.set(input, g.input(input.name, input.dtype, input.shape));
  }
  copyNodes(g, graph, values);
  return { g, outputs: new Map(graph.outputs.map((value) => [value.name, values.get(value)!])) };
}

function withGradientVectors({ g, outputs }: OverVectors, groups: readonly FlatGroup[]): Record<string, Value> {
  const zeros = (count: number) => g.constant(float32(new Float32Array(count)));
  const vectors = groups.map(({ tensors, length }, i) => {
    const filled = tensors.at(-1)!.end;
    const parts = tensors.map(({ name, start, end }) => {
      const gradient = outputs.get(gradientName(name)); // a parameter that the loss does not read has none
      return gradient === undefined ? zeros(end - start) : g.reshape(gradient, [-1]);
    });
    const all = length === filled ? parts : [...parts, zeros(length - filled)];
    return [vectorName("gradients", i), all.length === 1 ? all[0] : g.concat(all, 0)] as const;
  });
  const gradients = new Set(groups.flatMap(({ tensors }) => tensors.map(({ name }) => gradientName(name))));
  const losses = [...outputs].filter(([name]) => !gradients.has(name));
  return Object.fromEntries([...losses, ...vectors]);
}
