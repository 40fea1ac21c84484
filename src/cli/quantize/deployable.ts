import { copyNodes, createBuilder, type Graph, type Value } from "../../graph/index.ts";
import { montageGraph, type PanlunaModel } from "../../model/index.ts";

/**
 * A graph that takes an embedded montage, with the part before it that makes the montage of raw locations: what an .onnx must hold.
 * @param inner has the inputs `x` and `montage`
 */
export function withLocations(model: PanlunaModel, inner: Graph): Graph {
  const g = createBuilder("panluna");
  const outer = montageGraph(model);
  const values = new Map<Value, Value>();
  const signal = inner.inputs.find(({ name }) => name === "x")!;
  values.set(signal, g.input("x", signal.dtype, signal.shape));
  for (const input of outer.inputs) values.set(input, g.input(input.name, input.dtype, input.shape));
  for (const [value, tensor] of outer.initializers) {
    const name = model.weights.has(value.name) ? value.name : `montage/${value.name}`; // those of `inner` keep their names
    values.set(value, g.parameter(name, tensor));
  }
  for (const { op, inputs, outputs, attrs, name } of outer.nodes) {
    const operands = inputs.map((v) => v && values.get(v));
    const made = g.apply(op, operands, attrs, `montage/${name}`);
    outputs.forEach((v, i) => void values.set(v, made[i]));
  }
  const montage = inner.inputs.find(({ name }) => name === "montage")!;
  values.set(montage, values.get(outer.outputs[0])!);
  copyNodes(g, inner, values);
  return g.finish(Object.fromEntries(inner.outputs.map((v) => [v.name, values.get(v)!])), inner.metadata);
}
