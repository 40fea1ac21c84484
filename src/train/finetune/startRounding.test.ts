import { beforeAll, describe, expect, it } from "vitest";
import type { Weights } from "../../model/index.ts";
import { insertRounding, QDQ } from "../../quant/index.ts";
import { nodeEngine } from "../../runtime/node.ts";
import type { Engine } from "../../runtime/session.ts";
import { readTaskModel } from "../../task/index.ts";
import { predictTask } from "../predict/index.ts";
import { quantizeAsTrained } from "../quantize/quantizeAsTrained.ts";
import { type QuantizedNetwork, quantizeModel, withForward } from "../quantize/quantizeModel.ts";
import { readCheckpoint } from "../run/checkpoint.ts";
import { finetuning, labelledStore, memoryRun, trainOn } from "../trainer/pairs/fakeTraining.ts";

const engine: Engine = { ...nodeEngine, createSession: (graph) => nodeEngine.createSession(graph, { threads: 1 }) };
const store = labelledStore();
const windows = [{ store, rows: store.windows.layout.map((_, row) => row) }];
const long = { epochs: 20, optimizer: { lr: 3e-3 }, split: { val: 0, test: 0, seed: 1 } };
const nothing = { dropout: 0, stochasticDepth: 0, head: { dropout: 0 } };

async function trained(changes: object, tensors?: Weights) {
  const run = memoryRun();
  const init = tensors && { init: { name: "start.safetensors", tensors } };
  await trainOn(finetuning({ ...long, ...changes, ...(init && { init: "start.safetensors" }) }, init), run);
  return { ...readTaskModel(run.best!, "best"), bytes: run.best!, lines: run.lines };
}

describe("weights of 2 bits", () => {
  let float: Awaited<ReturnType<typeof trained>>;
  let rounded: Awaited<ReturnType<typeof trained>>;
  beforeAll(async () => {
    float = await trained(nothing);
    rounded = await trained({ quantize: { weights: 2, calibrationWindows: 8 } }, float.model.weights);
  });

  /** Share of the windows that are told right. */
  async function accuracyOf(network: QuantizedNetwork): Promise<number> {
    const graph = insertRounding(network, network.scheme, QDQ);
    return withForward(float.model, graph, engine, async (run) => {
      const { logits, target } = await predictTask(windows, float.task, async (feeds) => (await run(feeds))["logits"]);
      const right = [...target].filter((label, i) => Number(logits[2 * i + 1] > logits[2 * i]) === label);
      return right.length / target.length;
    });
  }

  it("that were trained so tell windows apart that the same network, rounded afterwards, does not", async () => {
    const after = await quantizeModel(float.model, { stores: windows, nTimes: store.nTimes }, engine, {
      bitsOf: () => 2,
    });
    const { rounding } = readCheckpoint(rounded.bytes, "best");
    const during = await quantizeAsTrained(rounded.model, rounding!, engine);
    const [one, other] = [await accuracyOf(after), await accuracyOf(during)];
    expect(other).toBeGreaterThanOrEqual(0.9);
    expect(other - one).toBeGreaterThanOrEqual(0.2);
  });

  it("stand in checkpoints as floats under their own names, which every reader of weights takes", () => {
    expect([...rounded.model.weights.keys()]).toEqual([...float.model.weights.keys()]);
    const matrix = rounded.model.weights.get("blocks.0.mlp.fc1.weight")!.data as Float32Array;
    expect(new Set(matrix).size).toBeGreaterThan(100);
  });
});

describe("rounding while learning", () => {
  it("needs a head to go on with", async () => {
    const { weights } = (await trained({ ...nothing, epochs: 1 })).model;
    const encoder = new Map([...weights].filter(([name]) => !name.startsWith("classifier.")));
    await expect(trained({ quantize: {} }, encoder)).rejects.toThrow("start.safetensors: has no head for a task");
  });

  it("is refused with adapters", async () => {
    await expect(trained({ quantize: {}, mode: "lora" }, new Map())).rejects.toThrow(
      "quantize does not round adapters",
    );
  });
});
