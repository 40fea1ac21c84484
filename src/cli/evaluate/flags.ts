import { SENSORS } from "../../signal/index.ts";
import { choice, choices, type FlagValues, list, number, text, toggle, whole } from "../flags.ts";
import { modelFlags } from "../recordingFlags.ts";

/** What `--split` may ask for. */
export const SPLITS = ["test", "val", "train", "all"] as const;
export type EvaluatedSplit = (typeof SPLITS)[number];

/** Ways that need no training of a network. */
export const BASELINES = ["prior", "linear", "rate"] as const;
export type BaselineName = (typeof BASELINES)[number];

export const evaluateFlags = {
  split: choice(SPLITS, "whose windows: of the people of this split (test)"),
  store: list("FOLDER,…", "stores to take the windows from (those that a run was trained on)"),
  encoder: text("FILE", "with --head: an encoder (.safetensors) that serves several tasks"),
  head: text("FILE", "the head of a task, as `finetune` saves it apart from its encoder"),
  anyEncoder: toggle("take a head although it was trained on an encoder with other weights"),
  sensors: choices(SENSORS, "show the model these sensors only"),
  ablation: toggle("which sensors it takes: each subset of those present, the others left out"),
  mask: number("SHARE", "pretrainings: share of the patches to hide (that of its training, else 0.5)", {
    above: 0,
    to: 0.99,
  }),
  maskKind: choice(["patch", "time-block"], "pretrainings: single patches, or stretches of time (as its training)"),
  baseline: choices(BASELINES, "what simpler ways reach: trained on the same people (none)"),
  against: list("FOLDER,…", "other runs on the same windows: theirs, and the model minus each"),
  robustness: toggle("how metrics fall: channels removed, noise added, a sensor missing"),
  output: text("FOLDER", "write report.html, report.json and predictions.json"),
  draws: whole("N", "draws of subjects for the intervals (1000)", { from: 1, to: 100_000 }),
  seed: whole("N", "of the draws, and of what --robustness removes and adds (0)", { from: 0, to: 2 ** 32 - 1 }),
  averageSeeds: toggle("runs of several seeds over the same windows: mean of their metrics"),
  splitFile: text(
    "FILE.json",
    "who is in which split (of all people, or by dataset), where a model comes without its run",
  ),
  folds: whole("N", "or: cross-validation over people, with --fold and --split-seed", { from: 2 }),
  fold: whole("N", "the fold that is tested, from 0", { from: 0 }),
  val: number("SHARE", "or: shares of the people, drawn with --split-seed", { from: 0, to: 1 }),
  test: number("SHARE", "share of the people for testing", { from: 0, to: 1 }),
  splitSeed: whole("N", "of that draw (0)", { from: 0, to: 2 ** 32 - 1 }),
  provider: modelFlags.provider,
  threads: modelFlags.threads,
  batch: modelFlags.batch,
};

export type EvaluateFlags = FlagValues<typeof evaluateFlags>;
