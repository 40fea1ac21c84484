import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { open } from "../../formats/node.ts";
import { randomStream } from "../../model/index.ts";
import { heartRhythm } from "./heartRhythm.ts";
import { pulseRate } from "./pulseRate.ts";
import { rPeaks } from "./rPeaks.ts";

const SFREQ = 256;

/** P, QRS and T as bells at the given seconds, with noise and wander; mV. */
function ecgOf(beats: readonly number[], seconds: number, { noise = 0.05, sign = 1 } = {}): Float32Array {
  const random = randomStream(1, "ecg noise").normal(0, seconds * SFREQ);
  const bell = (t: number, width: number) => Math.exp(-((t / width) ** 2));
  return Float32Array.from({ length: seconds * SFREQ }, (_, i) => {
    const t = i / SFREQ;
    const wave = beats.reduce((sum, beat) => {
      const d = t - beat;
      if (Math.abs(d) > 0.6) return sum;
      return (
        sum + bell(d, 0.012) - 0.2 * bell(d - 0.03, 0.01) + 0.12 * bell(d + 0.16, 0.03) + 0.3 * bell(d - 0.28, 0.06)
      );
    }, 0);
    return sign * wave + noise * random[i] + 0.4 * Math.sin(2 * Math.PI * 0.25 * t);
  });
}

const beatsEvery = (interval: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => 0.4 + i * interval + 0.02 * Math.sin(1.7 * i));

describe("rPeaks", () => {
  it.each([0.35, 0.5, 0.8, 1.2])("finds every beat of a rhythm of one in %f s, and nothing else", (interval) => {
    const beats = beatsEvery(interval, Math.floor(29 / interval));
    const found = rPeaks([ecgOf(beats, 30)], SFREQ).map((peak) => peak / SFREQ);
    expect(found.length).toBe(beats.length);
    found.forEach((time, i) => {
      expect(Math.abs(time - beats[i])).toBeLessThan(0.02);
    });
  });

  it("finds the same in a lead upside down, and in two leads of which one is flat", () => {
    const beats = beatsEvery(0.8, 11);
    const upright = rPeaks([ecgOf(beats, 10)], SFREQ);
    expect(rPeaks([ecgOf(beats, 10, { sign: -1 })], SFREQ).length).toBe(upright.length);
    expect(rPeaks([new Float32Array(2560), ecgOf(beats, 10)], SFREQ)).toEqual(upright);
  });

  it("finds nothing where there is nothing", () => {
    expect(rPeaks([new Float32Array(2560)], SFREQ)).toEqual([]);
    expect(rPeaks([new Float32Array(10)], SFREQ)).toEqual([]);
    expect(rPeaks([], SFREQ)).toEqual([]);
  });
});

describe("heartRhythm", () => {
  const peaksOf = (intervals: readonly number[]) => {
    const peaks = [0];
    for (const ms of intervals) peaks.push(peaks[peaks.length - 1] + ms);
    return peaks;
  };

  it("has the measures of the task force", () => {
    const { rate, sdnn, rmssd, pnn50 } = heartRhythm(peaksOf([800, 810, 790, 860, 800]), 1000);
    expect(rate).toBeCloseTo(60 / 0.812, 10);
    expect(sdnn).toBeCloseTo(Math.sqrt((144 + 4 + 484 + 2304 + 144) / 4), 10);
    expect(rmssd).toBeCloseTo(Math.sqrt((100 + 400 + 4900 + 3600) / 4), 10);
    expect(pnn50).toBe(0.5);
  });

  it("leaves out a missed beat and the steps to and from it", () => {
    const { rate, rmssd } = heartRhythm(peaksOf([800, 800, 1600, 800, 810]), 1000);
    expect(rate).toBeCloseTo(60 / 0.8025, 10);
    expect(rmssd).toBeCloseTo(Math.sqrt(50), 10);
  });

  it("is NaN without beats", () => {
    expect(heartRhythm([], 256)).toEqual({ rate: Number.NaN, sdnn: Number.NaN, rmssd: Number.NaN, pnn50: Number.NaN });
  });
});

describe("pulseRate", () => {
  const pulse = (bpm: number, seconds: number, noise: number) => {
    const random = randomStream(2, "ppg noise").normal(0, seconds * SFREQ);
    return Float32Array.from({ length: seconds * SFREQ }, (_, i) => {
      const phase = (2 * Math.PI * bpm * i) / (60 * SFREQ);
      return Math.sin(phase) + 0.3 * Math.sin(2 * phase + 1) + noise * random[i] + 5;
    });
  };

  it.each([48, 63.3, 90, 121.7, 180])("is right to half a beat per minute at %f", (bpm) => {
    const { rate, clarity } = pulseRate([pulse(bpm, 8, 0.5)], SFREQ);
    expect(Math.abs(rate - bpm)).toBeLessThan(0.5);
    expect(clarity).toBeGreaterThan(0.7);
  });

  it("is NaN for flat channels, and takes the others", () => {
    expect(pulseRate([new Float32Array(2048)], SFREQ).rate).toBeNaN();
    expect(pulseRate([new Float32Array(2048), pulse(75, 8, 0)], SFREQ).rate).toBeCloseTo(75, 0);
  });
});

const MITDB = new URL("../../../../shared/data/mitdb/", import.meta.url);

describe.skipIf(!existsSync(MITDB))("rPeaks on MIT-BIH (needs ../shared/data)", () => {
  it("finds the beats that cardiologists marked, to 150 ms: sensitivity and precision above 0.99", async () => {
    const recording = await open(new URL("100.hea", MITDB));
    const seconds = 300;
    const [lead] = await recording.read({ segment: 0, channels: [0], from: 0, to: seconds });
    const marked = recording.annotations.filter(
      ({ onset, text }) => onset < seconds && /^[NLRAaJSVFejE/fQ]$/.test(text),
    );
    const found = rPeaks([lead], recording.channels[0].sfreq).map((peak) => peak / recording.channels[0].sfreq);
    const near = (times: readonly number[], time: number) => times.some((other) => Math.abs(other - time) < 0.15);
    const beats = marked.map(({ onset }) => onset);
    expect(beats.length).toBeGreaterThan(300);
    expect(beats.filter((time) => near(found, time)).length / beats.length).toBeGreaterThan(0.99);
    expect(found.filter((time) => near(beats, time)).length / found.length).toBeGreaterThan(0.99);
    await recording.close();
  });
});
