import { basename } from "node:path";
import { defineCommand } from "../defineCommand.ts";
import { evaluateModels } from "../evaluate/evaluateModels.ts";
import { evaluateFlags } from "../evaluate/flags.ts";
import { readModels } from "../evaluate/models.ts";
import { evaluatePretraining } from "../evaluate/pretraining/evaluatePretraining.ts";
import { readPretraining } from "../evaluate/pretraining/readPretraining.ts";
import { checkOutput, evaluationJson, REPORT_FILES, writeReport } from "../evaluate/reportFiles.ts";
import { resultText } from "../evaluate/resultText.ts";

export const evaluate = defineCommand({
  name: "evaluate",
  description:
    "Judge fine-tuned models on people that they were not trained on: metrics per window, recording and subject with intervals over draws of\nsubjects, which sensors they take, what simpler ways and other runs reach. Several runs are the folds of a cross-validation: each window is\npredicted by the run that did not train on its person. A pretraining is judged by how much of hidden patches it explains, per sensor, beside a\nstraight line and the mean.",
  args: [
    {
      name: "model",
      help: "the folder of a run, or one that holds runs of finetune, a best.safetensors, or a task that comes with the package",
      many: true,
      optional: true,
    },
  ],
  flags: evaluateFlags,
  examples: [
    ["evaluate runs/ptbxl --output reports/ptbxl", "the test subjects of a run, as a page with figures"],
    [
      "evaluate runs/eegmat/fold-* --ablation --baseline prior,linear",
      "the folds of a cross-validation, with EEG, ECG and both",
    ],
    [
      "evaluate runs/pretrained --against runs/scratch --average-seeds",
      "several seeds of each, and the paired difference",
    ],
    ["evaluate ecg-superclass --store stores/clinic --split all", "a task that comes with the package, on your people"],
    [
      "evaluate --encoder PanLUNA.safetensors --head head.safetensors --store stores/sleep",
      "one encoder, one of its heads",
    ],
    ["evaluate runs/pretrained --output reports/pretrained", "how well a pretraining fills hidden patches in"],
  ],
  async run({ args: paths, flags }, effects) {
    const { output } = flags;
    await checkOutput(output, effects);
    const pretraining = await readPretraining(paths, flags, effects);
    if (pretraining !== undefined) return evaluatePretraining(pretraining, flags, effects);
    const models = await readModels(paths, flags, effects);
    const evaluation = await evaluateModels(models, flags, effects);
    if (output !== undefined) await writeReport(output, evaluation, flags, effects);
    const out = output === undefined ? [] : REPORT_FILES.map((name) => `${basename(output)}/${name}`);
    return {
      json: { ...evaluationJson(evaluation, flags), out },
      text: () => resultText(evaluation, flags, out, effects.terminal),
    };
  },
});
