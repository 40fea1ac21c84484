import { describe, expect, it } from "vitest";
import { maxDifference } from "../../../test/close.ts";
import type { LoadedBatch, LoadedMicroBatch } from "../loader/index.ts";
import { openLoader } from "../loader/index.ts";
import type { Plan } from "../sampling/index.ts";
import { CPU, finetuning, labelledStore, type OpenProgram, pretraining } from "../trainer/pairs/fakeTraining.ts";
import type { TrainingProgram } from "../trainer/program.ts";

const mixed = { layouts: [["FP1", "CZ", "II"], ["PPG"]], layout: [0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0] };
const split = { val: 0, seed: 1 };
const all = { batch: { windows: 16, micro: 16 }, split };
const task = (name: string, more: object = {}) =>
  finetuning({ task: name, ...all, split: { ...split, test: 0 }, optimizer: { eps: 1e-4 }, ...more });

/** Dropout and masks are keyed by the place of a window in the batch, so noise is no reason to differ. */
const WAYS: readonly (readonly [string, OpenProgram])[] = [
  ["reconstruction", pretraining({ ...all, optimizer: { eps: 1e-4 } })],
  ["reconstruction of mixed channels", pretraining({ ...all, optimizer: { eps: 1e-4 } }, [labelledStore(mixed)])],
  ["two classes", task("half")],
  ["weighted classes, smoothed", task("third", { classWeights: "balanced", labelSmoothing: 0.1 })],
  ["labels with weighted positives", task("marks", { classWeights: "balanced" })],
  ["values", task("rate")],
  [
    "mixed channels, one class rare",
    finetuning(
      { task: "third", ...all, split: { ...split, test: 0 }, classWeights: "balanced", optimizer: { eps: 1e-4 } },
      { stores: [labelledStore(mixed)] },
    ),
  ],
];

/** The same batch for every step and any size of micro-batches. */
function planOf(layout: ArrayLike<number>, micro: number): Plan {
  const rows = [0, 1].flatMap((l) => Array.from(layout, (own, row) => ({ own, row })).filter(({ own }) => own === l));
  const microBatches = [0, 1].flatMap((l) => {
    const own = rows.flatMap((window, index) => (window.own === l ? [{ ...window, index }] : []));
    return Array.from({ length: Math.ceil(own.length / micro) }, (_, k) => {
      const part = own.slice(k * micro, (k + 1) * micro);
      const [taken, indices] = [part.map(({ row }) => row), part.map(({ index }) => index)];
      return { corpus: 0, layout: l, rows: Uint32Array.from(taken), indices: Uint32Array.from(indices) };
    });
  });
  const planBatch = (step: number) => ({ step, windows: rows.length, microBatches });
  return { steps: Number.POSITIVE_INFINITY, stepsPerEpoch: 1, windows: rows.length, planBatch };
}

interface Stepped {
  readonly loss: number;
  readonly gradients: ReadonlyMap<string, Float32Array>;
}

async function step(
  program: TrainingProgram,
  batch: LoadedBatch,
  micros: readonly LoadedMicroBatch[],
): Promise<Stepped> {
  let loss = 0;
  for (const micro of micros) loss += (await program.engine.accumulate(program.feeds(micro, batch))).loss;
  const gradients = new Map<string, Float32Array>();
  await program.engine.exchange((values) => {
    for (const [name, own] of values) gradients.set(name, own.slice());
  });
  await program.engine.update({ ...program.optimizer, step: batch.step + 1, lr: 1e-3 });
  return { loss, gradients };
}

async function train(open: OpenProgram, micro: number) {
  const startLoader: typeof openLoader = (stores, _, options) =>
    openLoader(stores, planOf(stores[0].windows.layout, micro), options);
  const program = await open(undefined, { ...CPU, startLoader });
  const steps: Stepped[] = [];
  for (let at = 0; at < 3; at++) {
    const batch = await program.loader.next(at);
    steps.push(await step(program, batch, batch.microBatches));
  }
  const { weights } = await program.engine.state();
  await program.loader.close();
  await program.engine.close();
  return { steps, weights };
}

describe.each(WAYS)("micro-batches: %s", (_, open) => {
  it("of 3 windows train as the whole batch does", async () => {
    const [whole, parts] = [await train(open, 16), await train(open, 3)];
    whole.steps.forEach(({ loss, gradients }, at) => {
      const bound = at === 0 ? 1 : 4; // weights differ by their rounding after the first step
      expect(Math.abs(parts.steps[at].loss / loss - 1)).toBeLessThan(1e-6 * bound);
      const top = Math.max(
        ...[...gradients.values()].map((values) => maxDifference(values, new Float32Array(values.length))),
      );
      for (const [name, values] of gradients) {
        const own = maxDifference(values, new Float32Array(values.length));
        const difference = maxDifference(parts.steps[at].gradients.get(name)!, values);
        expect
          .soft(difference, `${name} at step ${at}`)
          .toBeLessThan(bound * (2e-6 * own + 1e-7 * Math.max(top, loss))); // float32: 2⁻²³ = 1.2e-7
      }
    });
    for (const [name, { data }] of whole.weights) {
      expect.soft(maxDifference(parts.weights.get(name)!.data, data), name).toBeLessThan(5e-6);
    }
  });
});
