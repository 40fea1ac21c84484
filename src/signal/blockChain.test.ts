import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SignalError } from "../errors.ts";
import { streamChain } from "./blockChain.ts";
import { applyChain, type ChainOptions, type ChainReport, planChain } from "./chain.ts";
import { noise } from "./pairs/reference.ts";
import type { Sensor } from "./sensors.ts";

/** Drift, a slow wave, hum and noise: every mode of the filters has something to do. */
function recorded(sfreq: number, seconds: number): Float64Array {
  const x = noise({ seed: 77, n: Math.round(sfreq * seconds), walk: 0.02 });
  return x.map((v, i) => {
    const t = i / sfreq;
    return 400 + 20 * v + 30 * Math.sin(2 * Math.PI * 0.11 * t) + 10 * Math.sin(2 * Math.PI * 50 * t) + 0.02 * t;
  });
}

async function streamed(x: Float64Array, sensor: Sensor, sfreq: number, blockSeconds: number, options?: ChainOptions) {
  const stream = streamChain(async (a, b) => x.slice(a, b), x.length, planChain(sensor, sfreq, options), {
    blockSeconds,
  });
  const parts: number[][] = [];
  for (let next = await stream.next(); ; next = await stream.next()) {
    if (next.done === true) return { samples: Float64Array.from(parts.flat()), report: next.value as ChainReport };
    parts.push([...(next.value as Float64Array)]);
  }
}

const deviation = (x: Float64Array): number => {
  const mean = x.reduce((s, v) => s + v, 0) / x.length;
  return Math.sqrt(x.reduce((s, v) => s + (v - mean) ** 2, 0) / (x.length - 1));
};

/** Largest difference, in standard deviations of `whole`. */
function worst(whole: Float64Array, got: Float64Array): number {
  const std = deviation(whole);
  return whole.reduce((most, v, i) => Math.max(most, Math.abs(v - got[i])), 0) / std;
}

describe("streamChain", () => {
  it.each([
    ["eeg", 256, 400, 60],
    ["eeg", 256, 400, 17.3],
    ["eeg", 1000, 260, 50],
    ["eeg", 128, 300, 37.77],
    ["eeg", 250.0001, 200, 30],
    ["ecg", 500, 100, 7.1],
    ["ecg", 125, 100, 11],
    ["ppg", 64, 200, 13],
    ["ppg", 31.25, 200, 9.999],
  ] as const)(
    "%s at %d Hz, %d s in blocks of %d s equals the whole to 1e-8 of its deviation",
    async (sensor, sfreq, seconds, blockSeconds) => {
      const x = recorded(sfreq, seconds);
      const whole = applyChain(x, sensor, sfreq);
      const blocks = await streamed(x, sensor, sfreq, blockSeconds);
      expect(blocks.samples.length).toBe(whole.samples.length);
      expect(worst(whole.samples, blocks.samples)).toBeLessThan(1e-8);
      expect(blocks.report).toEqual(whole.report);
    },
  );

  it("resamples to the same bits wherever the blocks are cut", async () => {
    const x = noise({ seed: 3, n: 1500, walk: 0.1 });
    const options = { band: false, notches: [] } as const;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(250, 500, 64, 700, 1000 / 3),
        fc.double({ min: 0.001, max: 5, noNaN: true }),
        fc.integer({ min: 1, max: 1500 }),
        async (sfreq, blockSeconds, nTimes) => {
          const cut = x.subarray(0, nTimes);
          const { samples } = await streamed(cut, "eeg", sfreq, blockSeconds, options);
          expect(samples).toEqual(applyChain(cut, "eeg", sfreq, options).samples);
        },
      ),
      { numRuns: 60, seed: 1 },
    );
  });

  it("takes blocks of a few samples and tiny last blocks", async () => {
    const x = recorded(500, 8);
    const whole = applyChain(x, "ecg", 500);
    for (const blockSamples of [11, 28, 1333]) {
      const { samples } = await streamed(x, "ecg", 500, blockSamples / 500);
      expect(worst(whole.samples, samples)).toBeLessThan(1e-8);
    }
  });

  it("reports missing samples that run across blocks as one range", async () => {
    const x = recorded(256, 10);
    x.fill(Number.NaN, 500, 530);
    const { report } = await streamed(x, "eeg", 256, 2);
    expect(report.nonFinite).toEqual({ count: 30, ranges: [{ from: 500, to: 530 }] });
  });

  it("refuses signals that are too short, at the end of reading, and stops when aborted", async () => {
    await expect(streamed(recorded(256, 0.1), "eeg", 256, 0.01)).rejects.toThrow(SignalError);
    await expect(streamed(new Float64Array(0), "eeg", 256, 1)).rejects.toThrow(SignalError);
    await expect(streamed(recorded(256, 1), "eeg", 256, Number.NaN)).rejects.toThrow(SignalError);
    const abort = new AbortController();
    const x = recorded(256, 400);
    const read = async (a: number, b: number) => {
      if (a > 0) abort.abort();
      return x.slice(a, b);
    };
    const stream = streamChain(read, x.length, planChain("eeg", 256), { blockSeconds: 1, signal: abort.signal });
    await expect(stream.next()).rejects.toThrow(/abort/);
  });
});
