import { describe, expect, it } from "vitest";
import { SessionError, UsageError } from "../../errors.ts";
import { float32 } from "../../graph/index.ts";
import type { LoadedMicroBatch } from "../loader/index.ts";
import { readCheckpoint } from "../run/checkpoint.ts";
import { type MemoryRun, memoryRun } from "./pairs/fakeTraining.ts";
import type { TrainingProgram } from "./program.ts";
import { type LoopOptions, trainingLoop } from "./trainingLoop.ts";

interface Plot {
  readonly totalSteps?: number;
  readonly validateEvery?: number;
  readonly patience?: number;
  /** Of the validation after a step; none without. */
  readonly value?: (step: number) => number;
  readonly loss?: (step: number, place: number) => number;
  /** Value of the gradient at a step. */
  readonly gradient?: (step: number) => number;
  /** Called before each micro-batch, and in each validation. */
  readonly onMicro?: (step: number, place: number) => void;
  readonly onValidate?: (step: number) => void;
}

/** A program with one weight, which counts its steps; two micro-batches per step. */
function programOf(plot: Plot, resumed?: number): TrainingProgram {
  const { totalSteps = 10, validateEvery = 4, patience = 0, value, loss = () => 1, gradient = () => 1 } = plot;
  let weight = resumed ?? 0;
  const tensors = () => new Map([["w", float32(Float32Array.of(weight), [1])]]);
  const microOf = (place: number) =>
    ({ place, corpus: 0, rows: Uint32Array.of(2 * place, 2 * place + 1) }) as LoadedMicroBatch;
  let current = { step: 0, place: 0 };
  return {
    engine: {
      async accumulate() {
        plot.onMicro?.(current.step, current.place);
        return { loss: loss(current.step, current.place) / 2 };
      },
      async exchange() {},
      async update({ step }) {
        const g = gradient(step - 1);
        if (!Number.isFinite(g)) return { norm: Number.NaN, fault: { name: "w", index: 0, value: g } };
        weight += 1;
        return { norm: g };
      },
      evaluate: async () => ({}),
      state: async () => ({ weights: tensors(), m: tensors(), v: tensors() }),
      async close() {},
    },
    loader: {
      next: async (step) => ({ step, windows: 4, microBatches: [microOf(0), microOf(1)], waitedSeconds: 0 }),
      waited: () => 0,
      async close() {},
    },
    totalSteps,
    schedule: (step) => step / 100,
    optimizer: { betas: [0.9, 0.99], eps: 1e-8, weightDecay: 0, clip: 1 },
    losses: ["loss"],
    feeds({ place }, { step }) {
      current = { step, place };
      return {};
    },
    placeOf: (_, row) => ({ recording: `fake: r${row >> 1}`, onset: row }),
    validateEvery,
    async validate(signal) {
      plot.onValidate?.(weight);
      signal?.throwIfAborted();
      const values: Record<string, number> = value === undefined ? {} : { loss: 7, score: value(weight) };
      return values;
    },
    monitor: { split: "val", metric: "score", goal: "max" },
    stopping: { patience, mode: "max" },
    weightsOf: (own) => own,
    modelOf: ({ weights }) => weights,
    sizes: { patchSize: 16, embedDim: 16, numHeads: 2, depth: 1, numQueries: 2, mlpRatio: 2 },
    head: { kind: "none" },
  };
}

function loop(plot: Plot, run: MemoryRun = memoryRun(), options: Partial<LoopOptions> = {}) {
  const resumed = run.last && readCheckpoint(run.last, "last");
  return trainingLoop(programOf(plot, resumed?.step), { run, resumed, checkpointEvery: 3, ...options });
}

const bestStep = ({ best }: MemoryRun) => best && readCheckpoint(best, "best").step;
const logged = ({ lines }: MemoryRun, split: string) =>
  lines.map((line) => JSON.parse(line)).filter((entry) => entry.split === split);

describe("a training", () => {
  it("validates and saves as often as asked, and at the end", async () => {
    const run = memoryRun();
    const result = await loop({ value: (step) => -Math.abs(step - 7) }, run);
    expect(result).toEqual({ step: 10, end: "complete", best: { best: -1, bestAt: 8, waited: 1 } });
    expect(run.steps).toEqual([3, 4, 6, 8, 9, 10]);
    expect(logged(run, "val").map(({ step }) => step)).toEqual([4, 8, 10]);
    expect(logged(run, "train").map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(logged(run, "train")[4].values).toEqual({ loss: 1, lr: 0.04, gradNorm: 1 });
    expect(bestStep(run)).toBe(8);
  });

  it.each([
    ["without validation windows", undefined],
    ["whose validation never gives a number", () => Number.NaN],
  ])("%s keeps the last weights as the best", async (_, value) => {
    const run = memoryRun();
    expect((await loop({ value }, run)).best.best).toBeNull();
    expect(bestStep(run)).toBe(10);
  });

  it("that does not get better ends early, and then stays ended", async () => {
    const run = memoryRun();
    const plot = { value: (step: number) => -step, validateEvery: 2, patience: 2 };
    expect(await loop(plot, run)).toEqual({ step: 6, end: "early", best: { best: -2, bestAt: 2, waited: 2 } });
    expect(bestStep(run)).toBe(2);
    const lines = [...run.lines];
    expect(await loop(plot, run)).toMatchObject({ step: 6, end: "early" });
    expect(run.lines).toEqual(lines);
    expect(run.steps).toEqual([2, 3, 4, 6]);
  });

  it("that was stopped in the middle of a validation or a step does that again", async () => {
    const whole = memoryRun();
    const value = (step: number) => Math.sin(step);
    await loop({ value }, whole);
    const run = memoryRun();
    for (const [at, saved] of [
      ["micro 1", 1],
      ["validation 4", 4],
      ["micro 6", 6],
      ["validation 10", 10],
    ] as const) {
      const controller = new AbortController();
      const stop = (when: string) => void (when === at && controller.abort());
      const plot = {
        value,
        onMicro: (step: number, place: number) => void (place === 0 && stop(`micro ${step}`)),
        onValidate: (step: number) => stop(`validation ${step}`),
      };
      expect(await loop(plot, run, { signal: controller.signal })).toMatchObject({ end: "interrupted", step: saved });
      expect(run.steps.at(-1)).toBe(saved);
    }
    expect((await loop({ value }, run)).end).toBe("complete");
    expect([run.last, run.best, run.lines]).toEqual([whole.last, whole.best, whole.lines]);
  });

  it("that is told to stop before its first step leaves nothing", async () => {
    const run = memoryRun();
    expect(await loop({}, run, { signal: AbortSignal.abort() })).toMatchObject({ step: 0, end: "interrupted" });
    expect(run.steps).toEqual([]);
  });

  it("names what to watch where validation does not have it", async () => {
    const program = {
      ...programOf({ value: () => 1 }),
      monitor: { split: "val", metric: "auroc", goal: "max" as const },
    };
    const failed = trainingLoop(program, { checkpointEvery: 3 });
    await expect(failed).rejects.toThrow(UsageError);
    await expect(failed).rejects.toThrow(
      "validation: does not have the metric to watch: expected loss, score, got auroc",
    );
  });
});

describe("numbers that are none", () => {
  it("in the loss stop the run and name the recordings of the micro-batch", async () => {
    const run = memoryRun();
    const failed = loop({ loss: (step, place) => (step === 4 && place === 1 ? Number.NaN : 1) }, run);
    await expect(failed).rejects.toThrow(SessionError);
    await expect(failed).rejects.toThrow(
      "step 5: the loss is not finite; nothing was learned from it: got NaN from fake: r1 at 2, 3 s. Look at these recordings",
    );
    expect(run.steps).toEqual([3, 4]);
    expect(logged(run, "train")).toHaveLength(4);
  });

  it("in the gradient stop the run and name the recordings of the batch", async () => {
    const run = memoryRun();
    const failed = loop({ gradient: (step) => (step === 6 ? Number.POSITIVE_INFINITY : 1) }, run);
    await expect(failed).rejects.toThrow(
      "step 7: the gradient of w is not finite; nothing was learned from it: got Infinity from fake: r0 at 0, 1 s; fake: r1 at 2, 3 s",
    );
    expect(readCheckpoint(run.last!, "last").step).toBe(6);
  });
});
