import { defineCommand } from "../defineCommand.ts";
import { checkOutput } from "../evaluate/reportFiles.ts";
import { quantizationJson, writeQuantization, writtenFiles } from "../quantize/files.ts";
import { quantizeFlags } from "../quantize/flags.ts";
import { quantizeAndJudge } from "../quantize/quantizeAndJudge.ts";
import { resultText } from "../quantize/resultText.ts";

export const quantize = defineCommand({
  name: "quantize",
  description:
    "Round a fine-tuned model to integers, and see what that costs: the metrics of the task beside those of the float network on people of the test\nsplit, with the paired difference, and the noise of each layer. Ranges are chosen by windows of people that it was trained on.",
  args: [
    {
      name: "model",
      help: "the folder of a run of finetune, a best.safetensors, or a task that comes with the package",
      optional: true,
    },
  ],
  flags: quantizeFlags,
  examples: [
    ["quantize runs/ptbxl --output quantised/ptbxl", "int8, as .onnx and as integers for `deploy`"],
    ["quantize ecg-superclass --store stores/ptbxl --split-file split.json --weights 4", "weights of 4 bits"],
  ],
  async run({ args: [path], flags }, effects) {
    const { output } = flags;
    await checkOutput(output, effects);
    const result = await quantizeAndJudge(path, flags, effects);
    if (output !== undefined) await writeQuantization(output, result, effects);
    const out = output === undefined ? [] : writtenFiles(output);
    return {
      json: { ...quantizationJson(result), out },
      text: () => resultText(result, out, effects.terminal),
    };
  },
});
