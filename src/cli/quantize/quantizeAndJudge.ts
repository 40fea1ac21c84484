import { UsageError } from "../../errors.ts";
import { type Comparison, compare, type Predictions } from "../../evaluate/index.ts";
import type { Graph } from "../../graph/index.ts";
import { insertRounding, QDQ, type WeightBits } from "../../quant/index.ts";
import { logitsNetwork } from "../../runtime/logitsNetwork.ts";
import type { Engine } from "../../runtime/session.ts";
import type { WindowStore } from "../../store/index.ts";
import { predictTask, type ShownStore } from "../../train/predict/index.ts";
import { measureNoise, type NetworkNoise } from "../../train/quantize/layerNoise.ts";
import { mixPrecision } from "../../train/quantize/mixedPrecision.ts";
import { type QuantizedNetwork, quantizeModel, withForward } from "../../train/quantize/quantizeModel.ts";
import type { Effects } from "../effects.ts";
import { type JudgedModel, nothingNamed, readModels } from "../evaluate/models.ts";
import { chooseWindows, labelledPredictions } from "../evaluate/windows.ts";
import { type WeightBytes, weightBytes } from "./bytes.ts";
import type { QuantizeFlags } from "./flags.ts";

/** A model in integers, and what that costs. */
export interface Quantization {
  readonly model: JudgedModel;
  readonly network: QuantizedNetwork;
  /** As an engine runs it. */
  readonly rounded: Graph;
  readonly engine: Engine;
  /** The quantised network, then the float one with the difference. */
  readonly comparison: Comparison;
  readonly noise: NetworkNoise;
  readonly bytes: WeightBytes;
  /** Windows that ranges were chosen by. */
  readonly calibration: number;
  readonly stores: readonly string[];
}

/** Windows that the noise of layers is measured on. */
const NOISE_WINDOWS = 16;

/** Fewer say little about what a tensor holds. */
const LEAST_CALIBRATION = 8;

/**
 * Quantise a model on windows of training people, and judge it beside the float network on people of the test split.
 * @throws UsageError where not one model is named, or there are too few windows; the errors of `readModels` and `quantizeModel`
 */
export async function quantizeAndJudge(
  path: string | undefined,
  flags: QuantizeFlags,
  effects: Effects,
): Promise<Quantization> {
  const model = await readOneModel(path, flags, effects);
  const stores: WindowStore[] = [];
  try {
    for (const folder of model.folders) stores.push(await effects.openStore(folder));
    return await onStores(model, stores, flags, effects);
  } finally {
    for (const store of stores) await store.close();
  }
}

async function readOneModel(path: string | undefined, flags: QuantizeFlags, effects: Effects): Promise<JudgedModel> {
  if (path === undefined && flags.head === undefined) throw nothingNamed("quantize", "no model");
  const unused = { split: undefined, sensors: undefined, mask: undefined, maskKind: undefined, baseline: undefined };
  const off = { ablation: false, robustness: false, averageSeeds: false, against: undefined, provider: undefined };
  const models = await readModels(path === undefined ? [] : [path], { ...unused, ...off, ...flags }, effects);
  if (models.length === 1) return models[0];
  throw new UsageError({
    where: "quantize",
    what: "takes one model",
    got: models.map(({ name }) => name).join(", "),
    todo: "Name the folder of one run",
  });
}

async function onStores(
  model: JudgedModel,
  stores: readonly WindowStore[],
  flags: QuantizeFlags,
  effects: Effects,
): Promise<Quantization> {
  const { threads, calibration: wanted = 64, weights = "8", range, draws, seed } = flags;
  const { task } = model;
  const { judged, learned } = chooseWindows(model, stores, { split: "test" });
  const shown = spread(learned, wanted);
  const calibration = countOf(shown);
  if (calibration < LEAST_CALIBRATION) throw tooFew(model.name, calibration);
  const engine: Engine = {
    name: "session",
    createSession: (graph, options) =>
      effects.createSession(graph, { ...(threads !== undefined && { threads }), ...options }),
  };
  const options = { sensors: task.sensors, signal: effects.signal };
  const windows = { stores: shown, nTimes: task.nTimes };
  const bits = weights === "auto" ? 8 : (Number(weights) as WeightBits);
  const uniform = await withProgress(effects, "calibration windows", (onProgress) =>
    quantizeModel(model.model, windows, engine, { ...options, range, bitsOf: () => bits, onProgress }),
  );
  const few = { ...windows, stores: spread(shown, NOISE_WINDOWS) };
  const network =
    weights === "auto"
      ? await withProgress(effects, "layers", (onProgress) =>
          mixPrecision(model.model, uniform, few, engine, { ...options, target: flags.target, onProgress }),
        )
      : uniform;
  const rounded = insertRounding(network, network.scheme, QDQ);
  const noise = await measureNoise(model.model, network, few, engine, { ...options, effects: flags.effects });
  const float = await logitsNetwork(model.model, engine);
  const said: Predictions[] = [];
  for (const [name, graph] of [
    ["windows, quantised", rounded],
    ["windows, float", float],
  ] as const) {
    said.push(await predictOf(model, graph, judged, { engine, name, batch: flags.batch }, effects));
  }
  const [quantised, exact] = said;
  const comparison = compare(
    [
      { name: "quantised", predictions: quantised },
      { name: "float", predictions: exact },
    ],
    { ...(draws !== undefined && { draws }), ...(seed !== undefined && { seed }) },
  );
  const names = stores.map(({ name }) => name);
  return {
    model,
    network,
    rounded,
    engine,
    comparison,
    noise,
    bytes: weightBytes(network),
    calibration,
    stores: names,
  };
}

/** Rows evenly spaced over all that there are. */
function spread(stores: readonly ShownStore[], count: number): ShownStore[] {
  const all = stores.flatMap(({ rows }, store) => Array.from(rows, (row) => ({ store, row })));
  const taken = Math.min(count, all.length);
  const chosen = Array.from({ length: taken }, (_, i) => all[Math.floor((i * all.length) / taken)]);
  return stores.map(({ store }, s) => ({ store, rows: chosen.flatMap((own) => (own.store === s ? [own.row] : [])) }));
}

const countOf = (stores: readonly ShownStore[]): number => stores.reduce((sum, { rows }) => sum + rows.length, 0);

const tooFew = (where: string, count: number): UsageError =>
  new UsageError({
    where,
    what: "there are too few windows of people outside the test split to choose ranges by",
    expected: `${LEAST_CALIBRATION} or more`,
    got: String(count),
    todo: "Name more stores, or a split with people to train on",
  });

interface Asked {
  readonly engine: Engine;
  readonly name: string;
  readonly batch: number | undefined;
}

async function predictOf(
  { model, task }: JudgedModel,
  graph: Graph,
  judged: readonly ShownStore[],
  { engine, name, batch: micro }: Asked,
  effects: Effects,
): Promise<Predictions> {
  const said = await withProgress(effects, name, (onProgress) =>
    withForward(model, graph, engine, (run) =>
      predictTask(judged, task, async (feeds) => (await run(feeds))["logits"], {
        micro,
        signal: effects.signal,
        onProgress,
      }),
    ),
  );
  return labelledPredictions(said, task, judged);
}

async function withProgress<T>(
  effects: Effects,
  unit: string,
  work: (onProgress: (done: number, total: number) => void) => Promise<T>,
): Promise<T> {
  const progress = effects.progress(unit);
  try {
    return await work((done, total) => progress.update(done, total));
  } finally {
    progress.end();
  }
}
