import { describe, expect, it } from "vitest";
import { smallModel } from "../../../test/smallModel.ts";
import { oneThread } from "../../../test/smallNetwork.ts";
import { insertRounding, QDQ } from "../../quant/index.ts";
import { fakeStore } from "../loader/fakeStore.ts";
import { forwardWindows } from "../predict/index.ts";
import { quantizeModel, withForward } from "./quantizeModel.ts";

const model = smallModel({ kind: "classify", numClasses: 2 });
const noise = (row: number, channel: number, time: number) =>
  Math.sin(99 * Math.sin(row * 7919 + channel * 104729 + time));
const layouts = [
  ["FP1", "CZ", "II"],
  ["FP1", "CZ"],
];
const store = fakeStore({ layouts, layout: [0, 1, 0, 1, 0, 1, 0, 1], sample: noise });
const stores = [{ store, rows: [0, 1, 2, 3, 4, 5] }];
const windows = { stores, nTimes: 64 };

const logits = (graph: Parameters<typeof withForward>[1]) =>
  withForward(model, graph, oneThread, async (run) => {
    const forward = async (feeds: Parameters<typeof run>[0]) => (await run(feeds))["logits"];
    return (await forwardWindows(stores, 64, forward, { name: "logits", width: 2 })).values;
  });
const rms = (a: Float32Array, b: Float32Array) =>
  Math.sqrt(a.reduce((sum, v, i) => sum + (v - b[i]) ** 2, 0) / a.length);

describe("quantizeModel", () => {
  it("keeps what the network says, and errs more the fewer bits its weights have", async () => {
    const float = await quantizeModel(model, windows, oneThread, { bitsOf: () => "float", equalize: false });
    const exact = await logits(float.graph);
    const errors: number[] = [];
    for (const bits of [8, 4, 2] as const) {
      const network = await quantizeModel(model, windows, oneThread, { bitsOf: () => bits });
      expect(rms(exact, await logits(network.graph))).toBeLessThan(1e-5);
      errors.push(rms(exact, await logits(insertRounding(network, network.scheme, QDQ))));
    }
    const size = rms(exact, new Float32Array(exact.length));
    expect(errors[0]).toBeLessThan(0.05 * size);
    expect(errors[1]).toBeGreaterThan(2 * errors[0]);
    expect(errors[2]).toBeGreaterThan(2 * errors[1]);
  });

  it("gives scales that do not clip what it was shown, where all is to be kept", async () => {
    const { tensors, scheme } = await quantizeModel(model, windows, oneThread, { range: "max" });
    const narrow = await quantizeModel(model, windows, oneThread, { range: 0.9 });
    for (const { source, precisions, features } of tensors.tensors) {
      const [all, most] = [scheme, narrow.scheme].map(({ activations }) => activations.get(source.name)!);
      expect(Object.keys(all).sort()).toEqual([...precisions].sort());
      if (all.i8 !== undefined && !features) expect(most.i8, source.name).toBeLessThan(all.i8);
      expect(most.i16).toBe(all.i16);
    }
  });

  it("says what a network without a classification head lacks", async () => {
    const encoder = smallModel({ kind: "none" });
    await expect(quantizeModel(encoder, windows, oneThread)).rejects.toThrow(/no such value in the model.*got logits/);
  });
});
