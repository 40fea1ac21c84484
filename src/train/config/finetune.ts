import { z } from "zod";
import { PUBLISHED } from "../../model/index.ts";
import type { CommandConfig } from "./commandConfig.ts";
import * as part from "./sections.ts";

const quantize = z
  .strictObject({
    weights: z.literal([8, 4, 2]).default(8).describe("bits of the weights, which have a scale per output channel"),
    range: z
      .union([z.enum(["mse", "max"]), z.number().gt(0).max(1)])
      .default("mse")
      .describe("what int8 tensors hold: the range of least squared error, all values, or this share of them"),
    calibrationWindows: part
      .count(65536)
      .default(64)
      .describe("training windows on which the ranges are found, before the first step"),
  })
  .describe(
    "Round every tensor that an integer engine rounds while the network learns, and let gradients pass as if it were not (quantisation-aware training). Without dropout and stochastic depth, whatever their options say; not with `mode: lora`: start from the best.safetensors of that run.",
  );

const schema = z
  .strictObject({
    seed: part.seed,
    stores: z
      .array(part.pathTo("folder that `panluna prepare` made"))
      .min(1)
      .describe("Stores whose windows have labels of the task."),
    task: z.string().min(1).describe("name of a task of the stores"),
    sensors: part.sensors,
    minQuality: part.minQuality,
    init: part.init,
    initialScale: part.initialScale("fan-in"),
    sizes: part.sizes.optional(),
    mode: z
      .enum(["full", "frozen", "lora"])
      .default("full")
      .describe("what learns: everything, the head alone, or low-rank additions to the attention and the head"),
    lora: z
      .strictObject({
        rank: part.count(4096).default(16).describe("rank of the additions"),
        alpha: z.number().gt(0).default(32).describe("the additions are scaled by alpha / rank"),
        dropout: part.chance().default(0.1).describe("on the input of the additions to the temporal encoder"),
      })
      .prefault({})
      .describe("`mode: lora` only."),
    head: z
      .strictObject({
        dropout: part.chance().default(0.15).describe("in the attention and the layers of the head"),
        start: z
          .enum(["whitened", "random", "kept"])
          .optional()
          .describe(
            "how the head starts: seeing the latents of training windows with variance 1 in every direction, which is usual on a checkpoint; at random (paper), usual from scratch; or as the checkpoint has it, usual with `head.init` or `quantize`",
          ),
        init: part
          .pathTo("head (.safetensors) to go on with, of the encoder that `init` names; adapters in it are merged")
          .optional(),
      })
      .prefault({}),
    quantize: quantize.optional(),
    split: part.taskSplit.default("official"),
    people: z
      .number()
      .gt(0)
      .max(1)
      .default(1)
      .describe("share of the training people to learn from, drawn with `seed`; validation and test stay as they are"),
    crop: z
      .strictObject({
        seconds: z
          .number()
          .gt(0)
          .describe("a whole number of patches; random stretches train, the middle is evaluated"),
      })
      .optional()
      .describe("Use a stretch of each stored window; as much as the shortest store has if not given."),
    batch: part.batch(64, 16),
    epochs: part.count().default(50).describe("passes over the training windows"),
    optimizer: z
      .strictObject({
        ...part.optimizer({ lr: 5e-4, betas: [0.9, 0.999] }),
        layerDecay: z
          .number()
          .gt(0)
          .max(1)
          .default(0.75)
          .describe("block i of n learns at lr · layerDecay^(n − i); `mode: full` only"),
      })
      .prefault({}),
    schedule: part.schedule(0.1, 1e-6),
    dropout: part.dropout,
    stochasticDepth: part
      .chance()
      .default(0.1)
      .describe("chance of each branch of a block (attention, feed-forward) to be left out, drawn for each window"),
    channelDropout: part.channelDropout,
    modalityDropout: part.modalityDropout,
    augment: part.augment,
    classWeights: z
      .enum(["none", "balanced"])
      .default("none")
      .describe("weight classes by the inverse of their number of training windows"),
    labelSmoothing: part.chance().default(0).describe("share of the target that is spread over all classes"),
    ema: part.ema,
    earlyStopping: z
      .strictObject({
        patience: z
          .int()
          .min(0)
          .default(12)
          .describe("validations without improvement after which training ends; 0 never ends early"),
        metric: z
          .string()
          .min(1)
          .default("loss")
          .describe("what is to improve on the validation subjects: loss, or a metric of `panluna evaluate`"),
      })
      .prefault({}),
    validation: z
      .strictObject({
        every: part.count().default(1).describe("epochs from validation to validation"),
      })
      .prefault({}),
    checkpoints: part.checkpoints,
    provider: part.provider,
    threads: part.threads,
    loader: part.loader,
  })
  .refine(({ sizes, init }) => sizes === undefined || init === undefined, {
    path: ["sizes"],
    error: "stands beside `init`|one of the two: a checkpoint has its own sizes",
  })
  .refine(({ head, init }) => head.init === undefined || init !== undefined, {
    path: ["head", "init"],
    error: "has no encoder to stand on|`init`, the encoder that it was trained on",
  })
  .refine(({ head, init }) => head.start !== "kept" || init !== undefined, {
    path: ["head", "start"],
    error: "keeps the head of no checkpoint|`init`",
  })
  .refine(({ quantize, mode }) => quantize === undefined || mode !== "lora", {
    path: ["quantize"],
    error: "does not round adapters|`mode: full` or `mode: frozen`, from weights with the adapters merged",
  })
  .refine(({ split }) => typeof split === "string" || !("folds" in split) || split.fold < split.folds, {
    path: ["split", "fold"],
    error: "is not one of the folds|below `folds`",
  })
  .refine(({ split }) => typeof split === "string" || !("test" in split) || split.val + split.test < 1, {
    path: ["split", "val"],
    error: "leaves nothing to train on|val + test below 1",
  });

/** What `panluna finetune` is asked to do, every default filled in. */
export type FinetuneConfig = z.output<typeof schema>;

export const finetuneConfig: CommandConfig<FinetuneConfig> = {
  name: "finetune",
  schema,
  complete(config) {
    const own = config.quantize === undefined ? config : withoutNoise(config);
    return own.init === undefined ? { sizes: PUBLISHED, ...own } : own;
  },
};

/** What is rounded has no noise beside that of rounding. */
const withoutNoise = (config: FinetuneConfig): FinetuneConfig => ({
  ...config,
  dropout: 0,
  stochasticDepth: 0,
  head: { ...config.head, dropout: 0 },
});
