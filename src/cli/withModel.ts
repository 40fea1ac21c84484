import type { PanLuna } from "../runtime/panluna.ts";
import type { Effects, ModelOptions } from "./effects.ts";

/** Load a model for some work and end its sessions: a process that ends with a session running is taken down by the engine. */
export async function withModel<T>(
  effects: Effects,
  options: ModelOptions,
  work: (model: PanLuna) => Promise<T>,
): Promise<T> {
  const model = await effects.loadModel(options);
  try {
    return await work(model);
  } finally {
    await model.close();
  }
}
