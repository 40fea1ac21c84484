import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import { FormatError } from "./errors.ts";
import { PanLuna as Model, type PanLunaOptions } from "./runtime/panluna.ts";
import { workerEngine } from "./runtime/worker/node.ts";
import { loadWeights, type WeightFiles, type WeightOptions } from "./weights/load.ts";
import { readShippedFile } from "./weights/node.ts";

export { open } from "./formats/node.ts";
export * from "./index.ts";

/** A path, a file: URL, or the bytes. */
export type WeightsSource = string | URL | Uint8Array;

/** How to load and run a model. */
export interface LoadOptions extends Omit<PanLunaOptions, "head" | "task">, WeightOptions<WeightsSource> {}

/** PanLUNA in Node, on ONNX Runtime's native providers, each session on a thread of its own. */
export class PanLuna extends Model {
  /**
   * Load weights: those that come with the package, a checkpoint of panluna, or the authors' `PanLUNA.safetensors`.
   * @param source a path, a file: URL, or the bytes; or the name of a task that comes with the package ("ecg-superclass"); not given: the
   * pretrained encoder that comes with the package, with its reconstruction head
   * @throws FormatError when a file cannot be read or is damaged, WeightsError when its tensors are not a PanLUNA or do not belong together,
   * UsageError for a task that there is none of, and for a head without its encoder
   */
  static async load(source?: WeightsSource, options: LoadOptions = {}): Promise<Model> {
    const { model, trained, task } = await loadWeights(source, options, FILES);
    return new Model(model, workerEngine, trained, { ...options, head: model.head, task });
  }

  /** The published network with untrained weights of a seed; for trying things out and for training. */
  static override untrained(options: Parameters<typeof Model.untrained>[1] = {}): Model {
    return Model.untrained(workerEngine, options);
  }
}

const FILES: WeightFiles<WeightsSource> = {
  shipped: readShippedFile,
  read: async (source) =>
    source instanceof Uint8Array
      ? { name: "checkpoint", bytes: source }
      : { name: basename(String(source)), bytes: await readWeights(source) },
  isFile: async (name) => (await stat(name).catch(() => undefined))?.isFile() === true,
};

async function readWeights(path: string | URL): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new FormatError({
      where: basename(String(path)),
      what: "cannot be opened",
      got: (cause as NodeJS.ErrnoException).code,
      todo: "Name a .safetensors checkpoint",
      cause,
    });
  }
}
