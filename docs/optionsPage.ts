import { configReference, finetuneConfig, pretrainConfig } from "../src/train/config/index.ts";

/** The text of options.md, from the schemas that check configurations. */
export const optionsPage = (): string =>
  [
    "# Options of `panluna pretrain` and `panluna finetune`",
    "",
    "Made from the schemas that check them (`npx tsx docs/makeOptions.ts`). What is not given has its default. Any option can be changed on the command line:",
    "`--set optimizer.lr=1e-3 --set sensors=[ecg]`; `--set init=null` takes one out. Paths are relative to the file. Options of the machine (`checkpoints`, `provider`, `threads`, `loader`) and",
    "paths may change when a run goes on; the others may not.",
    "",
    configReference(pretrainConfig),
    configReference(finetuneConfig),
  ].join("\n");
