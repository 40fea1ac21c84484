import { expect, it } from "vitest";
import { smallModel } from "../../../test/smallModel.ts";
import { oneThread, runGraph } from "../../../test/smallNetwork.ts";
import { FormatError } from "../../errors.ts";
import { montageGraph } from "../../model/index.ts";
import { writeStateDict } from "../../model/stateDict.ts";
import { insertRounding, QDQ } from "../../quant/index.ts";
import type { TrainedTask } from "../../task/index.ts";
import { fakeStore } from "../loader/fakeStore.ts";
import { readQuantizedModel, writeQuantizedModel } from "./quantizedModel.ts";
import { quantizeModel } from "./quantizeModel.ts";

const model = smallModel({ kind: "classify", numClasses: 2 });
const store = fakeStore({ layouts: [["FP1", "CZ", "II"]], layout: [0, 0, 0, 0] });
const windows = { stores: [{ store, rows: [0, 1, 2, 3] }], nTimes: 64 };
const task: TrainedTask = {
  name: "half",
  spec: { kind: "binary", title: "first half or second", classes: ["first", "second"] },
  nTimes: 64,
};
const bitsOf = ({ name }: { name: string }) => (name.endsWith("fc1") ? 4 : name.endsWith("fc2") ? 2 : 8);
const network = await quantizeModel(model, windows, oneThread, { bitsOf });
const bytes = await writeQuantizedModel(network, model, task, { engine: oneThread, panluna: "1.2.3" });

it("comes back without the float weights: the same integers, scales, task, and logits to the bit", async () => {
  const back = await readQuantizedModel(bytes, "m", oneThread);
  expect(back.task).toEqual(task);
  expect(back.metadata["panluna.version"]).toBe("1.2.3");
  expect(back.scheme).toEqual(network.scheme);
  expect(back.layers.map(({ name, kind }) => [name, kind])).toEqual(
    network.layers.map(({ name, kind }) => [name, kind]),
  );
  const [expected, got] = [network, back].map((own) => insertRounding(own, own.scheme, QDQ));
  expect(await runGraph(got)).toEqual(await runGraph(expected));
  expect(await runGraph(back.montage)).toEqual(await runGraph(montageGraph(model)));
});

it("holds no matrix in float", async () => {
  const floats = [...network.graph.initializers.values()].filter(({ dtype }) => dtype === "float32");
  const matrices = [...network.scheme.weights.values()].reduce((sum, { values }) => sum + values.length, 0);
  expect(floats.reduce((sum, { data }) => sum + data.length, 0)).toBeGreaterThan(matrices);
  expect(bytes.length).toBeLessThan(2.5 * matrices); // small layers: names, scales and norms weigh as much as matrices
});

it("says what is wrong with a file", async () => {
  const damaged = bytes.slice();
  damaged[damaged.length - 5] ^= 1;
  await expect(readQuantizedModel(damaged, "m", oneThread)).rejects.toThrow(/^m: is damaged/);
  const other = writeStateDict(model.weights);
  await expect(readQuantizedModel(other, "m", oneThread)).rejects.toThrow(FormatError);
  await expect(readQuantizedModel(other, "m", oneThread)).rejects.toThrow(/^m: is no quantised network/);
});
