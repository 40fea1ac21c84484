import { describe, expect, it } from "vitest";
import { textsOf, xmlProblem } from "../../test/wellFormed.ts";
import { UsageError } from "../errors.ts";
import type { UsedChannel } from "../signal/contract.ts";
import { attentionSvg } from "./attention.ts";
import { type ReconstructionData, reconstructionSvg } from "./reconstruction.ts";

const NAMES = ["FP1", "<b>&II", "PPG"];
const SENSORS = ["eeg", "ecg", "ppg"] as const;
const used = NAMES.map(
  (name, plus): UsedChannel => ({
    name,
    sensor: SENSORS[plus],
    location: [0, 0, 0],
    plus,
    sfreq: 256,
    unit: "uV",
    scale: 1,
  }),
);
const [nWindows, nChans, nTimes, patchSize] = [2, 3, 1280, 32];

/** Original: a sine; reconstruction: its half; every third patch hidden, nothing of PPG. */
function data(change: Partial<ReconstructionData> = {}): ReconstructionData {
  const original = Float32Array.from({ length: nWindows * nChans * nTimes }, (_, i) => Math.sin(i / 7));
  const nPatches = nTimes / patchSize;
  return {
    original,
    reconstruction: original.map((x) => x / 2),
    shape: [nWindows, nChans, nTimes],
    mask: Uint8Array.from({ length: nWindows * nChans * nPatches }, (_, p) =>
      p % 3 === 0 && Math.floor(p / nPatches) % nChans !== 2 ? 1 : 0,
    ),
    patchSize,
    epochs: [0, 5].map((onset) => ({ onset, duration: 5, quality: [] })),
    explained: [0.754, -0.2, Number.NaN],
    trained: true,
    ...change,
  };
}

describe("reconstructionSvg", () => {
  it("shows variance explained per channel, and the hidden patches", () => {
    const svg = reconstructionSvg(data(), { used });
    expect(xmlProblem(svg)).toBeUndefined();
    expect(textsOf(svg)).toEqual(expect.arrayContaining(["75 %", "−20 %", "nothing hidden", "in 2 windows"]));
    const shaded = /class="hidden" d="([^"]*)"/.exec(svg)![1];
    expect(shaded.match(/M/g)).toHaveLength(14 + 13); // patches 0, 3, … of 40; the second channel starts at patch 2
    expect(textsOf(svg).join()).not.toContain("Untrained");
    expect(svg).toBe(reconstructionSvg(data(), { used }));
  });

  it("draws the reconstruction over hidden patches only", () => {
    const svg = reconstructionSvg(data(), { used });
    const [eeg, , ppg] = [...svg.matchAll(/class="recovered [^"]*" d="([^"]*)"/g)].map(([, d]) => d);
    expect(eeg.match(/M/g)).toHaveLength(14);
    expect(ppg).toBe("");
  });

  it("says when the weights never saw data", () => {
    expect(textsOf(reconstructionSvg(data({ trained: false }), { used })).join()).toContain("Untrained weights");
  });

  it("takes a window and channels by name", () => {
    const texts = textsOf(reconstructionSvg(data(), { used }, { window: 1, channels: ["ppg", "FP1"] }));
    expect(texts).toEqual(expect.arrayContaining(["FP1", "PPG", "5.0 s", "10.0 s"]));
    expect(texts).not.toContain("−20 %");
    expect(() => reconstructionSvg(data(), { used }, { window: 2 })).toThrow(/no such window: expected 0 to 1, got 2/);
    expect(() => reconstructionSvg(data(), { used }, { channels: ["CZ"] })).toThrow(UsageError);
  });
});

describe("attentionSvg", () => {
  const channels = used.map(({ name, sensor }) => ({ name, sensor }));
  const scores = [0.5, 0.25, 0.25, 0.1, 0.9, 0];

  it("has a cell for each query and channel, darkest where the share is largest", () => {
    const svg = attentionSvg({ scores, numQueries: 2, channels });
    expect(xmlProblem(svg)).toBeUndefined();
    const cells = [
      ...svg.matchAll(/class="heat" x="[\d.]+" y="[\d.]+" width="[\d.]+" height="44" fill-opacity="([\d.]+)"/g),
    ];
    expect(cells.map(([, depth]) => Number(depth))).toEqual([0.58, 0.31, 0.31, 0.16, 1, 0.05]);
    expect(textsOf(svg)).toEqual(expect.arrayContaining(["50%", "90%", "Query 2", "0.0%"]));
    expect(svg).toContain("&lt;b&gt;&amp;II");
  });

  it("puts channels of one sensor together and adds up their shares", () => {
    const mixed = [channels[0], channels[1], { name: "FP2", sensor: "eeg" as const }];
    const texts = textsOf(attentionSvg({ scores: [0.5, 0.2, 0.3], numQueries: 1, channels: mixed }));
    const labels = texts.filter((text) => /^(FP|ECG &lt;)/.test(text));
    expect(labels).toEqual(["FP1", "FP2", "ECG &lt;b&gt;&amp;II"]);
    expect(texts).toContain("80%");
  });

  it("stays small and inside its width with many channels", () => {
    const many = Array.from({ length: 256 }, (_, c) => ({ name: `E${c}`, sensor: "eeg" as const }));
    const svg = attentionSvg({ scores: new Float32Array(4 * 256).fill(1 / 256), numQueries: 4, channels: many });
    expect(svg.length).toBeLessThan(250_000);
    const ends = [...svg.matchAll(/<rect [^>]*x="([\d.]+)" y="[\d.]+" width="([\d.]+)"/g)].map(
      (m) => Number(m[1]) + Number(m[2]),
    );
    expect(Math.max(...ends)).toBeLessThanOrEqual(1200);
  });

  it("refuses scores of another size", () => {
    expect(() => attentionSvg({ scores, numQueries: 3, channels })).toThrow(/expected 3 × 3 numbers, got 6/);
  });
});
