import { initializeWeights, type PanlunaModel, PUBLISHED } from "../../model/index.ts";
import { CHANNEL_NAMES } from "../../signal/index.ts";
import type { WindowStore } from "../../store/index.ts";
import type { PretrainConfig } from "../config/index.ts";
import { droppedShare } from "../dropoutMask.ts";
import type { MaskOptions } from "../masking.ts";
import { reconstructionObjective } from "../objective/reconstruction.ts";
import type { Checkpoint } from "../run/checkpoint.ts";
import { type Corpus, planSampling, selectRows, splitStores } from "../sampling/index.ts";
import { cosineSchedule } from "../schedule.ts";
import { noiseFeeds } from "../trainer/noiseFeeds.ts";
import { placeOfWindow } from "../trainer/placeOfWindow.ts";
import type { TrainingPlatform } from "../trainer/platform.ts";
import type { TrainingProgram } from "../trainer/program.ts";
import { splitRule } from "../trainer/splitRule.ts";
import { openTrainedModel } from "../trainer/trainedModel.ts";
import { type PretrainNoise, pretrainFeeds } from "./pretrainFeeds.ts";
import { pretrainValidation } from "./pretrainValidation.ts";

/** What a pretraining is made from. */
export interface PretrainInputs {
  readonly config: PretrainConfig;
  /** One per corpus of the configuration. */
  readonly stores: readonly WindowStore[];
  /** Text of the file of `split`, where it names one. */
  readonly splitText?: string;
  /** The model of `init`, with a reconstruction head; from scratch if not given. */
  readonly init?: PanlunaModel;
  readonly resumed?: Checkpoint;
}

/**
 * Masked reconstruction on several corpora (SPEC.md §7), ready to train.
 * @throws UsageError for corpora without windows to train on, GraphError for sizes that cannot be
 */
export async function pretrainProgram(inputs: PretrainInputs, platform: TrainingPlatform): Promise<TrainingProgram> {
  const { config, stores, resumed, init } = inputs;
  const { seed, optimizer, schedule, batch } = config;
  const { train, val } = divide(inputs);
  const plan = planSampling(train, { seed, windows: batch.windows, micro: batch.micro });
  const totalSteps = config.steps ?? (config.epochs ?? 1) * plan.stepsPerEpoch;
  const model = init ?? fromScratch(config);
  const { sizes, head } = model;
  const opened = await openTrainedModel(
    {
      model,
      objective: reconstructionObjective(sizes.patchSize),
      rates: { dropout: droppedShare(config.dropout), head: 0, depth: 0, lora: 0 },
      locationNoise: config.locationNoise > 0,
      rules: { mode: "full", decay: optimizer.decay, depth: sizes.depth },
      ema: config.ema,
    },
    platform,
    resumed,
  );
  const sensors = config.corpora.map((corpus) => corpus.sensors);
  const { patchSize } = sizes;
  const hidden: PretrainNoise = {
    masks: masksOf(config, patchSize, stores[0]),
    sigma: config.locationNoise,
    patchSize,
  };
  return {
    ...opened,
    loader: platform.startLoader(stores, plan, {
      seed,
      sensors,
      augment: config.augment,
      dropout: { channels: config.channelDropout, modality: config.modalityDropout },
      prefetch: config.loader.prefetch,
      part: platform.ranks,
    }),
    totalSteps,
    schedule: cosineSchedule({
      peak: optimizer.lr,
      final: schedule.final,
      warmupSteps: Math.round(schedule.warmup * totalSteps),
      totalSteps,
    }),
    optimizer,
    feeds(micro, { step, windows }) {
      const key = { seed, step };
      const [B, C, nTimes] = micro.shape;
      const noise = noiseFeeds(opened.noise, key, micro.indices, { B, C, S: nTimes / patchSize });
      return { ...pretrainFeeds(micro, windows, key, hidden), ...noise };
    },
    describe: (corpus, row) => placeOfWindow(stores[corpus], row),
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

function fromScratch({ sizes = PUBLISHED, seed }: PretrainConfig): PanlunaModel {
  const head = { kind: "reconstruct", numChannelNames: CHANNEL_NAMES.length } as const;
  return { sizes, head, weights: initializeWeights(sizes, head, seed) };
}

/** Windows to train on and to validate on, by corpus. */
function divide({ config, stores, splitText }: PretrainInputs): { readonly train: Corpus[]; readonly val: Corpus[] } {
  const splits = splitStores(stores, splitRule(config.split, splitText));
  const corpora = (part: "train" | "val") =>
    stores.map((store, i): Corpus => {
      const { weight, sensors } = config.corpora[i];
      const rows = selectRows(store, { subjects: splits[i][part], sensors, minQuality: config.minQuality });
      return { name: store.name, weight, layout: store.windows.layout, rows };
    });
  return { train: corpora("train"), val: corpora("val") };
}

function masksOf({ masking }: PretrainConfig, patchSize: number, { sfreq }: WindowStore): MaskOptions {
  const { kind, ratio, blockSeconds } = masking;
  return { kind, ratio, span: Math.max(1, Math.round((blockSeconds * sfreq) / patchSize)) };
}
