import type { NoiseRates, PanlunaModel } from "../../model/index.ts";
import type { TaskSpec, WindowStore } from "../../store/index.ts";
import type { TrainedTask } from "../../task/index.ts";
import type { FinetuneConfig } from "../config/index.ts";
import { droppedShare } from "../dropoutMask.ts";
import type { LoaderOptions } from "../loader/index.ts";
import { labelledObjective } from "../objective/labelled.ts";
import type { Checkpoint } from "../run/checkpoint.ts";
import type { Monitor } from "../run/run.ts";
import { openTraining, resumedModel, scheduleOf } from "../trainer/openTraining.ts";
import { placeOfWindow } from "../trainer/placeOfWindow.ts";
import type { TrainingPlatform } from "../trainer/platform.ts";
import type { TrainingProgram } from "../trainer/program.ts";
import { splitRule } from "../trainer/splitRule.ts";
import type { TrainedModel } from "../trainer/trainedModel.ts";
import { finetuneFeeds } from "./finetuneFeeds.ts";
import { finetuneValidation, type TaskScores } from "./finetuneValidation.ts";
import { headStart, type StartWeights, startAdapters, startModel } from "./startModel.ts";
import { startRounding } from "./startRounding.ts";
import { taskData } from "./taskData.ts";
import { type LabelRules, labelRules, massOf } from "./taskLabels.ts";
import { lengthOfWindows, taskOf } from "./taskOf.ts";
import { trainedChannels } from "./trainedChannels.ts";
import { trainingLatents } from "./trainingLatents.ts";
import { whitenedHead } from "./whitenedHead.ts";

/** What a fine-tuning is made from. */
export interface FinetuneInputs {
  readonly config: FinetuneConfig;
  readonly stores: readonly WindowStore[];
  /** Text of the file of `split`, where it names one. */
  readonly splitText?: string;
  /** The checkpoint of `init`; from scratch if not given. Not needed to go on. */
  readonly init?: StartWeights;
  readonly resumed?: Checkpoint;
  readonly scores: TaskScores;
}

/**
 * Fine-tuning for a task (SPEC.md §8), ready to train.
 * @throws UsageError for a task that the stores lack, or windows that do not fit; WeightsError for a checkpoint that is none
 */
export async function finetuneProgram(inputs: FinetuneInputs, platform: TrainingPlatform): Promise<TrainingProgram> {
  const { config, stores, resumed, init, scores } = inputs;
  const { seed, task: name } = config;
  const spec = taskOf(stores, name);
  const monitor = finetuneMonitor(config, spec, scores);
  const known = resumedModel(resumed);
  const start = known ?? startModel(config, spec, init);
  const { sizes, head } = start;
  const nTimes = lengthOfWindows(stores, config, sizes);
  const { train, val, plan } = taskData(stores, config, splitRule(config.split, inputs.splitText));
  const isReady = known !== undefined || headStart(config) !== "whitened";
  const latents = isReady ? undefined : await trainingLatents(start, train, nTimes, config, platform);
  const model = latents === undefined ? start : { ...start, weights: whitenedHead(start, latents) };
  const { quantize } = config;
  const rounding =
    resumed?.rounding ?? (quantize && (await startRounding(model, train, nTimes, { ...config, quantize }, platform)));
  const rules = labelRules(name, spec, train, config);
  const channels = trainedChannels(train, config.sensors);
  const task = trainedTask(config, { spec, channels, nTimes, standardization: rules.standardization });
  const trainStores = train.map(({ store }) => store);
  const totalSteps = config.epochs * plan.stepsPerEpoch;
  const trained = { ...trainedModel(config, model, rules), rounding };
  const opened = await openTraining(trained, platform, resumed, () =>
    platform.startLoader(trainStores, plan, { ...loaderOptions(config, train.length, nTimes), part: platform.ranks }),
  );
  return {
    ...opened,
    totalSteps,
    schedule: scheduleOf(config, totalSteps),
    optimizer: config.optimizer,
    feeds(micro, { step }) {
      const mass = massOf(plan.planBatch(step), trainStores, name, rules);
      const { noise } = opened;
      return finetuneFeeds(micro, { key: { seed, step }, task: name, rules, mass, noise, patchSize: sizes.patchSize });
    },
    placeOf: (corpus, row) => placeOfWindow(trainStores[corpus], row),
    validateEvery: config.validation.every * plan.stepsPerEpoch,
    validate: finetuneValidation(val, opened.engine, platform, { config, task, rules, scores }),
    monitor,
    stopping: { patience: config.earlyStopping.patience, mode: monitor.goal },
    sizes,
    head,
    task,
    ...(rounding && { rounding }),
  };
}

function trainedModel(config: FinetuneConfig, model: PanlunaModel, { spec, positive }: LabelRules): TrainedModel {
  const { mode, optimizer, ema } = config;
  const layerDecay = mode === "full" ? optimizer.layerDecay : 1;
  return {
    model,
    lora: startAdapters(config, model),
    objective: labelledObjective({ kind: spec.kind, positive }),
    rates: ratesOf(config),
    rules: { mode, decay: optimizer.decay, depth: model.sizes.depth, layerDecay },
    ema,
  };
}

function loaderOptions(config: FinetuneConfig, stores: number, nTimes: number): LoaderOptions {
  return {
    seed: config.seed,
    sensors: Array.from({ length: stores }, () => config.sensors),
    crop: { nTimes, place: "random" },
    augment: config.augment,
    dropout: { channels: config.channelDropout, modality: config.modalityDropout },
    prefetch: config.loader.prefetch,
  };
}

function trainedTask(
  { task: name, sensors }: FinetuneConfig,
  { spec, channels, nTimes, standardization }: Pick<TrainedTask, "spec" | "channels" | "nTimes" | "standardization">,
): TrainedTask {
  return { name, spec, channels, nTimes, ...(sensors && { sensors }), ...(standardization && { standardization }) };
}

/** A frozen encoder has nothing to gain from noise. */
function ratesOf({ mode, dropout, stochasticDepth, head, lora }: FinetuneConfig): NoiseRates {
  const encoder = (p: number) => (mode === "frozen" ? 0 : droppedShare(p));
  return {
    dropout: encoder(dropout),
    depth: encoder(stochasticDepth),
    head: droppedShare(head.dropout),
    lora: mode === "lora" ? droppedShare(lora.dropout) : 0,
  };
}

/** What says which checkpoint is best. */
export function finetuneMonitor(
  { earlyStopping: { metric } }: Pick<FinetuneConfig, "earlyStopping">,
  spec: TaskSpec,
  scores: TaskScores,
): Monitor {
  const larger = metric !== "loss" && scores.isBetterLarger(metric, spec);
  return { split: "val", metric, goal: larger ? "max" : "min" };
}
