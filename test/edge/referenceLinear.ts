import { linear8, linear16 } from "../../src/quant/integer/index.ts";
import { everyKind, type LinearTestCase } from "./linearCases.ts";
import { type LinearShape, randomLinear } from "./randomLinear.ts";

/** Layers of the published network on 12 channels for 20 s. */
const LAYERS: Readonly<Record<string, LinearShape & { readonly inputBits?: 16 }>> = {
  "first convolution of a patch": { rows: 960, inner: 32, cols: 64, inputBits: 16 },
  "later convolution": { rows: 960, inner: 64, cols: 64 },
  "frequency features": { rows: 960, inner: 34, cols: 256 },
  "queries and keys": { rows: 80, inner: 256, cols: 512 },
  "hidden layer": { rows: 80, inner: 256, cols: 1024 },
  "out of the hidden layer": { rows: 80, inner: 1024, cols: 256 },
};

/** Every layer to every kind of result, with weights of 8, 4 and 2 bits. */
export const referenceLinear = (): LinearTestCase[] =>
  Object.entries(LAYERS).flatMap(([layer, shape]) =>
    ([8, 4, 2] as const).flatMap((bits) => {
      const name = `${layer}, weights of ${bits} bits`;
      return everyKind(name, randomLinear(name, shape, 33, bits, shape.inputBits), true);
    }),
  );

/** The results of a case by src/quant/integer, as linear.c prints them. */
export function referenceHex({ rows, inner, cols, x, kind, ...layer }: LinearTestCase): string {
  const shape = { rows, inner, columns: cols };
  const multipliers = Array.from(layer.multiplier, (m, n) => ({ m, shift: layer.shift[n] }));
  const constants = { weight: layer.weights, bias: layer.bias, multipliers };
  const y =
    kind === "s8"
      ? linear8(x, shape, constants)
      : linear16(x, shape, constants, kind === "added" ? layer.z : undefined);
  return Buffer.from(y.buffer).toString("hex");
}
