import { initializeWeights, type PanlunaModel, PUBLISHED } from "../../model/index.ts";
import { CHANNEL_NAMES } from "../../signal/index.ts";
import type { WindowStore } from "../../store/index.ts";
import type { PretrainConfig } from "../config/index.ts";
import { droppedShare } from "../dropoutMask.ts";
import type { LoaderOptions } from "../loader/index.ts";
import { reconstructionObjective } from "../objective/reconstruction.ts";
import type { Checkpoint } from "../run/checkpoint.ts";
import { planSampling } from "../sampling/index.ts";
import { noiseFeeds } from "../trainer/noiseFeeds.ts";
import { openTraining, resumedModel, scheduleOf } from "../trainer/openTraining.ts";
import { placeOfWindow } from "../trainer/placeOfWindow.ts";
import type { TrainingPlatform } from "../trainer/platform.ts";
import type { TrainingProgram } from "../trainer/program.ts";
import type { TrainedModel } from "../trainer/trainedModel.ts";
import { checkMasks, checkPatches, divideCorpora } from "./divideCorpora.ts";
import { masksOf, type PretrainNoise, pretrainFeeds } from "./pretrainFeeds.ts";
import { pretrainValidation } from "./pretrainValidation.ts";

/** What a pretraining is made from. */
export interface PretrainInputs {
  readonly config: PretrainConfig;
  /** One per corpus of the configuration. */
  readonly stores: readonly WindowStore[];
  /** Text of the file of `split`, where it names one. */
  readonly splitText?: string;
  /** The model of `init`, with a reconstruction head; from scratch if not given. Not needed to go on. */
  readonly init?: PanlunaModel;
  readonly resumed?: Checkpoint;
}

/**
 * Masked reconstruction on several corpora (SPEC.md §7), ready to train.
 * @throws UsageError for corpora without windows to train on, windows that do not divide into patches and masks that hide nothing,
 * GraphError for sizes that cannot be
 */
export async function pretrainProgram(inputs: PretrainInputs, platform: TrainingPlatform): Promise<TrainingProgram> {
  const { config, stores, resumed, splitText, init } = inputs;
  const model = resumedModel(resumed) ?? init ?? fromScratch(config);
  const { seed, batch } = config;
  const { sizes, head } = model;
  checkPatches(stores, sizes);
  const { train, val } = divideCorpora(config, stores, splitText);
  const plan = planSampling(train, { seed, windows: batch.windows, micro: batch.micro });
  const hidden = noiseOf(config, sizes.patchSize, stores[0]);
  checkMasks(config, stores, train, hidden);
  const totalSteps = config.steps ?? (config.epochs ?? 1) * plan.stepsPerEpoch;
  const opened = await openTraining(trainedModel(config, model), platform, resumed, () =>
    platform.startLoader(stores, plan, { ...loaderOptions(config), part: platform.ranks }),
  );
  const sensors = config.corpora.map((corpus) => corpus.sensors);
  return {
    ...opened,
    totalSteps,
    schedule: scheduleOf(config, totalSteps),
    optimizer: config.optimizer,
    feeds(micro, { step, windows }) {
      const key = { seed, step };
      const [B, C, nTimes] = micro.shape;
      const noise = noiseFeeds(opened.noise, key, micro.indices, { B, C, S: nTimes / sizes.patchSize });
      return { ...pretrainFeeds(micro, windows, key, hidden), ...noise };
    },
    placeOf: (corpus, row) => placeOfWindow(stores[corpus], row),
    validateEvery: config.validation.every,
    validate: pretrainValidation(stores, val, platform, opened, { config, hidden, sensors }),
    monitor: PRETRAIN_MONITOR,
    stopping: { patience: 0, mode: "min" },
    sizes,
    head,
  };
}

/** What says which checkpoint is best. */
export const PRETRAIN_MONITOR = { split: "val", metric: "loss", goal: "min" } as const;

function fromScratch({ sizes = PUBLISHED, seed, initialScale }: PretrainConfig): PanlunaModel {
  const head = { kind: "reconstruct", numChannelNames: CHANNEL_NAMES.length } as const;
  return { sizes, head, weights: initializeWeights(sizes, head, seed, initialScale) };
}

function trainedModel(config: PretrainConfig, model: PanlunaModel): TrainedModel {
  const { dropout, locationNoise, sensorBalance, optimizer, ema } = config;
  const { patchSize, depth } = model.sizes;
  return {
    model,
    objective: reconstructionObjective(patchSize, sensorBalance === "sensors"),
    rates: { dropout: droppedShare(dropout), head: 0, depth: 0, lora: 0 },
    locationNoise: locationNoise > 0,
    rules: { mode: "full", decay: optimizer.decay, depth },
    ema,
  };
}

function loaderOptions(config: PretrainConfig): LoaderOptions {
  return {
    seed: config.seed,
    sensors: config.corpora.map(({ sensors }) => sensors),
    augment: config.augment,
    dropout: { channels: config.channelDropout, modality: config.modalityDropout },
    prefetch: config.loader.prefetch,
  };
}

function noiseOf(config: PretrainConfig, patchSize: number, { sfreq }: WindowStore): PretrainNoise {
  const { masking, locationNoise, sensorBalance } = config;
  const balanced = sensorBalance === "sensors";
  return { masks: masksOf(masking, patchSize, sfreq), sigma: locationNoise, patchSize, balanced };
}
