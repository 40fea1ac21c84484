import { describe, expect, it } from "vitest";
import { smallModel } from "../../../test/smallModel.ts";
import { randomStream, widthOf } from "../../model/index.ts";
import { nodeEngine } from "../../runtime/node.ts";
import { fakeRanks } from "../distributed/fakeRanks.ts";
import { CPU, labelledStore, TINY } from "../trainer/pairs/fakeTraining.ts";
import { trainingLatents } from "./trainingLatents.ts";
import { whitenedHead } from "./whitenedHead.ts";

const model = smallModel({ kind: "classify", numClasses: 2 }, TINY);
const width = widthOf(TINY);
const COUNT = 40 * width;

/** Rows that share most of what they are, around a mean that is not 0. */
function correlated(): Float32Array {
  const noise = randomStream(3, "latents").normal(0, COUNT * (width + 1));
  return Float32Array.from({ length: COUNT * width }, (_, i) => {
    const [row, f] = [Math.floor(i / width), i % width];
    return 5 + f + 3 * noise[row] + (1 + 0.1 * f) * noise[COUNT + i];
  });
}

/** What the value projection makes of rows. */
function projected(values: Float32Array, weights: ReturnType<typeof whitenedHead>): number[][] {
  const matrix = weights.get("classifier.decoder_attn.in_proj_weight")!.data as Float32Array;
  const bias = weights.get("classifier.decoder_attn.in_proj_bias")!.data as Float32Array;
  return Array.from({ length: values.length / width }, (_, n) =>
    Array.from({ length: width }, (_, i) => {
      let sum = bias[2 * width + i];
      for (let j = 0; j < width; j++) sum += matrix[(2 * width + i) * width + j] * values[n * width + j];
      return sum;
    }),
  );
}

const meanOf = (numbers: readonly number[]) => numbers.reduce((sum, v) => sum + v, 0) / numbers.length;

describe("a whitened head", () => {
  it("sees latents with mean 0, variance 1 and nothing in common between directions", () => {
    const values = correlated();
    const rows = projected(values, whitenedHead(model, { count: COUNT, values }));
    for (let i = 0; i < width; i++) {
      expect(meanOf(rows.map((row) => row[i]))).toBeCloseTo(0, 3);
      for (let j = 0; j <= i; j++) {
        const covariance = meanOf(rows.map((row) => row[i] * row[j]));
        if (i === j) expect(covariance).toBeGreaterThan(0.98); // the floor takes the rest
        expect(Math.abs(covariance - Number(i === j))).toBeLessThan(0.02);
      }
    }
  });

  it("keeps the encoder, queries, keys and the layers after the attention", () => {
    const values = correlated();
    const weights = whitenedHead(model, { count: COUNT, values });
    const others = [...weights].filter(([name, tensor]) => tensor !== model.weights.get(name)).map(([name]) => name);
    const attention = ["in_proj_weight", "in_proj_bias", "out_proj.weight", "out_proj.bias"];
    expect(others.toSorted()).toEqual(attention.map((name) => `classifier.decoder_attn.${name}`).toSorted());
    const before = model.weights.get("classifier.decoder_attn.in_proj_weight")!.data as Float32Array;
    const after = weights.get("classifier.decoder_attn.in_proj_weight")!.data as Float32Array;
    expect(after.subarray(0, 2 * width ** 2)).toEqual(before.subarray(0, 2 * width ** 2));
  });

  it("stays as it is where latents do not vary", () => {
    const values = new Float32Array(8 * width).fill(2);
    expect(whitenedHead(model, { count: 8, values })).toBe(model.weights);
  });
});

describe("latents of training windows", () => {
  const store = labelledStore();
  const train = [{ store, rows: store.windows.layout.map((_, row) => row).filter((row) => row !== 3) }];
  const config = { sensors: undefined, batch: { windows: 6, micro: 4 } };

  it("are those of the encoder at four times of each window, in order", async () => {
    const { count, values } = await trainingLatents(model, train, store.nTimes, config, CPU);
    expect(count).toBe(4 * 15);
    expect(values.length).toBe(count * width);
    expect(new Set(Array.from({ length: count }, (_, n) => values[n * width])).size).toBe(count);
    const single = await trainingLatents(model, [{ store, rows: [4] }], store.nTimes, config, CPU);
    const same = values.subarray(4 * 3 * width, 4 * 4 * width); // row 4 is the fourth
    single.values.forEach((value, i) => void expect(value).toBeCloseTo(same[i], 4));
  });

  it("are the same on every rank", async () => {
    const alone = await trainingLatents(model, train, store.nTimes, config, CPU);
    const engine = nodeEngine;
    const shared = await fakeRanks(2, (ranks) =>
      trainingLatents(model, train, store.nTimes, config, { ...CPU, engine, ranks }),
    );
    for (const found of shared) expect(found).toEqual(alone);
  });
});
