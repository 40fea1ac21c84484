import { describe, expect, it } from "vitest";
import { fakeRanks } from "./fakeRanks.ts";
import { mixedValues, rankOrderSum } from "./testValues.ts";

const SIZES = [1, 2, 3, 4, 6];

describe("sums over ranks", () => {
  it.each(SIZES)("have the bits of a sum in the order of ranks, %i ranks", async (size) => {
    for (const length of [0, 1, 3, 4, 2047, 4099]) {
      const [float32, float64] = [Float32Array, Float64Array].map((Type) => Type.from(rankOrderSum(size, length)));
      const found = await fakeRanks(size, (ranks) => {
        const [a, b] = [Float32Array, Float64Array].map((Type) => Type.from(mixedValues(ranks.rank, length)));
        ranks.allReduceSum(a);
        ranks.allReduceSum(b);
        return [a, b];
      });
      for (const sums of found) expect(sums).toEqual([float32, float64]);
    }
  });

  it("are of another order than that of a tree", () => {
    const [a, b, c, d] = [0, 1, 2, 3].map((rank) => mixedValues(rank, 4099));
    const tree = Float32Array.from(a, (x, i) => Math.fround(Math.fround(x + b[i]) + Math.fround(c[i] + d[i])));
    expect(tree).not.toEqual(Float32Array.from(rankOrderSum(4, 4099)));
  });

  it("touch nothing outside of a part of an array", async () => {
    const found = await fakeRanks(3, (ranks) => {
      const values = Float32Array.from({ length: 9 }, (_, i) => i);
      ranks.allReduceSum(values.subarray(2, 6));
      return [...values];
    });
    for (const values of found) expect(values).toEqual([0, 1, 6, 9, 12, 15, 6, 7, 8]);
  });
});

describe("broadcasts", () => {
  it.each(SIZES)("give every rank what the last of %i ranks has", async (size) => {
    const found = await fakeRanks(size, (ranks) => {
      const values = [
        Float32Array.of(ranks.rank, 0.1),
        Float64Array.of(ranks.rank, 0.1),
        Int32Array.of(ranks.rank, -1),
      ];
      for (const v of values) ranks.broadcast(v, size - 1);
      return values;
    });
    const last = size - 1;
    const expected = [Float32Array.of(last, 0.1), Float64Array.of(last, 0.1), Int32Array.of(last, -1)];
    for (const values of found) expect(values).toEqual(expected);
  });
});

describe("long arrays", () => {
  it("are sent whole, chunk by chunk", async () => {
    const length = 3001; // 8192 bytes are sent at once
    const found = await fakeRanks(2, (ranks) => {
      const values = Int32Array.from({ length }, (_, i) => i * (ranks.rank + 1));
      ranks.broadcast(values, 1);
      return values.findIndex((x, i) => x !== 2 * i);
    });
    expect(found).toEqual([-1, -1]);
  });
});

describe("ranks of one process", () => {
  it("say it where they would wait for ever", async () => {
    const left = fakeRanks(2, ({ rank, barrier }) => (rank === 0 ? barrier() : undefined));
    await expect(left).rejects.toThrow("the ranks wait for each other: barrier, 1 ended");
    const apart = fakeRanks(2, (ranks) => (ranks.rank === 0 ? ranks.barrier() : ranks.finish()));
    await expect(apart).rejects.toThrow("the ranks wait for each other: barrier, finish, 0 ended");
  });

  it("hand on what a rank throws", async () => {
    const thrown = fakeRanks(2, (ranks) => (ranks.rank === 1 ? ranks.abort(3) : ranks.barrier()));
    await expect(thrown).rejects.toThrow("rank 1 of 2 ended the job with code 3");
  });
});
