import { finetuning, pretraining } from "./fakeTraining.ts";

// eps: gradients that are 0 but for rounding must not become whole steps
const changes = { batch: { windows: 8, micro: 2 }, ema: 0.9, optimizer: { lr: 1e-3, eps: 1e-4 } };

/** What is trained on several ranks; of the 6 windows of the last batch of an epoch some ranks get none. */
export const RANK_WAYS = {
  pretraining: pretraining({ ...changes, steps: 4, validation: { every: 2 } }),
  finetuning: finetuning({ ...changes, task: "third", classWeights: "balanced", epochs: 4 }),
} as const;
