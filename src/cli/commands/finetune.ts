import { finetuneConfig } from "../../train/config/index.ts";
import { defineCommand } from "../defineCommand.ts";
import { taskScores } from "../train/taskScores.ts";
import { readConfig, runTraining, trainArgs, trainFlags } from "../train/trainCommand.ts";

export const finetune = defineCommand({
  name: "finetune",
  description:
    "Train the model for a task of stores that `panluna prepare` made: everything, the head alone, or low-rank additions; from a checkpoint or from\nscratch. The folder then holds best.safetensors, a whole model that every command takes, and head.safetensors, the head without its encoder.\nCheckpoints are kept as it goes: after Ctrl-C or a power cut the same command goes on, with the same result as without.",
  args: trainArgs,
  flags: trainFlags,
  examples: [
    ["finetune configs/eegmat-arithmetic.yaml runs/eegmat", "as the file says"],
    ["finetune configs/eegmat-arithmetic.yaml runs/eegmat-ecg --set sensors=[ecg]", "with the ECG alone"],
    [
      "finetune configs/ptbxl-superclass.yaml runs/lora --set init=best.safetensors --set mode=lora",
      "from a pretraining",
    ],
  ],
  async run({ args: [path, folder], flags }, effects) {
    const config = await readConfig(path, flags, finetuneConfig, effects);
    return runTraining({ kind: "finetune", config, folder, fresh: flags.fresh, scores: taskScores }, effects);
  },
});
