import { afterAll, describe, expect, it } from "vitest";
import { initializeWeights } from "../../model/index.ts";
import {
  finetuning,
  keepingSessions,
  keptBy,
  labelledStore,
  memoryRun,
  type OpenProgram,
  pretraining,
  TINY,
  trainOn,
} from "./pairs/fakeTraining.ts";

const encoder = { name: "encoder", tensors: initializeWeights(TINY, { kind: "none" }, 9) };
const whole = { name: "whole", tensors: initializeWeights(TINY, { kind: "classify", numClasses: 2 }, 9) };
const augment = { gain: 0.1, noise: 0.1, shift: 0.1, reference: 0.6, montage: 0.5 };
const cap = labelledStore({ layouts: [["FP1", "FP2", "CZ", "O1", "II"]] });
const WAYS: readonly (readonly [string, OpenProgram])[] = [
  ["pretraining", pretraining({ ema: 0.9, channelDropout: 0.2, augment }, [cap])],
  ["fine-tuning", finetuning({ ema: 0.9, earlyStopping: { patience: 3 }, classWeights: "balanced" })],
  ["adapters", finetuning({ init: "encoder", mode: "lora", lora: { rank: 2 } }, { init: encoder })],
  ["rounded", finetuning({ init: "whole", quantize: { weights: 4, calibrationWindows: 4 } }, { init: whole })],
];

describe.each(WAYS)("%s", (_, open) => {
  const platform = keepingSessions();
  afterAll(() => platform.closeAll());

  it("gives the same bytes twice, and also when it is stopped after every step and in every validation", async () => {
    const whole = memoryRun();
    expect((await trainOn(open, whole, { platform })).end).toBe("complete");
    const again = memoryRun();
    await trainOn(open, again, { platform });
    expect(keptBy(again)).toEqual(keptBy(whole));
    const halting = memoryRun();
    const ends: string[] = [];
    while (ends.at(-1) !== "complete" && ends.length < 20) {
      const controller = new AbortController();
      const stop = () => controller.abort();
      ends.push((await trainOn(open, halting, { platform, signal: controller.signal, onStep: stop })).end);
    }
    expect(ends).toEqual([...Array(4).fill("interrupted"), "complete"]);
    expect(halting.steps).toEqual([1, 2, 2, 3, 4, 4]); // once before and once after the validation of a step
    expect(keptBy(halting)).toEqual(keptBy(whole));
  });
});
