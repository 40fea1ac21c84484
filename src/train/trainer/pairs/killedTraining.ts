/** A training in a folder, told by its configuration, for tests that kill it: `<folder> <store>`. Tells every step. */
import { trainInFolder } from "../node.ts";
import { finetuneConfigOf, SCORES } from "./fakeTraining.ts";

const [folder, store] = process.argv.slice(2);
const config = finetuneConfigOf({
  ...{ stores: [store], task: "stage", ema: 0.9, epochs: 12, batch: { windows: 8, micro: 4 }, sizes: undefined },
  sizes: { patchSize: 32, embedDim: 16, numHeads: 2, depth: 1, numQueries: 2 },
  ...{ checkpoints: { every: 5 }, loader: { workers: 0 }, threads: 1, earlyStopping: { patience: 0 } },
});
const tell = (line: string) => void process.stdout.write(`${line}\n`);
const controller = new AbortController();
process.once("SIGINT", () => controller.abort());
const options = { versions: { panluna: "0" }, note: tell, signal: controller.signal };
const job = { kind: "finetune", folder, config, scores: SCORES } as const;
const { end } = await trainInFolder(job, { ...options, onStep: ({ step }) => tell(`step ${step}`) });
tell(end);
process.exit();
