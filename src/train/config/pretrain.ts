import { z } from "zod";
import { PUBLISHED } from "../../model/index.ts";
import type { CommandConfig } from "./commandConfig.ts";
import * as part from "./sections.ts";

const corpus = z.strictObject({
  store: part.pathTo("folder that `panluna prepare` made"),
  weight: z.number().gt(0).default(1).describe("expected share of the windows, relative to the other corpora"),
  sensors: part.sensors,
});

const schema = z
  .strictObject({
    seed: part.seed,
    sizes: part.sizes.optional(),
    init: part.init,
    initialScale: part.initialScale("paper"),
    corpora: z.array(corpus).min(1).describe("Stores to learn from; each micro-batch comes from one of them."),
    minQuality: part.minQuality,
    split: part.pretrainSplit.default({ val: 0.05, seed: 0 }),
    batch: part.batch(256, 16),
    steps: part.count().optional().describe("optimiser steps; not together with `epochs`"),
    epochs: part
      .count()
      .optional()
      .describe("passes over as many windows as the stores hold; 150 if `steps` is not given"),
    optimizer: z.strictObject(part.optimizer({ lr: 1.25e-4, betas: [0.9, 0.98] })).prefault({}),
    schedule: part.schedule(10 / 150, 2.5e-7),
    masking: z
      .strictObject({
        ratio: z.number().gt(0).lt(1).default(0.5).describe("share of the patches of a window that are hidden"),
        kind: z
          .enum(["patch", "time-block"])
          .default("patch")
          .describe("single patches (the paper), or stretches of time in all channels at once"),
        blockSeconds: z.number().gt(0).max(3600).default(1).describe("length of a stretch, `time-block` only"),
      })
      .prefault({}),
    sensorBalance: z
      .enum(["channels", "sensors"])
      .default("channels")
      .describe(
        "what counts alike in the loss of a window: its channels (the paper), or its sensors, so that one ECG beside nineteen electrodes is not lost",
      ),
    locationNoise: z.number().min(0).default(0.02).describe("σ of the noise on scaled locations while masking"),
    dropout: part.dropout,
    channelDropout: part.channelDropout,
    modalityDropout: part.modalityDropout,
    augment: part.augment,
    ema: part.ema,
    validation: z
      .strictObject({
        every: part.count().default(500).describe("steps from validation to validation"),
        windows: part.count().default(2048).describe("most windows of a validation"),
      })
      .prefault({}),
    checkpoints: part.checkpoints,
    provider: part.provider,
    threads: part.threads,
    loader: part.loader,
  })
  .refine(({ steps, epochs }) => steps === undefined || epochs === undefined, {
    path: ["epochs"],
    error: "stands beside `steps`|one of the two",
  })
  .refine(({ sizes, init }) => sizes === undefined || init === undefined, {
    path: ["sizes"],
    error: "stands beside `init`|one of the two: a checkpoint has its own sizes",
  });

/** What `panluna pretrain` is asked to do, every default filled in. */
export type PretrainConfig = z.output<typeof schema>;

export const pretrainConfig: CommandConfig<PretrainConfig> = {
  name: "pretrain",
  schema,
  complete: (config) => ({
    ...(config.init === undefined && { sizes: PUBLISHED }),
    ...(config.steps === undefined && { epochs: PUBLISHED_EPOCHS }),
    ...config,
  }),
};

const PUBLISHED_EPOCHS = 150;
