/** The windows of one corpus that may be drawn. */
export interface Corpus {
  /** Name of the corpus; its order of windows depends on the name and the seed, not on the other corpora. */
  readonly name: string;
  /** Expected share of windows, relative to the weights of the other corpora. */
  readonly weight: number;
  /** Layout of every window of the store: `WindowTable.layout`. */
  readonly layout: ArrayLike<number>;
  /** The windows to draw from: rows of the store's table. */
  readonly rows: ArrayLike<number>;
}

/** Windows that go through the model together: one layout of one corpus. */
export interface MicroBatchPlan {
  /** Index into the corpora of the plan. */
  readonly corpus: number;
  /** Index into the layouts of the corpus' store. */
  readonly layout: number;
  /** Rows of the corpus' table. */
  readonly rows: Uint32Array;
  /** Places of the windows in the batch, 0 … windows − 1: what random masks and noise are keyed by. */
  readonly indices: Uint32Array;
}

/** What one optimiser step, or one step of an evaluation, is computed from. */
export interface BatchPlan {
  readonly step: number;
  /** Windows of all micro-batches together. */
  readonly windows: number;
  readonly microBatches: readonly MicroBatchPlan[];
}

/** An order of windows. A pure function of its making: no state moves from step to step, so any step can be asked for at any time. */
export interface Plan {
  /** Steps after which nothing is left; infinite for an order that starts over. */
  readonly steps: number;
  /** Steps in which as many windows are drawn as the corpora hold, at least 1. */
  readonly stepsPerEpoch: number;
  /** Windows that the corpora hold together. */
  readonly windows: number;
  /** @throws UsageError for a step that is negative, not whole, or not below `steps` */
  planBatch(step: number): BatchPlan;
}
