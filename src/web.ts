import { FormatError } from "./errors.ts";
import { readStateDict } from "./model/index.ts";
import { PanLuna as Model, type PanLunaOptions } from "./runtime/panluna.ts";
import { webEngine } from "./runtime/web.ts";

export { open } from "./formats/web.ts";
export * from "./index.ts";
export { configureWeb, probeWeb, type WebProbe } from "./runtime/web.ts";

/** PanLUNA in a browser tab or worker, on WebAssembly or WebGPU. Nothing leaves the machine. */
export class PanLuna extends Model {
  /**
   * Load a checkpoint: the authors' `PanLUNA.safetensors` or one of panluna's own.
   * @param source a URL, a File or Blob, or the bytes; not given: the published network, untrained (`model.trained` is false)
   * @throws FormatError when it cannot be fetched or read, WeightsError when its tensors are not a PanLUNA
   */
  static async load(source?: string | URL | Blob | Uint8Array, options: PanLunaOptions = {}): Promise<Model> {
    if (source === undefined) return Model.untrained(webEngine, options);
    const name = options.name ?? nameOf(source);
    return Model.fromWeights(webEngine, readStateDict(await bytesOf(source, name), name), { ...options, name });
  }
}

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
