import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import {
  bandPower,
  planContract,
  planRecordingWindows,
  recordingFromArrays,
  welch,
  windowBatches,
} from "../signal/index.ts";
import { adhd } from "./adhd.ts";
import { fakeFolder } from "./fakeFolder.ts";
import { survey } from "./survey.ts";

const pair = (name: string) => readFile(new URL(`./pairs/${name}`, import.meta.url));

describe("adhd", () => {
  it("takes the class from the folder and the child from the file", async () => {
    const folder = fakeFolder({
      "ADHD/v1p.mat": await pair("adhdWhole.mat"),
      "Control/v107.mat": await pair("adhdFloat.mat"),
      "Control/notes.txt": "",
    });
    const { parts, recordings, windows } = await survey(adhd, folder);
    expect(parts).toEqual(["v1p", "v107"]);
    expect(recordings.map(({ id, subject }) => [id, subject])).toEqual([
      ["v1p", "v1p"],
      ["v107", "v107"],
    ]);
    expect(windows.map(({ recording, onset, labels }) => [recording, onset, labels["adhd"]])).toEqual([
      ["v1p", 0, 1],
      ["v107", 0, 0],
    ]);
  });

  it("gives every electrode its own column", async () => {
    const { recordings } = await survey(adhd, fakeFolder({ "Control/v107.mat": await pair("adhdFloat.mat") }));
    const [{ recording }] = recordings;
    const columns = await recording.read({ from: 1, to: 1 + 2 / 128 });
    expect(columns.map((column) => Array.from(column))).toEqual(
      Array.from({ length: 19 }, (_, c) => [8, 9].map((t) => 2000 + 10 * c + t)),
    );
    const names = planContract(recording.channels).used.map(({ name }) => name);
    expect(names.join(" ")).toBe("FP1 FP2 F3 F4 C3 C4 P3 P4 O1 O2 F7 F8 T7 T8 P7 P8 FZ CZ PZ");
  });

  it("leaves no mains hum in the windows: the chain's notch runs over it", async () => {
    const { recordings } = await survey(adhd, fakeFolder({ "ADHD/v1p.mat": await pair("adhdWhole.mat") }));
    expect(recordings[0].filtered).toBeUndefined();
    const [{ label, sfreq }] = recordings[0].recording.channels;
    const wave = (hertz: number) => (i: number) => Math.sin((2 * Math.PI * hertz * i) / sfreq);
    const [brain, hum] = [wave(10), wave(50)];
    const samples = Float64Array.from({ length: 20 * sfreq }, (_, i) => 100 * brain(i) + 1000 * hum(i));
    const recording = recordingFromArrays([{ label, sfreq, samples }]);
    const contract = planContract(recording.channels);
    const options = { windowSeconds: 5, zscore: false };
    expect(planRecordingWindows(recording, contract, options).windows).toHaveLength(4);
    for await (const { x, chainReport } of windowBatches(recording, contract, options)) {
      expect(chainReport[0].notches).toEqual([50, 60]);
      const middle = welch(x.subarray(1280, 2560), 256, { length: 512 });
      const [kept, left] = [bandPower(middle, 8, 12), bandPower(middle, 48, 52)];
      expect(kept).toBeCloseTo(100 ** 2 / 2, -2);
      expect(left / kept).toBeLessThan(1e-3); // 100 before
    }
  });

  it("says what is not as it should be", async () => {
    await expect(adhd.plan(fakeFolder({ "v1p.mat": "" }))).rejects.toThrow("expected files such as ADHD/v10p.mat");
    const twice = fakeFolder({ "ADHD/v1p.mat": "", "Control/v1p.mat": "" });
    await expect(adhd.plan(twice)).rejects.toThrow("adhd: has a child twice: got v1p.mat");
    const narrow = fakeFolder({ "ADHD/v1p.mat": await pair("troikaData.mat") });
    await expect(survey(adhd, narrow)).rejects.toThrow("expected 19 columns, one per electrode, got 1550");
    const empty = fakeFolder({ "ADHD/v1p.mat": "text" });
    await expect(survey(adhd, empty)).rejects.toThrow("v1p.mat: is not a readable MAT file");
  });
});
