import { describe, expect, it } from "vitest";
import { SMALL, smallModel } from "../../test/smallModel.ts";
import { FormatError, UsageError, WeightsError } from "../errors.ts";
import { metadataIn } from "../formats/safetensors/metadata.ts";
import { CHECKSUM_KEY, seal, UNSEALED } from "../formats/safetensors/seal.ts";
import { float32 } from "../graph/index.ts";
import { mergeLora } from "../model/index.ts";
import { writeStateDict } from "../model/stateDict.ts";
import { readCheckpoint, type TrainingState, writeCheckpoint } from "../train/run/checkpoint.ts";
import { encoderDigest } from "./encoderDigest.ts";
import { attachHead, readHead, writeHead } from "./headFile.ts";
import { taskOutputs } from "./outputs.ts";
import { readTask, taskText } from "./readTask.ts";
import { readTaskModel } from "./taskModel.ts";
import type { TrainedTask } from "./trainedTask.ts";

const stages: TrainedTask = {
  name: "stage",
  spec: { kind: "multiclass", title: "stages", classes: ["W", "N1", "N2"] },
  sensors: ["eeg", "ecg"],
  channels: ["CZ", "FP1-F7", "II"],
  nTimes: 128,
};
const rate: TrainedTask = {
  name: "rate",
  spec: { kind: "regression", title: "heart rate", classes: [], unit: "bpm" },
  nTimes: 64,
  standardization: { mean: 72.5, std: 11.25 },
};
const of = (kind: TrainedTask["spec"]["kind"], classes: string[]): Pick<TrainedTask, "spec"> => ({
  spec: { kind, title: "", classes },
});

describe("outputs of a head", () => {
  it("are a softmax of classes, as SciPy computes it", () => {
    // scipy.special.softmax([1, 2, 4])
    const expected = [0.04201006613406605, 0.11419519938459449, 0.8437947344813395];
    const found = taskOutputs(Float32Array.of(1, 2, 4, 1001, 1002, 1004), stages);
    [...expected, ...expected].forEach((p, i) => void expect(found[i]).toBeCloseTo(p, 14));
  });

  it("are a sigmoid per label, also far out", () => {
    const found = taskOutputs([0, 2, -2, 800, -800, -40], of("multilabel", ["a", "b"]));
    expect([...found.subarray(0, 3)]).toEqual([0.5, 0.8807970779778823, 0.11920292202211755]); // scipy.special.expit
    expect([...found.subarray(3, 5)]).toEqual([1, 0]);
    expect(found[5]).toBeCloseTo(4.248354255291589e-18, 30);
  });

  it("are two probabilities for a binary task, and a value in its unit for a regression", () => {
    expect([...taskOutputs([-500, 500], of("binary", ["no", "yes"]))]).toEqual([0, 1]);
    expect([...taskOutputs([0, -2, 0.5], rate)]).toEqual([72.5, 50, 78.125]);
    expect([...taskOutputs([3], of("regression", []))]).toEqual([3]);
  });

  it("of logits that are no numbers are none", () => {
    expect([...taskOutputs([Number.NaN, 1], of("binary", ["no", "yes"]))]).toEqual([Number.NaN, Number.NaN]);
  });
});

describe("a task as text", () => {
  it("is read as it was written", () => {
    for (const task of [stages, rate]) expect(readTask(taskText(task), "x")).toEqual(task);
  });

  it.each([
    ["not JSON", "{", /^head\.x: the description of its task is not JSON at panluna\.task/],
    ["no name", taskText({ ...stages, name: "" }), /at panluna\.task\.name/],
    [
      "one class of two",
      taskText({ ...stages, spec: { ...stages.spec, kind: "binary" } }),
      /panluna\.task\.spec\.classes/,
    ],
    ["a class twice", taskText({ ...stages, spec: { ...stages.spec, classes: ["a", "a"] } }), /one stands twice/],
    ["no channel", taskText({ ...stages, channels: [] }), /at panluna\.task\.channels: got an empty list/],
    ["a channel twice", taskText({ ...stages, channels: ["II", "II"] }), /task\.channels: got one stands twice/],
    ["a channel without name", taskText({ ...stages, channels: [""] }), /at panluna\.task\.channels\.0/],
    ["no length", taskText({ ...stages, nTimes: 0 }), /at panluna\.task\.nTimes/],
    ["an unknown sensor", taskText(stages).replace("eeg", "emg"), /at panluna\.task\.sensors\.0/],
    [
      "no spread",
      taskText({ ...rate, standardization: { mean: 0, std: 0 } }),
      /at panluna\.task\.standardization\.std/,
    ],
  ])("is refused with %s", (_, text, message) => {
    expect(() => readTask(text, "head.x")).toThrow(FormatError);
    expect(() => readTask(text, "head.x")).toThrow(message);
  });
});

const model = smallModel({ kind: "classify", numClasses: 3 });
const origin = { panluna: "1.2.3", seed: 1, config: "c", fingerprint: "f" };
const stateWith = (task?: TrainedTask): TrainingState => {
  const { weights, sizes, head } = model;
  return { step: 1, weights, m: new Map(), v: new Map(), progress: {}, sizes, head, ...(task && { task }) };
};

describe("a checkpoint of a task", () => {
  it("gives the model and the task back", () => {
    const bytes = writeCheckpoint(stateWith(stages), origin);
    expect(readCheckpoint(bytes, "best.safetensors").task).toEqual(stages);
    const read = readTaskModel(bytes, "best.safetensors");
    expect(read.task).toEqual(stages);
    expect(read.model.weights).toEqual(model.weights);
    expect("task" in readCheckpoint(writeCheckpoint(stateWith(), origin), "x")).toBe(false);
  });

  it("is refused without a task, damaged, or with a head of another width", () => {
    const none = writeCheckpoint(stateWith(), origin);
    expect(() => readTaskModel(none, "best.safetensors")).toThrow(UsageError);
    expect(() => readTaskModel(none, "best.safetensors")).toThrow(/does not say what task/);
    const damaged = writeCheckpoint(stateWith(stages), origin);
    damaged[damaged.length - 5] ^= 1;
    expect(() => readTaskModel(damaged, "best.safetensors")).toThrow(/^best\.safetensors: is damaged.*another copy/);
    expect(() => readTaskModel(writeCheckpoint(stateWith(rate), origin), "b")).toThrow(
      /its head does not fit the task rate: expected 1 outputs, got \[3, /,
    );
    expect(() => readTaskModel(new Uint8Array(9), "b")).toThrow(FormatError);
  });
});

describe("a head with adapters", async () => {
  const digest = await encoderDigest(model.weights);
  const encoder = { sizes: model.sizes, digest };
  const ramp = (shape: number[]) =>
    float32(
      Array.from({ length: shape[0] * shape[1] }, (_, i) => 0.01 * (i % 7) - 0.03),
      shape,
    );
  const module = "blocks.0.attn.proj";
  const tensors = new Map([
    [`${module}.lora_A`, ramp([2, 32])],
    [`${module}.lora_B`, ramp([32, 2])],
  ]);
  const adapters = { tensors, scaling: 1.5 };
  const bytes = writeHead(model.weights, stages, { encoder, adapters, panluna: "1" });

  it("is read as it was written, and merges them into its encoder", () => {
    const head = readHead(bytes, "h");
    expect(head.adapters).toEqual(adapters);
    expect([...head.weights.keys()].every((name) => name.startsWith("classifier."))).toBe(true);
    expect(attachHead(model, head, { digest }).weights).toEqual(mergeLora(model.weights, adapters));
  });

  it("in float16 is the same within its rounding", () => {
    const head = readHead(
      writeHead(model.weights, stages, { encoder, adapters, panluna: "1" }, { half: () => true }),
      "h",
    );
    for (const [name, { data }] of head.weights) {
      const exact = model.weights.get(name)!.data as Float32Array;
      expect(
        data.every((value, i) => Math.abs(Number(value) - exact[i]) <= 2 ** -11 * Math.abs(exact[i]) + 2 ** -25),
      ).toBe(true);
    }
  });

  it("is refused without their scaling, without a half of them, and on layers that are not there", () => {
    const own = [...model.weights].filter(([name]) => name.startsWith("classifier."));
    const metadata = { ...metadataIn(bytes, "h") };
    delete metadata["panluna.lora.scaling"];
    const unscaled = seal(writeStateDict([...own, ...tensors], { ...metadata, [CHECKSUM_KEY]: UNSEALED }));
    expect(() => readHead(unscaled, "h")).toThrow(/got adapters with the scaling nothing/);
    const half = readHead(
      writeHead(model.weights, stages, {
        encoder,
        adapters: { tensors: new Map([...tensors].slice(0, 1)), scaling: 1 },
        panluna: "",
      }),
      "h",
    );
    expect(() => attachHead(model, half)).toThrow(WeightsError);
    const stray = new Map([...tensors].map(([name, tensor]) => [name.replace("blocks.0", "blocks.9"), tensor]));
    const strayed = readHead(
      writeHead(model.weights, stages, { encoder, adapters: { tensors: stray, scaling: 1 }, panluna: "" }),
      "h",
    );
    expect(() => attachHead(model, strayed)).toThrow(/adapter blocks\.9\.attn\.proj: does not fit its layer/);
  });
});

describe("a head apart from its encoder", async () => {
  const digest = await encoderDigest(model.weights);
  const encoder = { sizes: model.sizes, digest };
  const bytes = writeHead(model.weights, stages, { encoder, panluna: "1.2.3" });
  const head = readHead(bytes, "head.safetensors");

  it("is read as it was written, and holds nothing of the encoder", () => {
    expect(head).toMatchObject({ task: stages, encoder, panluna: "1.2.3" });
    expect([...head.weights.keys()].every((name) => name.startsWith("classifier."))).toBe(true);
    for (const [name, tensor] of head.weights) expect(tensor).toEqual(model.weights.get(name));
  });

  it("makes the model again, on whatever head the encoder had", async () => {
    const same = attachHead(model, head, { digest });
    expect(same).toMatchObject({ sizes: model.sizes, head: model.head, sameEncoder: true });
    expect(same.weights).toEqual(model.weights);
    const pretrained = smallModel({ kind: "reconstruct", numChannelNames: 5 });
    const shared = new Map([
      ...pretrained.weights,
      ...[...model.weights].filter(([name]) => !name.startsWith("class")),
    ]);
    expect(await encoderDigest(shared)).toBe(digest);
    const joined = attachHead({ ...pretrained, weights: shared }, head, { digest: await encoderDigest(shared) });
    expect([...joined.weights.keys()].sort()).toEqual([...model.weights.keys()].sort());
    expect(attachHead(model, head).sameEncoder).toBe(undefined);
  });

  it("is refused on an encoder of other sizes, and of other weights unless they are asked for", async () => {
    const wide = smallModel({ kind: "none" }, { ...SMALL, depth: 1 });
    expect(() => attachHead(wide, head)).toThrow(WeightsError);
    expect(() => attachHead(wide, head)).toThrow(/other sizes: expected depth 2, .* got depth 1, /);
    const weights = new Map(model.weights).set("norm.bias", float32(new Array(32).fill(0)));
    const other = { ...model, weights };
    const otherDigest = await encoderDigest(weights);
    expect(otherDigest).not.toBe(digest);
    expect(() => attachHead(other, head, { digest: otherDigest })).toThrow(
      `was trained on an encoder with other weights: expected encoder ${digest}, got ${otherDigest}`,
    );
    expect(attachHead(other, head, { digest: otherDigest, anyEncoder: true }).sameEncoder).toBe(false);
  });

  it("is refused when it is damaged, no head, or of another task", () => {
    const damaged = bytes.slice();
    damaged[damaged.length - 1] ^= 1;
    expect(() => readHead(damaged, "h")).toThrow(/^h: is damaged/);
    const whole = writeCheckpoint(stateWith(stages), origin);
    expect(() => readHead(whole, "h")).toThrow(/is not the head of a task.*got tensor/);
    expect(() => readHead(writeStateDict(model.weights), "h")).toThrow(/got no task in it/);
    expect(() => writeHead(model.weights, rate, { encoder, panluna: "" })).toThrow(/does not fit the task rate/);
    expect(() => writeHead(new Map(), rate, { encoder, panluna: "" })).toThrow(/has no classification head/);
  });
});
