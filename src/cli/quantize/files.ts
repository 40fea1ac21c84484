import { basename, join } from "node:path";
import { SessionError } from "../../errors.ts";
import { METRICS } from "../../evaluate/index.ts";
import { withFiles } from "../../formats/target/node.ts";
import { writeOnnx } from "../../graph/index.ts";
import { insertRounding, QDQ } from "../../quant/index.ts";
import { TASK_KEY, taskText } from "../../task/index.ts";
import { readQuantizedModel, writeQuantizedModel } from "../../train/quantize/quantizedModel.ts";
import type { Effects } from "../effects.ts";
import { runOnce } from "../onnxCheck.ts";
import { withLocations } from "./deployable.ts";
import { noiseSvg } from "./noisePlot.ts";
import type { Quantization } from "./quantizeAndJudge.ts";
import { keptShare, widthsText } from "./resultText.ts";

/** What is written into the folder. */
export const QUANTIZE_FILES = ["model.onnx", "model.quantized.safetensors", "quantization.json", "noise.svg"] as const;

/** Everything that was found out, as JSON; SQNRs in dB, null where nothing was lost. */
export function quantizationJson({ model, network, comparison, noise, bytes, calibration, stores }: Quantization) {
  const [own, float] = comparison.window;
  const kept = comparison.headline.map((name) => {
    const metric = METRICS[model.task.spec.kind].find((each) => each.name === name)!;
    return [name, keptShare(metric, float.metrics[name].value, own.metrics[name].value) ?? null] as const;
  });
  return {
    task: model.task.name,
    model: model.name,
    stores,
    calibration,
    bits: Object.fromEntries([...network.scheme.weights].map(([name, weight]) => [name, weight.bits])),
    bytes,
    kept: Object.fromEntries(kept),
    comparison,
    noise,
  };
}

/**
 * Write the files of a quantised model together: none appears unless all could be written. Both models are read again first; the .onnx is run once.
 * @throws SessionError where what was written does not say the same
 */
export async function writeQuantization(folder: string, result: Quantization, effects: Effects): Promise<void> {
  const { model, network, rounded, engine, noise } = result;
  const bare = withLocations(model.model, rounded);
  const own = { "panluna.version": effects.version, "panluna.trained": "true", [TASK_KEY]: taskText(model.task) };
  const graph = { ...bare, metadata: { ...bare.metadata, ...own } };
  const onnx = writeOnnx(graph);
  await runOnce(onnx, graph, model.model);
  const weights = await writeQuantizedModel(network, model.model, model.task, { engine, panluna: effects.version });
  const back = await readQuantizedModel(weights, QUANTIZE_FILES[1], engine);
  if (!sameBytes(writeOnnx(insertRounding(back, back.scheme, QDQ)), writeOnnx(rounded))) {
    throw new SessionError({ where: QUANTIZE_FILES[1], what: "reads back as another network than was written" });
  }
  const json = { panluna: effects.version, ...quantizationJson(result) };
  const svg = await noiseSvg(noise, `${model.task.name}: noise of each layer, ${widthsText(result)}`);
  const text = new TextEncoder();
  const contents = [onnx, weights, text.encode(`${JSON.stringify(json, null, 1)}\n`), text.encode(svg)];
  effects.signal.throwIfAborted();
  await effects.makeFolder(folder);
  const files = QUANTIZE_FILES.map((name) => effects.createFile(join(folder, name)));
  await withFiles(files, async (...opened) => {
    for (const [i, file] of opened.entries()) await file.write(contents[i]);
  });
}

/** For people. */
export const writtenFiles = (folder: string): string[] => QUANTIZE_FILES.map((name) => `${basename(folder)}/${name}`);

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((v, i) => v === b[i]);
