import { createHash } from "node:crypto";
import { smallModel } from "../../../test/smallModel.ts";
import type { PanlunaModel } from "../../model/index.ts";
import type { SplitName, WindowStore } from "../../store/index.ts";
import type { TrainedTask } from "../../task/index.ts";
import { finetuneConfig } from "../../train/config/index.ts";
import { fakeStore } from "../../train/loader/fakeStore.ts";
import { writeCheckpoint } from "../../train/run/checkpoint.ts";
import type { FakeWorld } from "../fakeEffects.ts";

/** What the runs of tests are trained for. */
export const fakeTask: TrainedTask = {
  name: "half",
  spec: { kind: "binary", title: "first half or second", classes: ["first", "second"] },
  nTimes: 64,
};

export const fakeModel = smallModel({ kind: "classify", numClasses: 2 });

/** 12 subjects of 4 windows; if no others are given, every second window has an ECG beside the EEG. */
export function storeOf(name = "waves", layouts: readonly (readonly string[])[] = LAYOUTS): WindowStore {
  const layout = Array.from({ length: 48 }, (_, row) => row % layouts.length);
  const store = fakeStore({ name, layouts, layout });
  const splits: SplitName[] = ["train", "train", "val", "test"];
  const officialSplit = new Map(store.subjects.map((subject, s) => [subject, splits[s % 4]]));
  return { ...store, officialSplit };
}

const LAYOUTS = [
  ["FP1", "CZ", "II"],
  ["FP1", "CZ"],
];

/** Any folder of the world is a store of its name. */
export function openFakeStores(world: FakeWorld, onClose = () => {}, layouts = LAYOUTS): void {
  Object.assign(world.effects, {
    now: () => 0,
    openStore: async (folder: string) => ({
      ...storeOf(folder.split("/").at(-1), layouts),
      close: async () => onClose(),
    }),
  });
}

const FINGERPRINT = createHash("sha256").update(storeOf().fingerprint).digest("hex");

export function fakeCheckpoint(changes: Partial<TrainedTask> = {}, { weights, sizes, head } = fakeModel): Uint8Array {
  const own = { ...fakeTask, ...changes };
  const state = { step: 1, weights, m: new Map(), v: new Map(), progress: {}, sizes, head, task: own };
  return writeCheckpoint(state, { panluna: "1", seed: 1, config: "c", fingerprint: "f" });
}

export interface FakeRun {
  readonly split?: unknown;
  readonly seed?: number;
  readonly people?: number;
  readonly fingerprint?: string;
  readonly task?: Partial<TrainedTask>;
  readonly model?: PanlunaModel;
  /** Digest of the text of the split file that it was trained with. */
  readonly splitDigest?: string;
}

/** The folder of a run that was trained on the store "waves". */
export function addRun(
  world: FakeWorld,
  folder: string,
  { split = "official", seed = 1, people, fingerprint, task, model, splitDigest }: FakeRun = {},
): void {
  const config = finetuneConfig.schema.parse({ stores: ["stores/waves"], task: "half", split, people });
  const file = {
    format: "1",
    config,
    configDigest: "c",
    seed,
    fingerprint: fingerprint ?? FINGERPRINT,
    ...(splitDigest && { split: splitDigest }),
    sessions: [],
  };
  world.files.set(`${folder}/run.json`, new TextEncoder().encode(JSON.stringify(file)));
  world.files.set(`${folder}/best.safetensors`, fakeCheckpoint(task, model));
  world.folders.add(folder);
}

/** The small network with the last layer of its head negated: it says the opposite of everything. */
export const oppositeModel: PanlunaModel = {
  ...fakeModel,
  weights: new Map(
    [...fakeModel.weights].map(([name, tensor]) => {
      const data = Float32Array.from({ length: tensor.data.length }, (_, i) => -Number(tensor.data[i]));
      return [name, name.startsWith("classifier.decoder_ffn.fc2") ? { ...tensor, data } : tensor];
    }),
  ),
};
