import { describe, expect, it } from "vitest";
import { maxDifference } from "../../../test/close.ts";
import { smallModel } from "../../../test/smallModel.ts";
import { UsageError, WeightsError } from "../../errors.ts";
import { initializeWeights, type PanlunaModel, panlunaGraph, type Weights } from "../../model/index.ts";
import { nodeEngine } from "../../runtime/node.ts";
import { readTaskModel } from "../../task/index.ts";
import { loraTargets } from "../lora.ts";
import { predictTask } from "../predict/index.ts";
import { readCheckpoint } from "../run/checkpoint.ts";
import { CPU, finetuning, labelledStore, memoryRun, TINY, trainOn } from "../trainer/pairs/fakeTraining.ts";

const head = { kind: "classify", numClasses: 2 } as const;
const pretrained = smallModel({ kind: "reconstruct", numChannelNames: 5 }, TINY);
const init = { name: "encoder.safetensors", tensors: pretrained.weights };
const isHead = (name: string) => name.startsWith("classifier.");

async function trained(changes: object, start = init) {
  const run = memoryRun();
  const open = finetuning({ init: "encoder.safetensors", ...changes }, { init: start });
  const end = await trainOn(open, run);
  return { run, end, open, last: readCheckpoint(run.last!, "last"), best: readTaskModel(run.best!, "best") };
}

const changed = (before: Weights, after: Weights): string[] =>
  [...before].flatMap(([name, { data }]) => (maxDifference(after.get(name)?.data ?? [], data) === 0 ? [] : [name]));

describe("a new head", () => {
  const lastOf = async (changes: object, start: typeof init | undefined) => {
    const run = memoryRun();
    await trainOn(finetuning({ epochs: 1, ...changes }, { init: start }), run);
    return run.last!;
  };

  it.each([
    ["a checkpoint", "whitened", { init: "encoder.safetensors" }, init],
    ["scratch", "random", {}, undefined],
  ] as const)("on %s starts %s unless told otherwise", async (_, usual, from, start) => {
    const plain = await lastOf(from, start);
    for (const way of ["whitened", "random"]) {
      const told = readCheckpoint(await lastOf({ ...from, head: { start: way } }, start), "told").weights;
      expect(changed(readCheckpoint(plain, "plain").weights, told).length === 0).toBe(way === usual);
    }
  });
});

describe("what learns", () => {
  it("of a frozen encoder is the head alone", async () => {
    const { last, best } = await trained({ mode: "frozen" });
    const encoder = [...pretrained.weights].filter(([name]) => best.model.weights.has(name));
    expect(encoder.length).toBeGreaterThan(30);
    expect(changed(new Map(encoder), best.model.weights)).toEqual([]);
    expect(changed(new Map(encoder), last.weights)).toEqual([]);
    const start = initializeWeights(TINY, head, 1);
    const heads = [...start.keys()].filter(isHead);
    expect(changed(new Map([...start].filter(([name]) => isHead(name))), last.weights)).toEqual(heads);
    expect([...last.m.keys()].toSorted()).toEqual(heads.toSorted());
  });

  it("of adapters are they and the head; merged they say the same", async () => {
    const { run, last, best, open } = await trained({
      mode: "lora",
      lora: { rank: 2 },
      epochs: 1,
      optimizer: { lr: 2e-2 },
    });
    const base = [...pretrained.weights].filter(([name]) => last.weights.has(name));
    expect(changed(new Map(base), last.weights)).toEqual([]);
    const adapters = [...last.weights.keys()].filter((name) => /\.lora_[AB]$/.test(name));
    expect(adapters).toHaveLength(2 * loraTargets(TINY).length);
    const merged = loraTargets(TINY).map(({ weight }) => weight);
    expect(changed(new Map(base), best.model.weights).toSorted()).toEqual(merged.toSorted());
    expect([...best.model.weights.keys()].filter((name) => name.includes("lora"))).toEqual([]);
    expect(readCheckpoint(run.best!, "best").step).toBe(last.step); // best and last are of one step: they can be compared

    const store = labelledStore();
    const windows = [{ store, rows: store.windows.layout.map((_, row) => row) }];
    const program = await open(last);
    const adapted = await predictTask(
      windows,
      best.task,
      async (feeds) => (await program.engine.evaluate(feeds)).logits,
    );
    await program.loader.close();
    await program.engine.close();
    const plain = await logitsOf(best.model, windows, best.task);
    expect(maxDifference(adapted.logits, plain.logits)).toBeLessThan(1e-5);
    expect(
      maxDifference(
        plain.logits,
        (await logitsOf({ ...best.model, weights: withHead(best.model) }, windows, best.task)).logits,
      ),
    ).toBeGreaterThan(1e-3);
  });

  it("of a whole model learns the slower the further it is from the head", async () => {
    const slow = {
      optimizer: { lr: 1e-3, layerDecay: 0.5, clip: 0, weightDecay: 0 },
      epochs: 1,
      schedule: { warmup: 0 },
    };
    const open = finetuning({ init: "e", ...slow, dropout: 0, stochasticDepth: 0, head: { dropout: 0 } }, { init });
    const program = await open();
    const before = (await program.engine.state()).weights;
    const batch = await program.loader.next(0);
    for (const micro of batch.microBatches) await program.engine.accumulate(program.feeds(micro, batch));
    await program.engine.update({ ...program.optimizer, step: 1, lr: 1e-3 }); // AdamW's first step is lr · sign(gradient)
    const after = (await program.engine.state()).weights;
    const moved = (name: string) => maxDifference(after.get(name)!.data, before.get(name)!.data);
    expect(moved("classifier.decoder_ffn.fc1.weight")).toBeCloseTo(1e-3, 5);
    expect(moved("norm.weight")).toBeCloseTo(1e-3, 5);
    expect(moved("blocks.0.mlp.fc1.weight")).toBeCloseTo(5e-4, 5);
    expect(moved("cross_attn.cross_attention.in_proj_weight")).toBeCloseTo(2.5e-4, 5);
    await program.loader.close();
    await program.engine.close();
  });
});

/** The encoder as it was before, with the head that was trained. */
const withHead = (model: PanlunaModel): Weights =>
  new Map([...model.weights].map(([name, tensor]) => [name, pretrained.weights.get(name) ?? tensor]));

async function logitsOf(
  model: PanlunaModel,
  windows: Parameters<typeof predictTask>[0],
  task: Parameters<typeof predictTask>[1],
) {
  const session = await nodeEngine.createSession(panlunaGraph(model, { outputs: ["logits"] }), { threads: 1 });
  const found = await predictTask(windows, task, async (feeds) => (await session.run(feeds)).logits);
  await session.close();
  return found;
}

describe("a start", () => {
  it("takes the encoder of any checkpoint and a new head", async () => {
    const other = smallModel({ kind: "classify", numClasses: 7 }, TINY);
    for (const tensors of [pretrained.weights, other.weights]) {
      const program = await finetuning({ init: "x", task: "third" }, { init: { name: "x", tensors } })();
      const { weights } = await program.engine.state();
      expect(program.head).toEqual({ kind: "classify", numClasses: 3 });
      expect(weights.get("blocks.0.mlp.fc1.weight")!.data).toEqual(tensors.get("blocks.0.mlp.fc1.weight")!.data);
      expect(weights.get("classifier.decoder_ffn.fc2.weight")!.shape[0]).toBe(3);
      expect(
        [...program.weightsOf(weights).keys()].filter((name) => /^(decoder_head|channel_emb)\./.test(name)),
      ).toEqual([]);
      await program.loader.close();
      await program.engine.close();
    }
  });

  const store = labelledStore();
  const odd = {
    ...store,
    name: "odd",
    tasks: { ...store.tasks, half: { ...store.tasks["half"], classes: ["a", "b"] } },
  };
  it.each([
    [{ task: "sleep" }, [store], "fake: has no task sleep: expected one of its tasks, got half, third, marks, rate"],
    [
      {},
      [store, odd],
      "odd, task half: is another task than that of fake: expected binary (first, second), got binary (a, b)",
    ],
    [
      { crop: { seconds: 0.2 } },
      [store],
      "crop.seconds: does not divide into patches: expected a multiple of 0.0625 s, at most 0.25 s, got 0.2 s",
    ],
    [
      { crop: { seconds: 0.5 } },
      [store],
      "crop.seconds: is longer than the windows: expected a multiple of 0.0625 s, at most 0.25 s, got 0.5 s",
    ],
    [
      {},
      [{ ...store, nTimes: 60 }],
      "fake: does not divide into patches: expected a multiple of 0.0625 s, at most 0.234375 s, got 0.234375 s",
    ],
    [
      { mode: "frozen" },
      [store],
      "mode: frozen leaves the encoder as it is, and there is none. Name a checkpoint with init",
    ],
    [{ mode: "lora" }, [store], "mode: lora leaves the encoder as it is, and there is none"],
    [
      { minQuality: 1 },
      [{ ...store, windows: { ...store.windows, quality: new Float32Array(16) } }],
      "task half: has no windows to train on. Check split, sensors and minQuality",
    ],
    [{ sensors: ["ppg"] }, [store], "task half: has no windows to train on"],
    [{ batch: { windows: 4, micro: 2 } }, [store, store], "corpus fake: stands twice"],
    [
      {},
      [store, { ...labelledStore({ name: "slow" }), sfreq: 128 }],
      "slow: has another rate than the other corpora: expected 256 Hz, got 128 Hz",
    ],
  ])("with %j is refused", async (changes, stores, message) => {
    let open = 0;
    const engine = {
      ...nodeEngine,
      async createSession() {
        open++;
        return { inputNames: [], close: async () => void open-- } as never;
      },
    };
    const failed = finetuning(changes, { stores })(undefined, { ...CPU, engine });
    await expect(failed).rejects.toThrow(UsageError);
    await expect(failed).rejects.toThrow(message);
    expect(open).toBe(0); // nothing stays behind
  });

  it("from a file that is no PanLUNA is refused", async () => {
    const tensors = new Map([["x", pretrained.weights.get("mask_token")!]]);
    const failed = finetuning({ init: "x" }, { init: { name: "x.safetensors", tensors } })();
    await expect(failed).rejects.toThrow(WeightsError);
    await expect(failed).rejects.toThrow("x.safetensors");
  });

  it("without validation windows keeps the last weights", async () => {
    const run = memoryRun();
    await trainOn(finetuning({ split: { val: 0, test: 0, seed: 1 }, epochs: 1 }), run);
    expect(readCheckpoint(run.best!, "best").step).toBe(readCheckpoint(run.last!, "last").step);
  });
});
