import type { Graph } from "../../graph/index.ts";
import { type Head, initializeWeights, type PanlunaModel, type PanlunaSizes } from "../../model/index.ts";
import { type ReadNetwork, readQuantized, writeQuantized } from "../../quant/index.ts";
import { logitsNetwork } from "../../runtime/logitsNetwork.ts";
import type { Engine } from "../../runtime/session.ts";
import { readTask, TASK_KEY, type TrainedTask, taskText } from "../../task/index.ts";
import type { QuantizedNetwork } from "./quantizeModel.ts";

/** A network in integers, with what its head was trained to say. */
export interface QuantizedModel extends ReadNetwork {
  readonly task: TrainedTask;
}

/** A quantised model as a file that needs no other one; `readQuantizedModel` brings it back. */
export async function writeQuantizedModel(
  network: QuantizedNetwork,
  model: PanlunaModel,
  task: TrainedTask,
  { engine, panluna }: { readonly engine: Engine; readonly panluna: string },
): Promise<Uint8Array> {
  const { template } = await templateOf(model.sizes, model.head, engine);
  const metadata = { "panluna.version": panluna, [TASK_KEY]: taskText(task) };
  return writeQuantized(network, model, template, metadata);
}

/** @throws FormatError for a file that is damaged or no quantised model */
export async function readQuantizedModel(bytes: Uint8Array, name: string, engine: Engine): Promise<QuantizedModel> {
  const read = await readQuantized(bytes, name, (sizes, head) => templateOf(sizes, head, engine));
  return { ...read, task: readTask(read.metadata[TASK_KEY] ?? "", name) };
}

async function templateOf(sizes: PanlunaSizes, head: Head, engine: Engine) {
  const weights = initializeWeights(sizes, head, 0);
  const template: Graph = await logitsNetwork({ sizes, head, weights }, engine);
  return { template, weights };
}
