import { describe, expect, it } from "vitest";
import { WeightsError } from "../errors.ts";
import { readSafetensors } from "../formats/safetensors/safetensors.ts";
import { float32, type Tensor } from "../graph/index.ts";
import { readStateDict, writeStateDict } from "./stateDict.ts";

const ids: Tensor = { dtype: "int32", shape: [2], data: Int32Array.of(1, 70000) };
const tensors = new Map<string, Tensor>([
  ["w", float32([1, 0.1, -65504, 2 ** -24], [2, 2])],
  ["freqs", float32([0.1], [1])],
  ["ids", ids],
]);

describe("a state dict in float16", () => {
  it("stores the named float32 tensors as F16 and leaves the others alone", () => {
    const bytes = writeStateDict(tensors, { a: "b" }, { half: (name) => name !== "freqs" });
    const stored = readSafetensors(bytes, "x").tensors;
    expect([...stored].map(([name, { dtype }]) => `${name} ${dtype}`).sort()).toEqual([
      "freqs F32",
      "ids I32",
      "w F16",
    ]);
    const read = readStateDict(bytes, "x");
    expect(read.get("w")).toEqual(float32([1, 0.0999755859375, -65504, 2 ** -24], [2, 2])); // np.float16(0.1)
    expect(read.get("freqs")).toEqual(tensors.get("freqs"));
    expect(read.get("ids")).toEqual(ids);
    expect(writeStateDict(read, { a: "b" }, { half: (name) => name !== "freqs" })).toEqual(bytes);
  });

  it.each([65520, -1e9, Number.NaN, Number.POSITIVE_INFINITY])("refuses %d and names the tensor", (value) => {
    const bad = new Map([["norm.bias", float32([0, value])]]);
    const write = () => writeStateDict(bad, {}, { half: () => true });
    expect(write).toThrow(WeightsError);
    expect(write).toThrow(/^tensor norm\.bias: does not fit into float16 at element 1: expected .* got /);
    expect(() => writeStateDict(bad)).not.toThrow();
  });
});
