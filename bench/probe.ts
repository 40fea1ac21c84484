import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { UsageError } from "../src/errors.ts";
import {
  type FeatureTable,
  HEADLINES,
  type LabelledFeatures,
  linearBaseline,
  type Predictions,
  priorBaseline,
  summarize,
} from "../src/evaluate/index.ts";
import { centredProducts } from "../src/linear/centredProducts.ts";
import {
  initializeWeights,
  modelFromCheckpoint,
  type PanlunaModel,
  PUBLISHED,
  panlunaGraph,
  widthOf,
} from "../src/model/index.ts";
import { readStateDict } from "../src/model/stateDict.ts";
import { nodeEngine } from "../src/runtime/node.ts";
import type { Session } from "../src/runtime/session.ts";
import { labelWidth, openStore, type WindowStore } from "../src/store/node.ts";
import { forwardWindows } from "../src/train/predict/index.ts";
import { selectRows, splitStores } from "../src/train/sampling/index.ts";
import { round } from "./measure.ts";

/** The task of each store that is asked for, where it is there. */
const TASKS: Readonly<Record<string, string>> = {
  eegmat: "arithmetic",
  adhd: "adhd",
  ptbxl: "superclass",
  "stress-predict": "stress",
  troika: "heart-rate",
};

/** "random" in place of a checkpoint: the published network before any training. */
const RANDOM = "random";

/**
 * What a linear model reads from the embeddings of encoders (mean of the latents over time): fitted on the training people of a split, judged on others, per task.
 * It says in seconds what pretraining is worth, and whether embeddings have collapsed (`rank`: participation ratio of their covariance).
 */
export async function probe(args: readonly string[]): Promise<{ result: unknown; out?: string }> {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  const { stores: folder, split, side = "val", threads = "2", out } = values;
  if (folder === undefined || split === undefined || positionals.length === 0) {
    throw new UsageError({ where: "probe", what: "needs --stores FOLDER --split FILE and checkpoints (or random)" });
  }
  if (side !== "val" && side !== "test") throw new UsageError({ where: "--side", what: "is val or test", got: side });
  const text = readFileSync(split, "utf8");
  const encoders: unknown[] = [];
  for (const path of positionals) {
    const model = path === RANDOM ? untrained() : encoderOf(path);
    const session = await nodeEngine.createSession(panlunaGraph(model, { outputs: ["embedding"] }), {
      threads: Number(threads),
    });
    const width = widthOf(model.sizes);
    const tasks: Record<string, unknown> = {};
    for (const [name, task] of Object.entries(TASKS)) {
      const store = await openStore(join(folder, name)).catch(() => undefined);
      if (store === undefined) continue;
      const [rule] = splitStores([store], { file: basename(split), text });
      const of = (subjects: readonly string[]) => embedded(store, task, subjects, { session, width });
      const [train, judged] = [await of(rule.train), await of(rule[side])];
      tasks[name] = { ...scores(train, judged), rank: round(participation(train.features), 2) };
      await store.close();
    }
    await session.close();
    encoders.push({ checkpoint: path === RANDOM ? RANDOM : basename(path), path, tasks });
  }
  return { result: { benchmark: "probe", side, encoders }, out };
}

const TEXT = { type: "string" } as const;
const OPTIONS = { stores: TEXT, split: TEXT, side: TEXT, threads: TEXT, out: TEXT } as const;

function untrained(): PanlunaModel {
  const head = { kind: "none" } as const;
  return { sizes: PUBLISHED, head, weights: initializeWeights(PUBLISHED, head, 0, "fan-in") };
}

const encoderOf = (path: string): PanlunaModel =>
  modelFromCheckpoint(readStateDict(readFileSync(path), basename(path)), { head: { kind: "none" } });

/** Embeddings of the labelled windows of some people, every window of the store whole. */
async function embedded(
  store: WindowStore,
  task: string,
  subjects: readonly string[],
  { session, width }: { readonly session: Session; readonly width: number },
): Promise<LabelledFeatures> {
  const rows = selectRows(store, { subjects, task });
  const { plan, values } = await forwardWindows(
    [{ store, rows }],
    store.nTimes,
    async (feeds) => (await session.run(feeds))["embedding"],
    { name: "embeddings", width },
  );
  const windows = Array.from({ length: plan.steps }, (_, step) => plan.planBatch(step).microBatches).flat();
  return {
    task: store.tasks[task],
    windows: windows.flatMap((micro) => Array.from(micro.rows, (row) => windowOf(store, task, row))),
    features: {
      count: plan.windows,
      names: Array.from({ length: width }, (_, i) => `e${i}`),
      values: Float64Array.from(values),
    },
  };
}

function windowOf({ windows, subjects, recordings, layouts, tasks }: WindowStore, task: string, row: number) {
  const width = labelWidth(tasks[task]);
  const labels = [...windows.labels.get(task)!.subarray(row * width, (row + 1) * width)];
  return {
    subject: subjects[windows.subject[row]],
    recording: recordings[windows.recording[row]],
    onset: windows.onset[row],
    layout: layouts[windows.layout[row]].id,
    target: tasks[task].kind === "multilabel" ? labels : labels[0],
  };
}

function scores(train: LabelledFeatures, judged: LabelledFeatures) {
  return {
    windows: [train.windows.length, judged.windows.length],
    linear: headlines(linearBaseline(train, judged).predictions),
    prior: headlines(priorBaseline(train, judged)),
  };
}

function headlines(predictions: Predictions) {
  const { window } = summarize(predictions, { draws: 200 }).levels;
  if ("undefined" in window) return window;
  const names = HEADLINES[predictions.task.kind].map(({ name }) => name);
  return Object.fromEntries(names.map((name) => [name, window.metrics[name]]));
}

/** `(Σ λ)² / Σ λ²` of the covariance of the features: how many directions they spread over. */
function participation({ count, names: { length: width }, values }: FeatureTable): number {
  const { products } = centredProducts({ values, count, width }); // the covariance but for a factor, which falls out
  let [trace, squares] = [0, 0]; // Σ λ² is the squared Frobenius norm
  for (let i = 0; i < width; i++) {
    trace += products[i * (width + 1)];
    for (let j = 0; j <= i; j++) squares += (i === j ? 1 : 2) * products[i * width + j] ** 2;
  }
  return trace ** 2 / squares;
}
