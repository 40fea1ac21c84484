import { describe, expect, it } from "vitest";
import { smallNetwork } from "../../test/smallNetwork.ts";
import type { Layer, LayerKind } from "./layer.ts";
import type { QuantizedTensor } from "./quantizedTensors.ts";

const { layers, tensors } = await smallNetwork();
const named = (name: string): Layer => layers.find((layer) => layer.name === name)!;
const ofKind = (kind: LayerKind): Layer[] => layers.filter((layer) => layer.kind === kind);
const output = (layer: Layer): QuantizedTensor => tensors.of(layer.outputs[0])!;
const kindsOf = ({ precisions }: QuantizedTensor) => [...precisions].sort().join();

describe("findQuantizedTensors", () => {
  it("holds what products, tables and attention read as int8, what norms and rotations read as int16", () => {
    expect(ofKind("groupNorm").map((layer) => kindsOf(tensors.of(layer.inputs[0])!))).toEqual(["i16", "i16", "i16"]);
    for (const layer of ofKind("gelu")) expect(kindsOf(tensors.of(layer.inputs[0])!)).toBe("i8");
    for (const layer of ofKind("rotary")) expect(kindsOf(tensors.of(layer.inputs[0])!)).toBe("i16");
    for (const layer of ofKind("attention"))
      expect(layer.inputs.map((v) => kindsOf(tensors.of(v)!))).toEqual(["i8", "i8", "i8"]);
    for (const layer of ofKind("layerNorm")) expect(kindsOf(tensors.of(layer.inputs[0])!)).toBe("i16");
    for (const layer of ofKind("linear")) {
      expect(tensors.readBy(layer)).toBe(tensors.of(layer.inputs[0])!.source.name === "x" ? "i16" : "i8");
    }
  });

  it("holds what is read both ways in both precisions: the queries' output, which an MLP and a sum read", () => {
    const both = tensors.tensors.filter(({ precisions }) => precisions.size === 2);
    expect(both.map(({ source }) => source)).toEqual([named("cross_attn.cross_attention.out_proj").outputs[0]]);
  });

  it("numbers sums: what is added to each other, and the sum, have one number; other tensors none", () => {
    for (const add of ofKind("add")) {
      const { sum, precisions } = output(add);
      expect(precisions.has("i16")).toBe(true);
      expect(sum).toBeTypeOf("number");
      expect(add.inputs.map((v) => tensors.of(v)!.sum)).toEqual([sum, sum]);
    }
    const numbers = new Set(ofKind("add").map((add) => output(add).sum));
    expect(numbers.size).toBe(2); // the tokens, and the residual stream from the queries to the last block
    const summed = new Set(ofKind("add").flatMap((add) => [...add.inputs.map((v) => tensors.of(v)), output(add)]));
    for (const tensor of tensors.tensors) expect(tensor.sum !== undefined, tensor.source.name).toBe(summed.has(tensor));
  });

  it("follows values that are moved to what they were before, and gives parts of splits tensors of their own", () => {
    const [patches] = ofKind("move");
    expect(tensors.of(patches.outputs[0])!.source.name).toBe("x");
    const splits = ofKind("move").filter(({ outputs }) => outputs.length > 1);
    expect(splits.map(({ outputs }) => outputs.length)).toEqual([3, 3, 3, 2, 2]);
    for (const { inputs, outputs } of splits) {
      expect(tensors.of(inputs[0])).toBeUndefined();
      for (const part of outputs) expect(tensors.of(part)!.source).toBe(part);
    }
  });

  it("knows the frequency features and the logits, and holds no tensor that nobody reads", () => {
    expect(tensors.tensors.filter(({ features }) => features).map(({ source }) => source)).toEqual([
      ofKind("features")[0].outputs[0],
    ]);
    expect([...tensors.of(layers.at(-1)!.outputs[0])!.precisions]).toEqual(["i16"]); // so that classes compare
    expect(tensors.tensors).toHaveLength(new Set(tensors.tensors.map(({ source }) => source)).size);
  });
});
