import { pretrainConfig } from "../../train/config/index.ts";
import { defineCommand } from "../defineCommand.ts";
import { readConfig, runTraining, trainArgs, trainFlags } from "../train/trainCommand.ts";

export const pretrain = defineCommand({
  name: "pretrain",
  description:
    "Learn to fill in hidden patches of recordings, without labels, from stores that `panluna prepare` made.\nCheckpoints are kept as it goes: after Ctrl-C or a power cut the same command goes on, with the same result as without.\nUnder mpirun the processes share every batch.",
  args: trainArgs,
  flags: trainFlags,
  examples: [
    ["pretrain configs/pretrain-small.yaml runs/small", "as the file says"],
    ["pretrain configs/pretrain-small.yaml runs/wide --set optimizer.lr=1e-3 --set steps=500", "with other options"],
    ["pretrain configs/pretrain-small.yaml runs/small --fresh", "from the beginning"],
  ],
  async run({ args: [path, folder], flags }, effects) {
    const config = await readConfig(path, flags, pretrainConfig, effects);
    return runTraining({ kind: "pretrain", config, folder, fresh: flags.fresh }, effects);
  },
});
