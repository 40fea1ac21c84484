import { expect, it } from "vitest";
import { smallModel } from "../../../test/smallModel.ts";
import { oneThread } from "../../../test/smallNetwork.ts";
import { insertRounding, QDQ } from "../../quant/index.ts";
import { fakeStore } from "../loader/fakeStore.ts";
import { logitsOf, measureNoise, noiseOf } from "./layerNoise.ts";
import { mixPrecision } from "./mixedPrecision.ts";
import { type QuantizedNetwork, quantizeModel } from "./quantizeModel.ts";

const model = smallModel(
  { kind: "classify", numClasses: 2 },
  { patchSize: 16, embedDim: 16, numHeads: 2, depth: 0, numQueries: 2, mlpRatio: 1 },
);
const store = fakeStore({ layouts: [["FP1", "CZ"]], layout: [0, 0, 0, 0, 0, 0, 0, 0] });
const windows = { stores: [{ store, rows: [0, 1, 2, 3, 4, 5, 6, 7] }], nTimes: 64 };
const eight = await quantizeModel(model, windows, oneThread);
const exact = await logitsOf(model, eight.graph, windows, oneThread, {});
const ratioOf = async (network: QuantizedNetwork) =>
  noiseOf(exact, await logitsOf(model, insertRounding(network, network.scheme, QDQ), windows, oneThread, {}));
const bitsOf = ({ scheme }: QuantizedNetwork) => [...scheme.weights.values()].map(({ bits }) => bits);
const sizeOf = ({ scheme }: QuantizedNetwork) =>
  [...scheme.weights.values()].reduce((sum, { bits, values }) => sum + bits * values.length, 0);

it("stays above the target with fewer bits, and with fewer for a lower target", async () => {
  const all = await ratioOf(eight);
  const [near, far] = [
    await mixPrecision(model, eight, windows, oneThread, { target: all - 8 }),
    await mixPrecision(model, eight, windows, oneThread, { target: all - 16 }),
  ];
  expect(await ratioOf(near)).toBeGreaterThanOrEqual(all - 8);
  expect(await ratioOf(far)).toBeGreaterThanOrEqual(all - 16);
  expect(sizeOf(near)).toBeLessThan(sizeOf(eight));
  expect(sizeOf(far)).toBeLessThan(sizeOf(near));
});

it("keeps 8 bits where no less will do, and 2 where anything will", async () => {
  const [most, least] = [
    await mixPrecision(model, eight, windows, oneThread, { target: 200 }),
    await mixPrecision(model, eight, windows, oneThread, { target: -200 }),
  ];
  expect(new Set(bitsOf(most))).toEqual(new Set([8]));
  expect(new Set(bitsOf(least))).toEqual(new Set([2]));
});

it("measures the noise of each layer, alone and together: the first reads what both see alike", async () => {
  const { layers, logits } = await measureNoise(model, eight, windows, oneThread, { effects: true });
  expect(logits).toBeCloseTo(await ratioOf(eight), 6);
  for (const { name, alone, logits: effect } of layers) {
    expect(alone, name).toBeGreaterThan(5);
    expect(effect, name).toBeGreaterThan(logits - 6);
  }
  expect(layers[0].together).toBeLessThanOrEqual(layers[0].alone + 0.1);
  expect(layers.map(({ bits }) => bits !== undefined)).toEqual(
    layers.map(({ kind }) => kind === "linear" || kind === "lookup"),
  );
});
