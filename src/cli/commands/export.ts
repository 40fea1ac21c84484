import { basename } from "node:path";
import { UsageError } from "../../errors.ts";
import { withFiles } from "../../formats/target/node.ts";
import { type Graph, OPSET, shapeText } from "../../graph/index.ts";
import type { Head, LoadedModel } from "../../model/index.ts";
import { writeStateDict } from "../../model/stateDict.ts";
import { CHANNEL_NAMES } from "../../signal/index.ts";
import { defineCommand } from "../defineCommand.ts";
import type { Effects, Terminal } from "../effects.ts";
import { type FlagValues, list, number, refuse, text, toggle, type Valued, whole } from "../flags.ts";
import { runOnce } from "../onnxCheck.ts";
import { modelFlags } from "../recordingFlags.ts";
import { counted, painter, table, wrap } from "../text.ts";
import { UNTRAINED } from "../untrained.ts";

const head: Valued<Head> = {
  kind: "value",
  placeholder: "HEAD",
  help: "none, reconstruct or classify:CLASSES; one that the checkpoint lacks starts untrained",
  parse(value, flag) {
    const match = /^(?:(none)|(reconstruct)|classify:([1-9]\d{0,5}))$/.exec(value.toLowerCase());
    if (match === null) return refuse(flag, "none, reconstruct or classify:CLASSES", value);
    if (match[3] !== undefined) return { kind: "classify", numClasses: Number(match[3]) };
    return match[1] === undefined ? { kind: "reconstruct", numChannelNames: CHANNEL_NAMES.length } : { kind: "none" };
  },
};

const flags = {
  onnx: text("FILE", "write the network (raw locations in; any batch, channels and length)"),
  safetensors: text("FILE", "write the weights, adapters merged, under the authors' names"),
  checkpoint: modelFlags.checkpoint,
  untrained: modelFlags.untrained,
  lora: text("FILE", "LoRA adapters (.safetensors) to add into the weights"),
  loraScaling: number("FACTOR", "α/r of the adapters (1)"),
  head,
  outputs: list("NAME,…", "values to return: latent, embedding, logits, reconstruction, tokens, blocks.0, …"),
  masked: toggle("take a patch mask, as in pretraining"),
  seed: whole("N", "of untrained weights (0)", { from: 0, to: 2 ** 32 - 1 }),
};

export const exportModel = defineCommand({
  name: "export",
  description:
    "Write the network as .onnx for any ONNX Runtime, or its weights as .safetensors. The .onnx is loaded again and run once\non random input before it gets its name.",
  args: [],
  flags,
  examples: [
    ["export --outputs embedding --onnx panluna.onnx", "an embedding model"],
    ["export --checkpoint base.safetensors --lora task.safetensors --safetensors merged.safetensors", "merge adapters"],
  ],
  async run({ flags }, effects) {
    if (flags.onnx === undefined && flags.safetensors === undefined) {
      throw new UsageError({
        where: "export",
        what: "nothing to write",
        todo: "Give --onnx FILE or --safetensors FILE",
      });
    }
    const { model, trained } = await loadMerged(flags, effects);
    const onnx = flags.onnx === undefined ? undefined : await exportOnnx(flags.onnx, model, trained, flags, effects);
    const weights = flags.safetensors;
    if (weights !== undefined) {
      const metadata = {
        format: "pt",
        "panluna.sizes": JSON.stringify(model.sizes),
        "panluna.trained": String(trained),
      };
      await write(effects, weights, writeStateDict(model.weights, metadata));
    }
    const parameters = [...model.weights.values()].reduce((sum, { data }) => sum + data.length, 0);
    const { sizes, head, dropped } = model;
    const initialized = trained ? model.initialized : []; // of an untrained network: all
    const out = [flags.onnx, weights].flatMap((path) => (path === undefined ? [] : [basename(path)]));
    const result = { out, trained, sizes, head, parameters, dropped, initialized, onnx };
    return { json: result, text: () => resultText(result, effects.terminal) };
  },
});

async function loadMerged(
  { checkpoint, untrained, lora, loraScaling: scaling = 1, head, seed }: FlagValues<typeof flags>,
  effects: Effects,
): Promise<{ model: LoadedModel; trained: boolean }> {
  const { model, trained } = await effects.loadModel({ checkpoint, untrained, head, seed });
  if (lora === undefined) return { model, trained };
  const { mergeLora, readStateDict } = await import("../../model/index.ts");
  const tensors = readStateDict(await effects.readFile(lora), basename(lora));
  if (![...tensors.keys()].some((name) => name.endsWith(".lora_A"))) {
    throw new UsageError({
      where: basename(lora),
      what: "holds no adapters",
      expected: "tensors named <layer>.lora_A",
    });
  }
  return { model: { ...model, weights: mergeLora(model.weights, { tensors, scaling }) }, trained };
}

async function exportOnnx(
  path: string,
  model: LoadedModel,
  trained: boolean,
  { outputs, masked }: FlagValues<typeof flags>,
  effects: Effects,
) {
  const { panlunaGraph } = await import("../../model/index.ts");
  const { writeOnnx } = await import("../../graph/index.ts");
  const bare = panlunaGraph(model, { montage: "locations", outputs, masked });
  const metadata = { ...bare.metadata, "panluna.version": effects.version, "panluna.trained": String(trained) };
  const graph: Graph = { ...bare, metadata };
  const bytes = writeOnnx(graph);
  const milliseconds = await runOnce(bytes, graph, model);
  await write(effects, path, bytes);
  return {
    file: basename(path),
    bytes: bytes.length,
    opset: OPSET,
    inputs: graph.inputs.map(describeValue),
    outputs: graph.outputs.map(describeValue),
    checkedInMilliseconds: milliseconds,
  };
}

const describeValue = ({ name, dtype, shape }: Graph["inputs"][number]) => ({ name, dtype, shape });

const write = (effects: Effects, path: string, bytes: Uint8Array): Promise<void> =>
  withFiles([effects.createFile(path)], (file) => file.write(bytes));

interface Result {
  readonly out: readonly string[];
  readonly trained: boolean;
  readonly parameters: number;
  readonly head: Head;
  readonly dropped: readonly string[];
  readonly initialized: readonly string[];
  readonly onnx?: Awaited<ReturnType<typeof exportOnnx>>;
}

function resultText(result: Result, { columns: width, color }: Terminal): string[] {
  const paint = painter(color);
  const { out, trained, parameters, head, dropped, initialized, onnx } = result;
  const rows = (way: string, values: NonNullable<typeof onnx>["inputs"]) =>
    values.map(({ name, dtype, shape }) => [way, name, dtype, shapeText(shape)]);
  const columns = [{ title: "" }, { title: "name" }, { title: "type" }, { title: "shape" }];
  return [
    paint.bold(`${(parameters / 1e6).toFixed(2)} M parameters, head: ${headText(head)}`),
    ...(onnx === undefined
      ? []
      : [
          ...table(columns, [...rows("in", onnx.inputs), ...rows("out", onnx.outputs)], { width, paint }),
          ...wrap("B: batch, C: channels, S: patch times, dim: 2 (ECG, PPG alone) or 3", width),
          `  Opset ${onnx.opset}, loaded again and run once on random input: finite, of the right shapes.`,
        ]),
    ...(dropped.length === 0 ? [] : wrap(`${counted(dropped.length, "tensor")} of another head left out`, width)),
    ...(trained && initialized.length > 0
      ? wrap(paint.warn("The head is untrained: the checkpoint has none of it."), width)
      : []),
    ...(trained ? [] : wrap(paint.warn(UNTRAINED), width)),
    `  Wrote ${out.join(", ")}`,
  ];
}

function headText(head: Head): string {
  if (head.kind === "classify") return counted(head.numClasses, "class", "classes");
  return head.kind === "reconstruct" ? `reconstruction, ${head.numChannelNames} channel names` : "none";
}
