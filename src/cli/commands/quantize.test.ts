import { beforeEach, describe, expect, it } from "vitest";
import { runGraph, windowsFor } from "../../../test/smallNetwork.ts";
import { readOnnx } from "../../graph/index.ts";
import { montageGraph, panlunaGraph } from "../../model/index.ts";
import { insertRounding, QDQ } from "../../quant/index.ts";
import { nodeEngine } from "../../runtime/node.ts";
import { readQuantizedModel } from "../../train/quantize/quantizedModel.ts";
import { addRun, fakeCheckpoint, fakeModel, fakeTask, openFakeStores } from "../evaluate/fakeRuns.ts";
import { type FakeWorld, fakeWorld } from "../fakeEffects.ts";

let world: FakeWorld;
let closed: number;

beforeEach(() => {
  world = fakeWorld();
  closed = 0;
  openFakeStores(world, () => void closed++);
  addRun(world, "runs/f0");
});

const quantize = (...argv: string[]) => world.run("quantize", ...argv, "--draws", "20");
const resultOf = async (...argv: string[]) => {
  world.out = "";
  expect(await quantize(...argv, "--json"), world.err).toBe(0);
  return JSON.parse(world.out);
};

describe("panluna quantize", () => {
  it("tells what is kept of the metrics, what the weights take, and which layers lose most", async () => {
    expect(await quantize("runs/f0"), world.err).toBe(0);
    expect(world.out).toMatch(
      /^half: f0, weights of 8 bits\n {2}first half or second; split test: 12 windows, 3 subjects;/,
    );
    expect(world.out).toMatch(
      /metric {2,}float {2,}quantised {2,}difference {2,}kept\n {2}Balanced accuracy {2,}\d\.\d{3} \[/,
    );
    expect(world.out).toMatch(/Weights: \d\.\d\d MB → \d\.\d\d MB \(\d\.\d times smaller\)/);
    expect(world.out).toMatch(/Layers with the most noise\n {2}layer/);
    expect(closed).toBe(1);
  });

  it("measures: fewer bits take fewer bytes and lose more, in every matrix and in the logits", async () => {
    const [eight, two] = [
      await resultOf("runs/f0", "--calibration", "16"),
      await resultOf("runs/f0", "--weights", "2"),
    ];
    expect([eight.calibration, two.calibration]).toEqual([16, 36]); // all that people of train and val have
    expect(two.bytes.quantised).toBeLessThan(eight.bytes.quantised);
    expect(eight.bytes).toMatchObject({ float: two.bytes.float });
    expect(two.noise.logits).toBeLessThan(eight.noise.logits - 10);
    expect(new Set(Object.values(two.bits))).toEqual(new Set([2]));
    const matrices = eight.noise.layers.filter(({ bits }: { bits?: number }) => bits !== undefined);
    expect(matrices.map(({ name }: { name: string }) => name)).toEqual(Object.keys(two.bits));
    const ofTwo = new Map(two.noise.layers.map((layer: { name: string }) => [layer.name, layer]));
    for (const { name, alone } of matrices)
      expect((ofTwo.get(name) as { alone: number }).alone, name).toBeLessThan(alone);
    expect(eight.comparison.window.map(({ name }: { name: string }) => name)).toEqual(["quantised", "float"]);
    expect(eight.comparison.window[1].difference.auroc.value).toBeCloseTo(
      eight.comparison.window[0].metrics.auroc.value - eight.comparison.window[1].metrics.auroc.value,
      10,
    );
  });

  it("says what each layer alone does to the logits, where it is asked to", async () => {
    const { noise } = await resultOf("runs/f0", "--effects", "--calibration", "8");
    for (const { name, logits } of noise.layers) expect(logits === null || logits > 0, name).toBe(true);
  });

  it("writes the network for engines and for chips, which say the same; and what was found, with a picture", async () => {
    await quantize("runs/f0", "--output", "out", "--weights", "4");
    expect(world.out).toMatch(
      /Wrote out\/model.onnx, out\/model.quantized.safetensors, out\/quantization.json,\s+out\/noise.svg/,
    );
    const onnx = readOnnx(world.files.get("out/model.onnx")!, "m");
    expect(onnx.inputs.map(({ name }) => name)).toEqual(["x", "channel_locations", "sensor_type"]);
    expect(onnx.metadata).toMatchObject({
      "panluna.version": "1.2.3",
      "panluna.task": expect.stringContaining("half"),
    });
    const exact = panlunaGraph(fakeModel, { outputs: ["logits"] });
    const known = new Set([...exact.nodes.map(({ op }) => op.type), "QuantizeLinear", "DequantizeLinear"]);
    expect(onnx.nodes.filter(({ op }) => !known.has(op.type)).map(({ name }) => name)).toEqual([]);
    const stored = await readQuantizedModel(world.files.get("out/model.quantized.safetensors")!, "m", nodeEngine);
    expect(stored.task).toEqual(fakeTask);
    const feeds = windowsFor(onnx);
    const { channel_locations, sensor_type, x } = feeds;
    const { montage } = await runGraph(montageGraph(fakeModel), { channel_locations, sensor_type });
    const inner = await runGraph(insertRounding(stored, stored.scheme, QDQ), { x, montage: montage as typeof x });
    expect((await runGraph(onnx, feeds))["logits"]).toEqual(inner["logits"]);
    const json = JSON.parse(new TextDecoder().decode(world.files.get("out/quantization.json")));
    expect(json).toMatchObject({ panluna: "1.2.3", task: "half", model: "f0", stores: ["waves"] });
    const svg = new TextDecoder().decode(world.files.get("out/noise.svg"));
    expect(svg).toMatch(/^<svg .*half: noise of each layer, weights of 4 bits.*<\/svg>$/s);
    expect(svg).not.toMatch(/NaN|undefined|var\(/);
  });

  it("leaves nothing where it is stopped", async () => {
    const { createSession } = world.effects;
    let sessions = 0;
    Object.assign(world.effects, {
      createSession: (...args: Parameters<typeof createSession>) => {
        if (++sessions === 3) world.controller.abort(new Error("stopped"));
        return createSession(...args);
      },
    });
    const files = [...world.files.keys()];
    expect(await quantize("runs/f0", "--output", "out")).not.toBe(0);
    expect([...world.files.keys()]).toEqual(files);
    expect(closed).toBe(1);
  });

  it.each<[string, string[], RegExp]>([
    ["no model", [], /quantize: no model: expected the folder of a run of finetune/],
    ["several runs", ["runs"], /quantize: takes one model: got f0, f1/],
    ["a range that is none", ["runs/f0", "--range", "1.5"], /--range: cannot be read: expected mse, max or a share/],
    ["a width that there is not", ["runs/f0", "--weights", "3"], /--weights: cannot be read/],
    [
      "a split with too few people to choose ranges by",
      ["best.safetensors", "--store", "waves", "--val", "0.1", "--test", "0.9"],
      /best\.safetensors: there are too few windows of people outside the test split.*expected 8 or more, got 4/,
    ],
  ])("refuses %s", async (_, argv, message) => {
    addRun(world, "runs/f1");
    world.folders.add("runs");
    world.files.set("best.safetensors", fakeCheckpoint());
    expect(await quantize(...argv)).toBe(1);
    expect(world.err).toMatch(message);
  });
});
