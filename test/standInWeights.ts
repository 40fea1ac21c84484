import { float32 } from "../src/graph/index.ts";
import { modelFromCheckpoint, type PanlunaModel, randomStream } from "../src/model/index.ts";
import { readStateDict } from "../src/model/stateDict.ts";
import { encoderDigest, type TrainedTask, writeHead } from "../src/task/index.ts";
import { loraTargets, loraTensors } from "../src/train/lora.ts";
import { writeCheckpoint } from "../src/train/run/checkpoint.ts";
import { type Packed, packWeights, type WeightsChange } from "../weights/make/packWeights.ts";
import { smallModel } from "./smallModel.ts";

export const COMMIT = "c0ffee0";

/** Tasks of the stand-ins: one with adapters, one without. */
export const STAGES: TrainedTask = {
  name: "stage",
  spec: { kind: "multiclass", title: "stages of sleep", classes: ["W", "N1", "N2"] },
  nTimes: 128,
};
export const RATE: TrainedTask = {
  name: "rate",
  spec: { kind: "regression", title: "heart rate", classes: [], unit: "bpm" },
  nTimes: 64,
  standardization: { mean: 72, std: 11 },
};

/** best.safetensors of a pretraining that never happened. */
export function pretrainedBytes(
  model: PanlunaModel = smallModel({ kind: "reconstruct", numChannelNames: 5 }),
): Uint8Array {
  const { weights, sizes, head } = model;
  const state = { step: 9, weights, m: new Map(), v: new Map(), progress: {}, sizes, head };
  return writeCheckpoint(state, { panluna: "1.0.0", seed: 3, config: "c0de", fingerprint: "da7a" });
}

/** head.safetensors of a task that was never trained on an encoder. @param encoder bytes of the folder's encoder */
export async function headBytes(encoder: Uint8Array, task: TrainedTask, adapted: boolean): Promise<Uint8Array> {
  const { sizes, weights } = modelFromCheckpoint(readStateDict(encoder, "encoder"));
  const numClasses = task.spec.kind === "regression" ? 1 : task.spec.classes.length;
  const own = smallModel({ kind: "classify", numClasses }, sizes).weights;
  const tensors = new Map(
    loraTensors(loraTargets(sizes), 2).map(({ name, shape }) => [
      name,
      float32(
        randomStream(4, name)
          .normal(0, shape[0] * shape[1])
          .map((z) => 0.1 * z),
        shape,
      ),
    ]),
  );
  const origin = { encoder: { sizes, digest: await encoderDigest(weights) }, panluna: "1.0.0" };
  return writeHead(own, task, { ...origin, ...(adapted && { adapters: { tensors, scaling: 1.5 } }) });
}

/** The change that makes a folder with an encoder alone. */
export const encoderChange = (bytes = pretrainedBytes()): WeightsChange => ({
  encoder: { name: "best.safetensors", bytes, commit: COMMIT },
  tasks: new Map(),
});

/** A folder `weights/` with an encoder and two tasks. */
export async function standInWeights(): Promise<Packed> {
  const bare = await packWeights(new Map(), encoderChange(), "1.0.0");
  const head = async (task: TrainedTask, adapted: boolean) => ({
    name: "head.safetensors",
    bytes: await headBytes(bare.get("encoder.safetensors")!, task, adapted),
  });
  const tasks = new Map([
    ["sleep-stage", await head(STAGES, true)],
    ["heart-rate", await head(RATE, false)],
  ]);
  return packWeights(bare, { tasks }, "1.0.0");
}
