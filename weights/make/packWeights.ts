import { UsageError, WeightsError } from "../../src/errors.ts";
import { canonicalJson } from "../../src/formats/json.ts";
import { CHECKSUM_KEY, seal, UNSEALED } from "../../src/formats/safetensors/seal.ts";
import { sha256Hex } from "../../src/formats/sha256.ts";
import { type LoadedModel, modelFromCheckpoint, type PanlunaModel, parameterSpecs } from "../../src/model/index.ts";
import { readStateDict, writeStateDict } from "../../src/model/stateDict.ts";
import { attachHead, encoderDigest, readHead, writeHead } from "../../src/task/index.ts";
import { readCheckpoint } from "../../src/train/run/checkpoint.ts";
import {
  MANIFEST_NAME,
  manifestText,
  readManifest,
  type ShippedFile,
  type ShippedTask,
} from "../../src/weights/manifest.ts";
import type { NamedBytes } from "../../src/weights/modelOfFiles.ts";

/** Files of the folder by name. */
export type Packed = ReadonlyMap<string, Uint8Array>;

/** What is to become of the folder. */
export interface WeightsChange {
  /** best.safetensors of a pretraining, and the commit of the code that trained it. */
  readonly encoder?: NamedBytes & { readonly commit: string };
  /** head.safetensors of fine-tunings by the name of the task, new or in place of what is there. */
  readonly tasks: ReadonlyMap<string, NamedBytes>;
  /** Names of tasks that go. */
  readonly drop?: readonly string[];
}

const ENCODER_NAME = "encoder.safetensors";
const LICENCE = "Apache-2.0";

/**
 * The folder `weights/` after a change: the encoder with its reconstruction head, heads of tasks, and the manifest.
 * @param before the folder as it is; may be empty
 * @param panluna version of this package
 * @throws UsageError, FormatError, WeightsError naming the file that does not fit
 */
export async function packWeights(before: Packed, change: WeightsChange, panluna: string): Promise<Packed> {
  const encoder = change.encoder ? packEncoder(change.encoder) : before.get(ENCODER_NAME);
  if (encoder === undefined)
    throw new UsageError({ where: "weights", what: "has no encoder yet", todo: "Give --encoder" });
  const model = modelFromCheckpoint(readStateDict(encoder, ENCODER_NAME), { name: ENCODER_NAME });
  const digest = await encoderDigest(model.weights); // of the rounded weights: those that heads are to stand on
  const files = new Map([[ENCODER_NAME, encoder]]);
  const tasks: Record<string, ShippedTask> = {};
  for (const [name, head] of [...sources(before, change)].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const packed = packTask(head, model, digest);
    const file = `${name}.safetensors`;
    files.set(file, packed.bytes);
    tasks[name] = { ...(await described(file, packed.bytes)), title: packed.title };
  }
  const manifest = manifestText({ panluna, encoder: await described(ENCODER_NAME, encoder), tasks });
  return new Map([[MANIFEST_NAME, new TextEncoder().encode(manifest)], ...files]);
}

/** Heads that are to be in the folder: those that are there, and those of the change. @throws UsageError for a name that cannot be, or go */
function sources(before: Packed, { tasks, drop = [] }: WeightsChange): ReadonlyMap<string, NamedBytes> {
  const manifest = before.get(MANIFEST_NAME);
  const known = manifest === undefined ? [] : Object.entries(readManifest(manifest).tasks);
  const all = new Map(known.map(([name, { file }]) => [name, { name: file, bytes: before.get(file)! }]));
  for (const name of drop) {
    if (!all.delete(name)) throw new UsageError({ where: "--drop", what: "is no task of the folder", got: name });
  }
  for (const [name, head] of tasks) all.set(name, head);
  const clash = [...all.keys()].find((name) => `${name}.safetensors` === ENCODER_NAME);
  if (clash !== undefined) throw new UsageError({ where: "--task", what: "cannot be the name of a task", got: clash });
  return all;
}

const described = async (file: string, bytes: Uint8Array): Promise<ShippedFile> => ({
  file,
  bytes: bytes.length,
  sha256: await sha256Hex(bytes),
});

/** @throws FormatError when it is no checkpoint of a run, WeightsError when it cannot reconstruct or a weight is too large for float16 */
function packEncoder({ name, bytes, commit }: NamedBytes & { readonly commit: string }): Uint8Array {
  const { step, origin } = readCheckpoint(bytes, name);
  const model = modelFromCheckpoint(readStateDict(bytes, name), { name });
  if (model.head.kind !== "reconstruct") {
    throw new WeightsError({
      where: name,
      what: "is not the encoder of a pretraining",
      expected: "a reconstruction head",
      got: model.head.kind === "none" ? "no head" : "a classification head",
      todo: "Name the best.safetensors of `panluna pretrain`",
    });
  }
  const metadata = {
    [CHECKSUM_KEY]: UNSEALED,
    format: "pt",
    "panluna.version": origin.panluna,
    "panluna.trained": "true",
    "panluna.sizes": canonicalJson(model.sizes),
    "panluna.head": canonicalJson(model.head),
    "panluna.licence": LICENCE,
    "panluna.commit": commit,
    "panluna.source": canonicalJson({
      step,
      seed: origin.seed,
      config: origin.config,
      fingerprint: origin.fingerprint,
    }),
  };
  return seal(writeStateDict(model.weights, metadata, { half: isRounded(model) }));
}

/** All float32 weights but what no training changes, such as the frequencies of the rotary embedding: they are few, and exact. */
function isRounded({ sizes, head }: Pick<LoadedModel, "sizes" | "head">): (name: string) => boolean {
  const exact = new Set(parameterSpecs(sizes, head).flatMap(({ name, frozen }) => (frozen ? [name] : [])));
  return (name) => !exact.has(name);
}

/** @throws WeightsError when it does not stand on the encoder */
function packTask(source: NamedBytes, model: PanlunaModel, digest: string): { bytes: Uint8Array; title: string } {
  const head = readHead(source.bytes, source.name);
  if (head.encoder.digest === undefined) {
    throw new WeightsError({ where: source.name, what: "does not say which encoder it was trained on" });
  }
  attachHead(model, head, { digest }); // whether it fits
  const { task, encoder, adapters, panluna } = head;
  const bytes = writeHead(head.weights, task, { encoder, adapters, panluna }, { half: () => true });
  return { bytes, title: task.spec.title };
}
