import { describe, expect, it } from "vitest";
import type { UsedChannel } from "../signal/contract.ts";
import { recordingFromArrays } from "../signal/recording.ts";
import { pictureOfRecording } from "./fromRecording.ts";

const used = (change: Partial<UsedChannel>): UsedChannel => ({
  name: "CZ",
  sensor: "eeg",
  location: [0, 0, 0],
  plus: 0,
  sfreq: 100,
  unit: "uV",
  scale: 1,
  ...change,
});

/** Two channels of `seconds` at 100 Hz. */
function twoChannels(seconds: number) {
  const a = Float64Array.from({ length: 100 * seconds }, (_, i) => 30 * Math.sin(i / 5) + (i % 7));
  return recordingFromArrays([
    { label: "A", sfreq: 100, unit: "uV", samples: a },
    { label: "B", sfreq: 100, unit: "uV", samples: a.map((x, i) => x / 2 + (i % 5)) },
  ]);
}

describe("pictureOfRecording", () => {
  it("takes channels as the contract says: scaled, one minus another", async () => {
    const recording = twoChannels(12);
    const [a, b] = await recording.read();
    const contract = { used: [used({}), used({ name: "CZ-PZ", plus: 0, minus: 1, scale: -2 })] };
    const { channels, duration } = await pictureOfRecording(recording, contract);
    expect(duration).toBe(12);
    expect(channels[0].samples).toEqual(a);
    expect(channels[1].samples).toEqual(a.map((x, i) => -2 * (x - b[i])));
  });

  it("keeps the extremes of a long recording in few samples", async () => {
    const recording = twoChannels(1800);
    const [a] = await recording.read();
    const [{ samples, sfreq }] = (await pictureOfRecording(recording, { used: [used({})] })).channels;
    expect(samples.length).toBeLessThanOrEqual(8192);
    expect(samples.length / sfreq).toBeCloseTo(1800, 0);
    const per = Math.ceil(a.length / 4096);
    for (let p = 0; 2 * p < samples.length; p++) {
      const part = a.subarray(p * per, (p + 1) * per);
      const pair = [samples[2 * p], samples[2 * p + 1]].sort((x, y) => x - y);
      expect(pair).toEqual([Math.min(...part), Math.max(...part)]);
    }
  });

  it("leaves gaps between segments empty, and starts where it is told", async () => {
    const samples = new Float64Array(1000).map((_, i) => 20 * Math.sin(i) + i);
    const segments = [
      { onset: 0, duration: 4 },
      { onset: 7, duration: 6 },
    ];
    const recording = recordingFromArrays([{ label: "A", sfreq: 100, unit: "uV", samples }], { segments });
    const { channels, from, duration } = await pictureOfRecording(
      recording,
      { used: [used({})] },
      { from: 3, duration: 6 },
    );
    expect([from, duration]).toEqual([3, 6]);
    const wanted = new Float64Array(600).fill(Number.NaN);
    wanted.set(samples.subarray(300, 400), 0);
    wanted.set(samples.subarray(400, 600), 400);
    expect(channels[0].samples).toEqual(wanted);
  });

  it("names flat stretches", async () => {
    const samples = Float64Array.from({ length: 2000 }, (_, i) => (i < 1000 ? 0 : 50 * Math.sin(i / 3)));
    const recording = recordingFromArrays([{ label: "A", sfreq: 100, unit: "uV", samples }]);
    const { bad } = await pictureOfRecording(recording, { used: [used({})] });
    expect(bad).toEqual([0, 5].map((onset) => ({ channel: 0, onset, duration: 5, flags: ["flat"] })));
  });

  it("stops when it is aborted", async () => {
    const signal = AbortSignal.abort(new Error("stopped"));
    await expect(pictureOfRecording(twoChannels(20), { used: [used({})] }, { signal })).rejects.toThrow("stopped");
  });
});
