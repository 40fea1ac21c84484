import { UsageError } from "../../errors.ts";
import { alone, type Communicator } from "../distributed/communicator.ts";
import { anyRank, sumOverRanks } from "../distributed/shares.ts";
import { type EarlyStoppingState, judgeValidation, NOTHING_VALIDATED, type Verdict } from "../earlyStopping.ts";
import type { LoadedBatch } from "../loader/index.ts";
import type { Checkpoint } from "../run/checkpoint.ts";
import type { Run } from "../run/run.ts";
import { checkFinite } from "./checkFinite.ts";
import type { TrainingProgram } from "./program.ts";

export interface LoopOptions {
  /** Where the run is kept; on rank 0 only. Nothing is kept without. */
  readonly run?: Pick<Run, "log" | "save" | "saveBest">;
  /** Where to go on, on all ranks. */
  readonly resumed?: Pick<Checkpoint, "step" | "progress">;
  /** Steps from checkpoint to checkpoint; there is one after every validation and at the end, too. */
  readonly checkpointEvery: number;
  readonly ranks?: Communicator;
  /** Ends the run after the step in hand, with a checkpoint. */
  readonly signal?: AbortSignal;
  readonly onStep?: (step: TrainedStep) => void;
  readonly onValidation?: (step: number, values: Readonly<Record<string, number>>, improved: boolean) => void;
  /** Seconds, on any steady clock. */
  readonly now?: () => number;
}

/** A step that was done. */
export interface TrainedStep {
  /** Steps done, this one included. */
  readonly step: number;
  readonly loss: number;
  readonly lr: number;
  readonly gradNorm: number;
  /** Of the batch, over all ranks. */
  readonly windows: number;
  /** Seconds spent waiting for data in this step. */
  readonly waited: number;
}

export interface LoopResult {
  /** Steps done. */
  readonly step: number;
  /** Why it ended: all steps done, no improvement any more, or the signal. */
  readonly end: "complete" | "early" | "interrupted";
  /** The best validation and the step it came after; null without one. */
  readonly best: EarlyStoppingState;
}

/** Where a run stands; plain JSON but for the step, kept in checkpoints. */
interface Position {
  step: number;
  best: EarlyStoppingState;
  /** Whether the weights of this step have been validated, where that is due. */
  judged: boolean;
  end?: "complete" | "early";
}

/**
 * Train: gradients of each batch, summed over micro-batches and ranks, one step of the optimiser, validation and checkpoints now and then.
 * Everything that is drawn at random is a function of the step, so a run that goes on from a checkpoint does what it would have done.
 * @throws SessionError that names the recordings when a loss or a gradient is not finite: the weights are as they were before the step
 */
export async function trainingLoop(program: TrainingProgram, options: LoopOptions): Promise<LoopResult> {
  const { ranks = alone, signal, resumed, checkpointEvery } = options;
  const at: Position = { ...START, ...(resumed?.progress as Partial<Position> | undefined), step: resumed?.step ?? 0 };
  let saved = JSON.stringify(at);
  const save = async () => {
    if (saved === JSON.stringify(at)) return;
    await saveCheckpoint(program, options, at);
    saved = JSON.stringify(at);
  };
  while (at.end === undefined) {
    const stopped = anyRank(ranks, signal?.aborted ?? false);
    const done = !stopped && (at.judged ? await trainStep(program, options, at) : await judge(program, options, at));
    if (!done) {
      await save();
      return { step: at.step, end: "interrupted", best: at.best };
    }
    if (at.judged && (at.end !== undefined || at.step % checkpointEvery === 0 || isDue(program, at.step))) await save();
  }
  return { step: at.step, end: at.end, best: at.best };
}

const START: Position = { step: 0, best: NOTHING_VALIDATED, judged: true };

const isDue = ({ validateEvery, totalSteps }: TrainingProgram, step: number): boolean =>
  step === totalSteps || step % validateEvery === 0;

/** One step of the optimiser. @returns false where the signal came in the middle: the weights are as they were before the step */
async function trainStep(program: TrainingProgram, options: LoopOptions, at: Position): Promise<boolean> {
  const { engine, loader, optimizer } = program;
  const { run, ranks = alone, onStep, now = () => performance.now() / 1000 } = options;
  const start = now();
  const batch = await loader.next(at.step);
  const own = await accumulate(program, batch, ranks.size === 1 ? options.signal : undefined);
  if (own === undefined) return false;
  const losses: Record<string, number> = sumOverRanks(ranks, own);
  if (ranks.size > 1) {
    await engine.exchange((gradients) => {
      for (const [, values] of gradients) ranks.allReduceSum(values);
    });
  }
  const [step, lr] = [at.step + 1, program.schedule(at.step)];
  const { norm: gradNorm, fault } = await engine.update({ ...optimizer, step, lr });
  if (fault !== undefined) checkFinite(fault.value, `gradient of ${fault.name}`, program, batch);
  const { windows, waitedSeconds: waited } = batch;
  await run?.log({
    step,
    split: "train",
    values: { ...losses, lr, gradNorm, windowsPerSecond: windows / (now() - start) },
  });
  at.step = step;
  at.judged = !isDue(program, step);
  onStep?.({ step, loss: losses["loss"], lr, gradNorm, windows, waited });
  return true;
}

/** Losses of this rank's part of a batch; 0 where it has no part, undefined where the signal came. */
async function accumulate(program: TrainingProgram, batch: LoadedBatch, signal: AbortSignal | undefined) {
  const sums = Object.fromEntries(program.losses.map((part) => [part, 0]));
  for (const micro of batch.microBatches) {
    if (signal?.aborted) return undefined;
    const parts = await program.engine.accumulate(program.feeds(micro, batch));
    checkFinite(parts["loss"], "loss", program, { ...batch, microBatches: [micro] });
    for (const [part, value] of Object.entries(parts)) sums[part] += value;
  }
  return sums;
}

/** Validate the weights as they are. @returns false where the signal came in the middle */
async function judge(program: TrainingProgram, options: LoopOptions, at: Position): Promise<boolean> {
  const { run, ranks = alone, onValidation } = options;
  const signal = ranks.size === 1 ? options.signal : undefined; // ranks validate together or not at all
  const values = await program.validate(signal).catch((error: unknown) => {
    if (signal?.aborted) return undefined;
    throw error;
  });
  if (values === undefined) return false;
  const { step } = at;
  const verdict = verdictOn(program, at, values);
  if (Object.keys(values).length > 0) await run?.log({ step, split: "val", values });
  if (verdict.improved && run !== undefined) await saveBest(program, run, step, verdict.state);
  at.best = verdict.state;
  at.judged = true;
  if (step === program.totalSteps) at.end = "complete";
  else if (verdict.stop) at.end = "early";
  onValidation?.(step, values, verdict.improved);
  return true;
}

/** Without a single validation value that is a number the weights of the last step are the best. */
function verdictOn(
  program: TrainingProgram,
  { step, best }: Position,
  values: Readonly<Record<string, number>>,
): Verdict {
  const names = Object.keys(values);
  const isLast = step === program.totalSteps;
  if (names.length === 0) return { state: best, improved: isLast, stop: false };
  const { metric } = program.monitor;
  if (names.includes(metric)) {
    const verdict = judgeValidation(best, values[metric], step, program.stopping);
    const nothing = verdict.state.best === null && (isLast || verdict.stop);
    return { ...verdict, improved: verdict.improved || nothing };
  }
  throw new UsageError({
    where: "validation",
    what: "does not have the metric to watch",
    expected: names.join(", "),
    got: metric,
  });
}

async function saveBest(
  program: TrainingProgram,
  run: Pick<Run, "saveBest">,
  step: number,
  best: EarlyStoppingState,
): Promise<void> {
  const state = await program.engine.state();
  const [weights, adapters] = [program.modelOf(state), program.adaptersOf?.(state)];
  const progress = { best: { ...best } };
  await run.saveBest({ step, weights, progress, ...aboutModel(program), ...(adapters && { adapters }) });
}

/** What says how the weights of a checkpoint are to be used. */
const aboutModel = ({ sizes, head, task, rounding }: TrainingProgram) => ({
  sizes,
  head,
  ...(task && { task }),
  ...(rounding && { rounding }),
});

async function saveCheckpoint(
  program: TrainingProgram,
  { run, ranks = alone }: LoopOptions,
  at: Position,
): Promise<void> {
  if (run !== undefined) {
    const { step, best, ...rest } = at;
    const { weights, ...moments } = await program.engine.state();
    const progress = { ...rest, best: { ...best } };
    const whole = program.weightsOf(weights);
    await run.save({ step, weights: whole, ...moments, progress, ...aboutModel(program) });
  }
  ranks.barrier();
}
