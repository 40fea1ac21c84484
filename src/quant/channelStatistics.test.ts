import { expect, it } from "vitest";
import { randomStream } from "../model/index.ts";
import { ChannelStatistics } from "./channelStatistics.ts";

it("has the mean of each channel over all parts, and the largest distance from it", () => {
  const [channels, rows] = [5, 60];
  const values = randomStream(1, "rows")
    .normal(0, rows * channels)
    .map((z, i) => (i % channels) * 10 + z);
  values.forEach((_, i) => {
    if (i % channels === 4) values[i] = 7;
  });
  const statistics = new ChannelStatistics(channels);
  statistics.add(values.subarray(0, 20 * channels));
  statistics.add(values.subarray(20 * channels));
  for (let c = 0; c < channels; c++) {
    const own = [...values].filter((_, i) => i % channels === c);
    const mean = own.reduce((sum, v) => sum + v, 0) / rows;
    expect(statistics.centre[c]).toBeCloseTo(mean, 10);
    expect(statistics.reach[c]).toBeCloseTo(c === 4 ? 1 : Math.max(...own.map((v) => Math.abs(v - mean))), 10);
  }
});
