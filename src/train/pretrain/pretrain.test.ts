import { afterAll, describe, expect, it } from "vitest";
import { UsageError } from "../../errors.ts";
import type { WindowStore } from "../../store/index.ts";
import { readCheckpoint } from "../run/checkpoint.ts";
import {
  keepingSessions,
  labelledStore,
  memoryRun,
  pretrainConfigOf,
  pretraining,
  TINY,
  trainOn,
} from "../trainer/pairs/fakeTraining.ts";
import { pretrainProgram } from "./pretrainProgram.ts";

const two = { corpora: [{ store: "fake" }, { store: "wrist", weight: 3 }] };
const stores = [labelledStore(), labelledStore({ name: "wrist", layouts: [["PPG"]], nTimes: 128 })];
const platform = keepingSessions();
afterAll(() => platform.closeAll());

describe("pretraining", () => {
  it("learns from corpora of different channels and lengths, and tells the parts of its loss", async () => {
    const run = memoryRun();
    const changes = {
      ...two,
      steps: 60,
      validation: { every: 30 },
      optimizer: { lr: 3e-3 },
      dropout: 0,
      locationNoise: 0,
    };
    const clean = stores.map(({ name, nTimes, layouts }) =>
      waves(
        name,
        nTimes,
        layouts[0].channels.map((c) => c.name),
      ),
    );
    await trainOn(pretraining(changes, clean), run, { checkpointEvery: 60 });
    const entries = run.lines.map((line) => JSON.parse(line));
    for (const { values } of entries) {
      const { loss, masked, unmasked, specialization } = values;
      expect(Math.abs(masked + 0.05 * unmasked + specialization - loss)).toBeLessThan(1e-5 * loss);
    }
    const val = entries.filter(({ split }) => split === "val").map(({ values }) => values.loss);
    const untrained = await firstLoss(changes, clean);
    expect(val).toHaveLength(2);
    expect([untrained, ...val]).toEqual([untrained, ...val].toSorted((a, b) => b - a));
    expect(val[1]).toBeLessThan(0.98 * untrained);
    expect(readCheckpoint(run.best!, "best").step).toBe(val[0] < val[1] ? 30 : 60);
  });

  it("weighs sensors alike if asked to, which changes nothing where there is one", async () => {
    const [head, wrist] = stores;
    for (const [store, changesIt] of [
      [head, true],
      [wrist, false],
    ] as const) {
      const plain = await firstLoss({}, [store]);
      const balanced = await firstLoss({ sensorBalance: "sensors" }, [store]);
      expect(Math.abs(balanced / plain - 1) > 1e-4).toBe(changesIt);
    }
    const run = memoryRun();
    await trainOn(pretraining({ ...two, sensorBalance: "sensors" }, stores), run);
    const { values } = JSON.parse(run.lines.at(-1)!);
    expect(values.loss).toBeGreaterThan(0);
  });

  it("validates with the same masks every time, whatever the micro-batches, and without other noise", async () => {
    const losses = [];
    for (const batch of [
      { windows: 6, micro: 2 },
      { windows: 6, micro: 3 },
    ]) {
      const program = await pretraining({ ...two, batch }, stores)(undefined, platform);
      losses.push((await program.validate(undefined))["loss"], (await program.validate(undefined))["loss"]);
      await program.loader.close();
    }
    expect(losses[1]).toBe(losses[0]);
    expect(losses[3]).toBe(losses[2]);
    expect(Math.abs(losses[2] / losses[0] - 1)).toBeLessThan(1e-6);
  });

  it("takes at most so many windows for validation, some of every corpus", async () => {
    const read: number[] = [];
    const watched = stores.map((store) => ({
      ...store,
      read: (rows: ArrayLike<number>) => {
        read.push(rows.length);
        return store.read(rows);
      },
    }));
    const program = await pretraining({ ...two, validation: { every: 2, windows: 3 } }, watched)(undefined, platform);
    await program.validate(undefined);
    await program.loader.close();
    expect(read.reduce((sum, n) => sum + n, 0)).toBeLessThanOrEqual(3);
    expect(read).toHaveLength(2);
  });

  it("does not validate without windows, and stops a validation when it is told to", async () => {
    const blind = await pretraining({ split: { val: 0, seed: 1 } })(undefined, platform);
    expect(await blind.validate(undefined)).toEqual({});
    await blind.loader.close();
    const program = await pretraining()(undefined, platform);
    await expect(program.validate(AbortSignal.abort(new Error("enough")))).rejects.toThrow("enough");
    await program.loader.close();
  });

  it("goes over the windows as often as asked, with the learning rate of each step", async () => {
    const config = pretrainConfigOf({ epochs: 5, steps: undefined, schedule: { warmup: 0.2, final: 1e-5 } });
    const program = await pretrainProgram({ config, stores: [stores[0]] }, platform);
    expect(program.totalSteps).toBe(10); // 12 windows in batches of 6
    const rates = Array.from({ length: 10 }, (_, step) => program.schedule(step));
    expect(rates.slice(0, 2)).toEqual([5e-4, 1e-3]);
    expect(rates.slice(1)).toEqual(rates.slice(1).toSorted((a, b) => b - a));
    expect(program.schedule(10)).toBeCloseTo(1e-5, 12);
    await program.loader.close();
  });

  it.each([
    [
      { sizes: { ...TINY, patchSize: 24 } },
      "fake: its windows do not divide into patches: expected a multiple of 24 samples (0.09375 s), got 64 samples. Prepare it",
    ],
    [
      { minQuality: 1, corpora: [{ store: "a", sensors: ["ppg"] }] },
      "corpus fake: has no windows to draw. Check its split and its sensors",
    ],
    [{ corpora: [{ store: "a" }, { store: "b" }] }, "corpus fake: stands twice"],
    [
      { masking: { ratio: 0.01 } },
      "masking.ratio: hides nothing in windows of fake: expected at least 1 of 12 patches",
    ],
    [
      { masking: { ratio: 0.1 }, augment: { montage: 0.5 } },
      "masking.ratio: hides nothing in windows of fake: expected at least 1 of 4 patches",
    ],
    [
      { masking: { ratio: 0.2, kind: "time-block" } },
      "masking.ratio: hides nothing in windows of fake: expected at least 1 of 4 patches",
    ],
  ])("with %j is refused", async (changes, message) => {
    const failed = pretraining(
      changes,
      [stores[0], stores[0]].slice(0, "corpora" in changes ? changes.corpora.length : 1),
    )();
    await expect(failed).rejects.toThrow(UsageError);
    await expect(failed).rejects.toThrow(message);
  });
});

/** Waves without noise. */
const waves = (name: string, nTimes: number, channels: readonly string[]) =>
  labelledStore({
    name,
    nTimes,
    layouts: [channels],
    sample: (row, c, t) => Math.sin((t + 1) * (0.1 + 0.07 * c) + row),
  });

async function firstLoss(changes: object, stores: readonly WindowStore[]): Promise<number> {
  const program = await pretraining(changes, stores)();
  const { loss } = await program.validate(undefined);
  await program.loader.close();
  await program.engine.close();
  return loss;
}
