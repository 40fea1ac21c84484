import { describe, expect, it } from "vitest";
import { FormatError } from "../errors.ts";
import { float32 } from "../graph/index.ts";
import type { RoundingScheme } from "./scheme.ts";
import { readScheme, SCHEME_KEY, schemeTensors, schemeText } from "./schemeFile.ts";

const scheme: RoundingScheme = {
  activations: new Map([
    ["x", { i16: 2 ** -10 }],
    ["b/MatMul:0", { i8: Math.fround(0.1), i16: Math.fround(1e-5) }],
  ]),
  features: Float32Array.of(0.1, Math.PI / 127),
  weights: new Map([
    ["fc2", { bits: 2, axis: 1, scales: Float32Array.of(0.3, 1e-20, 7) }],
    ["fc1", { bits: 8, axis: 0, scales: Float32Array.of(0.7) }],
  ]),
};
const [tensors, text] = [schemeTensors(scheme), schemeText(scheme)];

describe("a scheme beside weights", () => {
  it("comes back as it was, to the bit", () => {
    expect(readScheme(new Map([...tensors, ["w", float32([1])]]), text, "f")).toEqual(scheme);
  });

  it("is the same file whatever order it was made in", () => {
    const again = readScheme(tensors, text, "f")!;
    expect([...again.weights.keys()]).not.toEqual([...scheme.weights.keys()]);
    expect([...schemeTensors(again)]).toEqual([...tensors]);
    expect(schemeText(again)).toBe(text);
  });

  it("is none where none is told", () => {
    expect(readScheme(tensors, undefined, "f")).toBeUndefined();
  });

  it.each<[string, string, (name: string) => boolean]>([
    ["is no JSON", "{", () => true],
    ["has no tensors of scales", text, (name) => !name.endsWith("/fc2")],
    ["has no scales of features", text, (name) => !name.endsWith("/features")],
    ["has weights of 3 bits", text.replace('"bits":2', '"bits":3'), () => true],
    ["has a negative scale", text.replace('"i16":0.0009765625', '"i16":-1'), () => true],
    ["has no activations", text.replace("activations", "activation"), () => true],
  ])("that %s is refused", (_, told, keep) => {
    const read = () => readScheme(new Map([...tensors].filter(([name]) => keep(name))), told, "best.safetensors");
    expect(read).toThrow(FormatError);
    expect(read).toThrow(`best.safetensors: does not describe how it is rounded at ${SCHEME_KEY}`);
  });
});
