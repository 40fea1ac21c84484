import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { FormatError } from "./errors.ts";
import { readStateDict } from "./model/index.ts";
import { PanLuna as Model, type PanLunaOptions } from "./runtime/panluna.ts";
import { workerEngine } from "./runtime/worker/node.ts";

export { open } from "./formats/node.ts";
export * from "./index.ts";

/** PanLUNA in Node, on ONNX Runtime's native providers, each session on a thread of its own. */
export class PanLuna extends Model {
  /**
   * Load a checkpoint: the authors' `PanLUNA.safetensors` or one of panluna's own.
   * @param source a path, a file: URL, or the bytes; not given: the published network, untrained (`model.trained` is false)
   * @throws FormatError when the file cannot be read, WeightsError when its tensors are not a PanLUNA
   */
  static async load(source?: string | URL | Uint8Array, options: PanLunaOptions = {}): Promise<Model> {
    if (source === undefined) return Model.untrained(workerEngine, options);
    const bytes = source instanceof Uint8Array ? source : await readCheckpoint(source);
    const name = options.name ?? (source instanceof Uint8Array ? "checkpoint" : basename(String(source)));
    return Model.fromWeights(workerEngine, readStateDict(bytes, name), { ...options, name });
  }
}

async function readCheckpoint(path: string | URL): Promise<Uint8Array> {
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
