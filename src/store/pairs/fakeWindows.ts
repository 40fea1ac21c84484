import { randomStream } from "../../model/index.ts";
import type { ChannelSpec } from "../layout.ts";
import type { WindowRow } from "../partWriter.ts";
import type { StoreMeta } from "../storeWriter.ts";

/** The description of a small store for tests: half a second at 256 Hz, one task of every kind. */
export const fakeMeta = (changes: Partial<StoreMeta> = {}): StoreMeta => ({
  name: "fake",
  title: "Made up",
  licence: "CC0-1.0",
  source: "nowhere",
  sfreq: 256,
  windowSeconds: 0.5,
  tasks: {
    rest: { kind: "binary", title: "rest from task", classes: ["rest", "task"] },
    stage: { kind: "multiclass", title: "stages", classes: ["W", "N1", "N2"] },
    findings: { kind: "multilabel", title: "findings", classes: ["MI", "HYP"] },
    rate: { kind: "regression", title: "heart rate", classes: [], unit: "bpm" },
  },
  samples: "int16",
  chain: { version: "1", notch: [50, 60] },
  ...changes,
});

export const eeg: readonly ChannelSpec[] = [
  { name: "FP1", sensor: "eeg", location: [-0.03, 0.08, 0.01] },
  { name: "FP2", sensor: "eeg", location: [0.03, 0.08, 0.01] },
  { name: "II", sensor: "ecg", location: [2.6, 1.5, 0] },
];
export const ppg: readonly ChannelSpec[] = [{ name: "PPG", sensor: "ppg", location: [0, 0] }];

const none: WindowRow["labels"] = {};

/** Windows of a subject; the first has all labels, the second none, and so on. */
export function fakeRows(subject: string, channels: readonly ChannelSpec[], count: number, seed = 1): WindowRow[] {
  const one = channels.length * 128;
  const noise = randomStream(seed, `${subject}/${channels.length}`).normal(0, count * one);
  return Array.from(
    { length: count },
    (_, i): WindowRow => ({
      x: noise.slice(i * one, (i + 1) * one).map((v, at) => v * 10 ** Math.floor(at / 128)),
      subject,
      recording: `${subject}_${i % 2}`,
      onset: i / 2,
      quality: i % 2 === 0 ? 1 : 0.5,
      labels: i % 2 === 0 ? { rest: 1, stage: i % 3, findings: [1, 0], rate: 60 + i } : none,
    }),
  );
}
