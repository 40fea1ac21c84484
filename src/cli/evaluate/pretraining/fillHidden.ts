import { SessionError } from "../../../errors.ts";
import { HiddenSums, type ReconstructedExample } from "../../../evaluate/index.ts";
import { panlunaGraph } from "../../../model/index.ts";
import type { FeedTensor } from "../../../runtime/session.ts";
import type { WindowStore } from "../../../store/index.ts";
import { type LoadedMicroBatch, openLoader } from "../../../train/loader/index.ts";
import { type MaskedFeeds, maskedFeeds, masksOf } from "../../../train/pretrain/pretrainFeeds.ts";
import { VALIDATION_STEP } from "../../../train/pretrain/pretrainValidation.ts";
import { type Corpus, type Plan, planSequential } from "../../../train/sampling/index.ts";
import type { Effects } from "../../effects.ts";
import type { EvaluateFlags } from "../flags.ts";
import type { Pretraining } from "./readPretraining.ts";

/** What a model made of hidden patches. */
export interface Filled {
  readonly sums: HiddenSums;
  readonly examples: readonly ReconstructedExample[];
}

/** Windows at a time. */
const MICRO = 16;

/** Windows that are shown. */
const EXAMPLES = 4;

/**
 * Hide patches of windows as validation while pretraining does (the same seed, masks and order) and let the model fill them in.
 * @param corpora those of the stores
 * @throws SessionError where the model does not give finite samples; the reason of `effects.signal` when it is aborted
 */
export async function fillHidden(
  { model, sensors, masking, seed }: Pretraining,
  stores: readonly WindowStore[],
  corpora: readonly Corpus[],
  flags: EvaluateFlags,
  effects: Effects,
): Promise<Filled> {
  const { provider, threads, batch = MICRO, output } = flags;
  const { patchSize } = model.sizes;
  const masks = masksOf(masking, patchSize, stores[0].sfreq);
  const hidden = { masks, patchSize, numChannelNames: model.head.numChannelNames };
  const used = corpora.flatMap(({ rows }, i) => (rows.length === 0 ? [] : [i]));
  const plan = planSequential(
    used.map((i) => corpora[i]),
    batch,
  );
  const wanted = output === undefined ? new Set<number>() : examplePlaces(used.map((i) => corpora[i].rows.length));
  const filled = { sums: new HiddenSums(), examples: [] as ReconstructedExample[] };
  const graph = panlunaGraph(model, { masked: true, outputs: ["reconstruction"] });
  const session = await effects.createSession(graph, { provider, threads });
  for (const warning of session.warnings ?? []) effects.note(warning);
  const loader = openLoader(
    used.map((i) => stores[i]),
    plan,
    { seed, sensors: used.map((i) => sensors[i]) },
  );
  const progress = effects.progress("windows");
  try {
    for await (const [micro, done] of microBatches(plan, (step) => loader.next(step), effects)) {
      const feeds = maskedFeeds(micro, { seed, step: VALIDATION_STEP }, hidden);
      const said = checkSamples((await session.run({ ...feeds })).reconstruction, micro.shape);
      const source = { store: stores[used[micro.corpus]], corpus: corpora[used[micro.corpus]].name, patchSize };
      keep(filled, micro, feeds, said, { ...source, wanted });
      progress.update(done, plan.windows);
    }
    return filled;
  } finally {
    progress.end();
    await loader.close().finally(() => session.close());
  }
}

/** Micro-batches in order, with the windows so far. */
async function* microBatches(
  plan: Plan,
  next: (step: number) => Promise<{ readonly microBatches: readonly LoadedMicroBatch[] }>,
  { signal }: Effects,
): AsyncGenerator<[LoadedMicroBatch, number]> {
  let done = 0;
  for (let step = 0; step < plan.steps; step++) {
    for (const micro of (await next(step)).microBatches) {
      signal.throwIfAborted();
      done += micro.rows.length;
      yield [micro, done];
    }
  }
}

interface Source {
  readonly store: WindowStore;
  readonly corpus: string;
  readonly patchSize: number;
  /** Places of the windows that are kept as examples. */
  readonly wanted: ReadonlySet<number>;
}

/** Add what was filled in to the sums, and windows that are wanted to the examples. */
function keep(
  { sums, examples }: { readonly sums: HiddenSums; readonly examples: ReconstructedExample[] },
  { x, shape, channels, rows, indices }: LoadedMicroBatch,
  { mask }: MaskedFeeds,
  y: Float32Array,
  { store, corpus, patchSize, wanted }: Source,
): void {
  const { windows, sfreq } = store;
  const subjects = Array.from(rows, (row) => store.subjects[windows.subject[row]]);
  const sensors = channels.map(({ sensor }) => sensor);
  sums.add({ corpus, dataset: store.name, shape, x, y, mask: mask.data, patchSize, sensors, subjects });
  const size = shape[1] * shape[2];
  rows.forEach((row, w) => {
    if (!wanted.has(indices[w])) return;
    const windowOf = <A extends Float32Array | Uint8Array>(all: A, length: number) =>
      all.slice(w * length, (w + 1) * length) as A;
    examples.push({
      subject: subjects[w],
      corpus,
      onset: windows.onset[row],
      sfreq,
      channels,
      x: windowOf(x, size),
      y: windowOf(y, size),
      mask: windowOf(mask.data, size / patchSize),
      patchSize,
    });
  });
}

/**
 * Places in a sequential plan whose windows are shown: evenly over each corpus, as many of each.
 * @param counts windows of each corpus
 */
function examplePlaces(counts: readonly number[]): Set<number> {
  const each = Math.ceil(EXAMPLES / counts.length);
  const places = new Set<number>();
  let before = 0;
  for (const count of counts) {
    for (let i = 0; i < each; i++) places.add(before + Math.floor(((i + 0.5) * count) / each));
    before += count;
  }
  return places;
}

function checkSamples({ shape, data }: FeedTensor, expected: readonly number[]): Float32Array {
  if (data instanceof Float32Array && shape.join() === expected.join() && data.every(Number.isFinite)) return data;
  throw new SessionError({
    where: "reconstruction",
    what: "is not what the windows ask for",
    expected: `finite float32 [${expected.join(", ")}]`,
    got: `${shape.join() === expected.join() ? "samples that are not finite" : `[${shape.join(", ")}]`}`,
  });
}
