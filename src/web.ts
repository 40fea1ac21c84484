import { FormatError } from "./errors.ts";
import { PanLuna as Model, type PanLunaOptions } from "./runtime/panluna.ts";
import { webEngine } from "./runtime/web.ts";
import { loadWeights, type WeightFiles, type WeightOptions } from "./weights/load.ts";
import { readShippedFile } from "./weights/web.ts";

export { open } from "./formats/web.ts";
export * from "./index.ts";
export { configureWeb, probeWeb, type WebProbe } from "./runtime/web.ts";

/** A URL, a File or Blob, or the bytes. */
export type WeightsSource = string | URL | Blob | Uint8Array;

/** How to load and run a model. */
export interface LoadOptions extends Omit<PanLunaOptions, "head" | "task">, WeightOptions<WeightsSource> {}

/** PanLUNA in a browser tab or worker, on WebAssembly or WebGPU. Nothing leaves the machine. */
export class PanLuna extends Model {
  /**
   * Load weights: those that come with the package, a checkpoint of panluna, or the authors' `PanLUNA.safetensors`.
   * @param source a URL, a File or Blob, or the bytes; or the name of a task that comes with the package ("ecg-superclass"); not given: the
   * pretrained encoder that comes with the package, with its reconstruction head
   * @throws FormatError when a file cannot be fetched, read or is damaged, WeightsError when its tensors are not a PanLUNA or do not belong
   * together, UsageError for a task that there is none of, and for a head without its encoder
   */
  static async load(source?: WeightsSource, options: LoadOptions = {}): Promise<Model> {
    const { model, trained, task } = await loadWeights(source, options, FILES);
    return new Model(model, webEngine, trained, { ...options, head: model.head, task });
  }

  /** The published network with untrained weights of a seed; for trying things out and for training. */
  static override untrained(options: Parameters<typeof Model.untrained>[1] = {}): Model {
    return Model.untrained(webEngine, options);
  }
}

const FILES: WeightFiles<WeightsSource> = {
  shipped: readShippedFile,
  async read(source) {
    const name = nameOf(source);
    return { name, bytes: await bytesOf(source, name) };
  },
};

function nameOf(source: string | URL | Blob | Uint8Array): string {
  if (source instanceof Uint8Array) return "checkpoint";
  if (source instanceof Blob) return source instanceof File ? source.name : "checkpoint";
  return String(source).split("/").at(-1) ?? "checkpoint";
}

async function bytesOf(source: string | URL | Blob | Uint8Array, name: string): Promise<Uint8Array> {
  if (source instanceof Uint8Array) return source;
  if (source instanceof Blob) return new Uint8Array(await source.arrayBuffer());
  try {
    const response = await fetch(source);
    if (!response.ok) throw new Error(`status ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    throw new FormatError({ where: name, what: "cannot be fetched", got: String(cause), cause });
  }
}
