import { describe, expect, it } from "vitest";
import { createBuilder } from "../graph/index.ts";
import { randomStream } from "../model/index.ts";
import { nodeEngine } from "../runtime/node.ts";
import { reconstructionLosses } from "./losses.ts";
import { sensorWeights } from "./pretrain/pretrainFeeds.ts";

const [B, C, S, P] = [3, 4, 6, 8];
const T = S * P;
const stream = randomStream(11, "reconstruction");
const x = stream.normal(0, B * C * T);
const noise = stream.normal(B * C * T, B * C * T);
const y = x.map((v, i) => v + 1.5 * noise[i]);
const mask = Uint8Array.from(stream.uniform(2 * B * C * T, B * C * S), (u) => Number(u < 0.5));

/** Of the hidden samples of some channels, or of the visible ones: straight from the definition. */
function meanLoss(channels: readonly number[], hidden: number): { sum: number; count: number } {
  let [sum, count] = [0, 0];
  for (let b = 0; b < B; b++) {
    for (const c of channels) {
      for (let t = 0; t < T; t++) {
        if (mask[(b * C + c) * S + Math.floor(t / P)] !== hidden) continue;
        const d = Math.abs(y[(b * C + c) * T + t] - x[(b * C + c) * T + t]);
        sum += d < 1 ? d ** 2 / 2 : d - 0.5;
        count += 1;
      }
    }
  }
  return { sum, count };
}

async function lossesWith(weight?: Float32Array) {
  const g = createBuilder("reconstruction");
  const input = (name: string, shape: number[]) => g.input(name, "float32", shape);
  const { masked, unmasked } = reconstructionLosses(g, {
    reconstruction: input("y", [B, C, T]),
    x: input("x", [B, C, T]),
    mask: g.input("mask", "bool", [B, C, S]),
    scores: input("scores", [B, S, 2, C]),
    ...(weight && { channelWeight: input("weight", [C]) }),
    patchSize: P,
  });
  const session = await nodeEngine.createSession(g.finish({ masked, unmasked }), { threads: 1 });
  const float = (shape: number[], data: Float32Array) => ({ dtype: "float32" as const, shape, data });
  const found = await session.run({
    y: float([B, C, T], Float32Array.from(y)),
    x: float([B, C, T], Float32Array.from(x)),
    mask: { dtype: "bool", shape: [B, C, S], data: mask },
    scores: float([B, S, 2, C], new Float32Array(B * S * 2 * C)),
    ...(weight && { weight: float([C], weight) }),
  });
  await session.close();
  return { masked: Number(found.masked.data[0]), unmasked: Number(found.unmasked.data[0]) };
}

describe("the loss of a reconstruction", () => {
  it("is the mean over hidden samples, and over visible ones", async () => {
    const { masked, unmasked } = await lossesWith();
    const [hidden, visible] = [1, 0].map((side) => meanLoss([0, 1, 2, 3], side));
    expect(masked).toBeCloseTo(hidden.sum / hidden.count, 5);
    expect(unmasked).toBeCloseTo(visible.sum / visible.count, 5);
  });

  it("counts sensors alike where channels are weighted so: three EEG as much as one ECG", async () => {
    const sensors = ["eeg", "eeg", "eeg", "ecg"] as const;
    const { shape, data } = sensorWeights(sensors.map((sensor) => ({ sensor })));
    expect(shape).toEqual([4]);
    [2 / 3, 2 / 3, 2 / 3, 2].forEach((w, c) => void expect(data[c]).toBeCloseTo(w, 6));
    const { masked } = await lossesWith(data as Float32Array);
    const [eeg, ecg] = [meanLoss([0, 1, 2], 1), meanLoss([3], 1)];
    expect(masked).toBeCloseTo((eeg.sum / 3 + ecg.sum) / (eeg.count / 3 + ecg.count), 5);
    expect(masked).not.toBeCloseTo((await lossesWith()).masked, 3);
  });
});
