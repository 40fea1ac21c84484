import { basename } from "node:path";
import { defineCommand } from "../defineCommand.ts";
import { evaluateModels } from "../evaluate/evaluateModels.ts";
import { evaluateFlags } from "../evaluate/flags.ts";
import { readModels } from "../evaluate/models.ts";
import { checkOutput, evaluationJson, REPORT_FILES, writeReport } from "../evaluate/reportFiles.ts";
import { resultText } from "../evaluate/resultText.ts";

export const evaluate = defineCommand({
  name: "evaluate",
  description:
    "Judge fine-tuned models on people that they were not trained on: metrics per window, recording and subject with intervals over draws of\nsubjects, which sensors they take, and what simpler ways reach. Several runs are the folds of a cross-validation: each window is predicted by\nthe run that did not train on its person.",
  args: [
    {
      name: "model",
      help: "the folder of a run of finetune, or one that holds such folders, or a best.safetensors",
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
      "evaluate --encoder PanLUNA.safetensors --head head.safetensors --store stores/sleep",
      "one encoder, one of its heads",
    ],
  ],
  async run({ args: paths, flags }, effects) {
    const { output } = flags;
    await checkOutput(output, effects);
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
