import { describe, expect, it } from "vitest";
import { noiseFeeds } from "./noiseFeeds.ts";

const noise = [
  { name: "dropout/a", shape: ["B", "S", 64], rate: 0.25 },
  { name: "dropout/b", shape: ["B", "C", "S", 8], rate: 0.5 },
  { name: "dropout/depth", shape: ["B", 4], rate: 0 },
];
const key = { seed: 3, step: 5 };
const shapeOf = (B: number) => ({ B, C: 3, S: 4 });
const bytes = (feeds: ReturnType<typeof noiseFeeds>, name: string) => feeds[name].data as Uint8Array;

describe("noise of a micro-batch", () => {
  it("is that of its windows in the whole batch, however it is divided", () => {
    const whole = noiseFeeds(noise, key, [0, 1, 2, 3, 4], shapeOf(5));
    for (const indices of [[2], [0, 1], [4, 3]]) {
      const part = noiseFeeds(noise, key, indices, shapeOf(indices.length));
      for (const { name } of noise) {
        const each = bytes(whole, name).length / 5;
        expect(part[name].shape).toEqual([indices.length, ...whole[name].shape.slice(1)]);
        const expected = indices.flatMap((i) => [...bytes(whole, name).subarray(i * each, (i + 1) * each)]);
        expect([...bytes(part, name)]).toEqual(expected);
      }
    }
  });

  it("is another one in every step, for every seed and every place", () => {
    const masks = [key, { ...key, step: 6 }, { ...key, seed: 4 }].flatMap((k) => {
      const feeds = noiseFeeds([noise[1], { ...noise[1], name: "dropout/c" }], k, [0], shapeOf(1));
      return Object.keys(feeds).map((name) => bytes(feeds, name).join(""));
    });
    expect(new Set(masks).size).toBe(6);
  });

  it("drops with the chances given", () => {
    const indices = Array.from({ length: 400 }, (_, i) => i);
    const feeds = noiseFeeds(noise, key, indices, shapeOf(400));
    for (const { name, rate } of noise) {
      const mask = bytes(feeds, name);
      const kept = mask.reduce((sum, keep) => sum + keep, 0) / mask.length;
      expect(Math.abs(kept - (1 - rate))).toBeLessThanOrEqual(4 * Math.sqrt((rate * (1 - rate)) / mask.length));
    }
  });
});
