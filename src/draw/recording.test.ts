import { describe, expect, it } from "vitest";
import { textsOf, xmlProblem } from "../../test/wellFormed.ts";
import { UsageError } from "../errors.ts";
import { DISCLAIMER } from "./frame.ts";
import { type RecordingPicture, recordingSvg } from "./recording.ts";
import type { DrawnChannel } from "./rows.ts";

const HOSTILE = `</text><script>alert("1")</script>&amp; ]]> ' \u0000\u001b[31m\u202eabc\ud800 <!--`;

/** Repeatable noise in ±1. */
function noise(length: number, seed: number): Float64Array {
  let state = seed * 2654435761 + 1;
  return Float64Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

const channelsOf = (count: number, length: number, sfreq: number): DrawnChannel[] =>
  Array.from({ length: count }, (_, c) => ({
    name: `CH${c + 1}`,
    unit: "uV",
    sensor: "eeg",
    sfreq,
    samples: noise(length, c + 1).map((x) => 40 * x),
  }));

const picture = (change: Partial<RecordingPicture> = {}): RecordingPicture => ({
  title: "night.edf",
  channels: channelsOf(2, 2560, 256),
  from: 0,
  duration: 10,
  ...change,
});

/** Points of every trace, px. */
function tracesOf(svg: string): { x: number; y: number }[][] {
  const group = /<g class="traces"[^>]*>(.*?)<\/g>/s.exec(svg)![1];
  return [...group.matchAll(/ d="([^"]*)"/g)].map(([, d]) => {
    let pen = { x: 0, y: 0 };
    return [...d.matchAll(/([MlhvV])([^MlhvV]*)/g)].map(([, command, numbers]) => {
      const [a, b] = [...numbers.matchAll(/-?\d+/g)].map(([n]) => Number(n) / 10);
      if (command === "M") pen = { x: a, y: b };
      else if (command === "l") pen = { x: pen.x + a, y: pen.y + b };
      else pen = command === "h" ? { x: pen.x + a, y: pen.y } : { x: pen.x, y: pen.y + a };
      return pen;
    });
  });
}

describe("recordingSvg", () => {
  it.each([1, 2, 12, 22, 256])("is well formed with %i channels, and says what it is", (count) => {
    const svg = recordingSvg(picture({ channels: channelsOf(count, 2560, 256) }));
    expect(xmlProblem(svg)).toBeUndefined();
    expect(textsOf(svg)).toContain(DISCLAIMER);
    expect(textsOf(svg)).toContain("CH1");
    expect(tracesOf(svg)).toHaveLength(count);
  });

  it("shows hostile text as text", () => {
    const channels = [{ ...channelsOf(1, 2560, 256)[0], name: HOSTILE, unit: HOSTILE }];
    const annotations = [{ onset: 5, duration: 1, text: HOSTILE }];
    const bad = [{ onset: 1, duration: 1, flags: [HOSTILE] }];
    const svg = recordingSvg(
      picture({ title: HOSTILE, subtitle: HOSTILE, channels, annotations, bad, notes: [HOSTILE] }),
    );
    expect(xmlProblem(svg)).toBeUndefined();
    expect(svg).not.toContain("<script");
    expect(svg).toContain("&lt;script&gt;");
    for (const mark of ["\u202e", "\u001b", "\ud800"]) expect(svg).not.toContain(mark);
  });

  it("is the same picture every time", () => {
    expect(recordingSvg(picture())).toBe(recordingSvg(picture()));
  });

  it.each([
    [22, 250, 3600 * 2],
    [256, 100, 600],
    [2, 360, 1800],
  ])(
    "stays below 500 kB with %i channels at %i Hz of %i s of noise, beats and bad stretches",
    (count, sfreq, duration) => {
      const samples = noise(sfreq * duration, 7);
      const channels = channelsOf(count, 0, sfreq).map((channel) => ({ ...channel, samples }));
      const seconds = Array.from({ length: duration }, (_, onset) => onset);
      const annotations = seconds.map((onset) => ({ onset, duration: 0.5, text: `event ${onset % 97}` }));
      const bad = channels.flatMap((_, channel) =>
        seconds.filter((s) => s % 2 === 0).map((onset) => ({ channel, onset, duration: 1, flags: ["clipped"] })),
      );
      const svg = recordingSvg(picture({ channels, duration, annotations, bad }));
      expect(svg.length).toBeLessThan(500_000);
      expect(xmlProblem(svg)).toBeUndefined();
    },
  );

  it("shows a single odd sample of a long recording, where it is", () => {
    const samples = Float64Array.from({ length: 3600 * 256 }, (_, i) => 40 * Math.sin(i / 3));
    samples[700_001] = 500;
    const channels = [{ name: "FZ", unit: "uV", sensor: "eeg" as const, sfreq: 256, samples }];
    const svg = recordingSvg(picture({ channels, duration: 3600 }));
    const [points] = tracesOf(svg);
    const top = points.reduce((a, b) => (b.y < a.y ? b : a));
    const [, left, right] = /class="line axis" d="M([\d.]+) [\d.]+H([\d.]+)/.exec(svg)!.map(Number);
    expect(top.x).toBeCloseTo(left + (700_001 / samples.length) * (right - left), 0);
    expect(points.filter(({ y }) => y < top.y + 3)).toHaveLength(1);
  });

  it("draws the values to scale: two channels of one unit share the bar", () => {
    const samples = Float64Array.from({ length: 2560 }, (_, i) => (i % 256 < 128 ? 0 : 1));
    const double = samples.map((x) => 2 * x);
    const [a, b] = [samples, double].map((s, c) => ({
      name: `C${c}`,
      unit: "mV",
      sensor: "ecg" as const,
      sfreq: 256,
      samples: s,
    }));
    const svg = recordingSvg(picture({ channels: [a, b] }));
    const heights = tracesOf(svg).map(
      (points) => Math.max(...points.map(({ y }) => y)) - Math.min(...points.map(({ y }) => y)),
    );
    expect(heights[1] / heights[0]).toBeCloseTo(2, 2);
    const bar = Number(/class="line stroke-ecg" d="[^"]*v([\d.]+)"/.exec(svg)![1]);
    const value = Number.parseFloat(textsOf(svg).find((text) => text.endsWith(" mV"))!);
    expect(bar / value).toBeCloseTo(heights[0], 0); // px per mV
  });

  it("ends the line at missing samples", () => {
    const samples = noise(2560, 3);
    samples.fill(Number.NaN, 1000, 1500);
    const svg = recordingSvg(
      picture({ channels: [{ name: "PPG", unit: "a.u.", sensor: "ppg", sfreq: 256, samples }] }),
    );
    const path = /class="stroke-ppg" d="([^"]*)"/.exec(svg)![1];
    expect(path.match(/M/g)).toHaveLength(2);
    const nothing = samples.map(() => Number.NaN);
    const empty = recordingSvg(
      picture({ channels: [{ name: "PPG", unit: "", sensor: "ppg", sfreq: 256, samples: nothing }] }),
    );
    expect(xmlProblem(empty)).toBeUndefined();
    expect(empty).not.toContain("NaN");
  });

  it("keeps traces within the plot and channels of one sensor together", () => {
    const names = ["FP1", "II", "FP2", "PPG"];
    const sensors = ["eeg", "ecg", "eeg", "ppg"] as const;
    const channels = names.map((name, c) => ({
      name,
      unit: "uV",
      sensor: sensors[c],
      sfreq: 256,
      samples: noise(2560, c + 1),
    }));
    channels[0].samples[100] = 1e9;
    const svg = recordingSvg(picture({ channels }));
    expect(textsOf(svg).filter((text) => /FP|II|PPG$/.test(text))).toEqual(["FP1", "FP2", "ECG II", "PPG"]);
    for (const points of tracesOf(svg)) for (const { y } of points) expect(y).toBeGreaterThanOrEqual(74);
  });

  it("labels rare annotations first and never lets two labels overlap", () => {
    const beats = Array.from({ length: 1000 }, (_, i) => ({
      onset: i / 100,
      duration: 0,
      text: i === 500 ? "V" : "N",
    }));
    const texts = textsOf(recordingSvg(picture({ annotations: beats })));
    expect(texts).toContain("V");
    expect(texts.some((text) => /annotations without label/.test(text))).toBe(true);
    const svg = recordingSvg(picture({ annotations: beats.filter((_, i) => i % 20 === 0) }));
    const places = [...svg.matchAll(/<text x="([\d.]+)" y="([\d.]+)" class="small marked"/g)].map((m) => [
      Number(m[1]),
      Number(m[2]),
    ]);
    for (const lane of new Set(places.map(([, y]) => y))) {
      const xs = places.filter(([, y]) => y === lane).map(([x]) => x);
      for (let i = 1; i < xs.length; i++) expect(xs[i] - xs[i - 1]).toBeGreaterThan(10);
    }
  });

  it("says why stretches are shaded", () => {
    const texts = textsOf(
      recordingSvg(picture({ bad: [{ channel: 0, onset: 2, duration: 3, flags: ["mains50", "flat"] }] })),
    );
    expect(texts).toContain("Shaded: flat, mains 50 Hz");
    expect(textsOf(recordingSvg(picture({ bad: [{ onset: 20, duration: 3, flags: ["flat"] }] })))).not.toContain(
      "Shaded: flat",
    );
  });

  it("follows the reader's light or dark setting unless told otherwise", () => {
    expect(recordingSvg(picture())).toContain("@media (prefers-color-scheme: dark)");
    expect(recordingSvg(picture({ theme: "dark" }))).not.toContain("@media");
  });

  it("refuses a picture of nothing", () => {
    expect(() => recordingSvg(picture({ channels: [] }))).toThrow(UsageError);
    for (const duration of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => recordingSvg(picture({ duration }))).toThrow(UsageError);
    }
  });
});
