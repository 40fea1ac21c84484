import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { planContract, recordingFromArrays } from "../signal/index.ts";
import { fakeFolder } from "./fakeFolder.ts";
import { stressPredict } from "./stressPredict.ts";
import { survey } from "./survey.ts";

const SFREQ = 64;
const START = 1_644_226_000;

/** A BVP file of so many seconds, as it opens. */
function bvp(start: number, seconds: number) {
  const startTime = new Date(start * 1000).toISOString().replace("Z", "");
  const channels = [{ label: "BVP", sfreq: SFREQ, samples: new Float64Array(seconds * SFREQ) }];
  return recordingFromArrays(channels, { name: "BVP.csv.gz", identity: { startTime } });
}

type Row = readonly [participant: number, time: number, label: number];

const HEADER = "Participant,HR,respr,Time(sec),Label\n";
const table = (rows: readonly Row[]) =>
  gzipSync(HEADER + rows.map(([person, time, label]) => `${person},80,12.5,${time},${label}\n`).join(""));

/** A label for each second from `from` on, until `to`. */
const rows = (person: number, from: number, to: number, label: number): Row[] =>
  Array.from({ length: to - from }, (_, i) => [person, START + from + i, label]);

describe("stress-predict", () => {
  it("labels the windows whose seconds all have one label", async () => {
    const folder = fakeFolder({
      "S02/BVP.csv.gz": bvp(START, 330),
      "S02/HR.csv.gz": "",
      "S02/labels.csv.gz": "",
      "labels.csv.gz": table([...rows(2, 9, 150, 0), ...rows(2, 150, 241, 1), ...rows(2, 245, 325, 1)]),
    });
    const { windows } = await survey(stressPredict, folder);
    expect(windows.map(({ onset, labels }) => [onset, labels["stress"]])).toEqual([
      [0, undefined], // starts before the labels do
      [30, 0],
      [60, 0],
      [90, 0], // until 150, where the label changes
      [120, undefined], // across the change
      [150, 1],
      [180, 1],
      [210, undefined], // a gap at 241 to 245 s
      [240, undefined],
      [270, undefined], // ends after the labels do
    ]);
  });

  it("finds a participant's labels by the number of the folder, and counts seconds from the file's own start", async () => {
    const folder = fakeFolder({
      "S07/BVP.csv.gz": bvp(START + 1000, 60),
      "S12/BVP.csv.gz": bvp(START, 60),
      "labels.csv.gz": table([...rows(12, 0, 60, 0), ...rows(7, 1000, 1060, 1)]),
    });
    const { windows, recordings } = await survey(stressPredict, folder);
    expect(windows.map(({ recording, labels }) => [recording, labels])).toEqual([
      ["S07", { stress: 1 }],
      ["S12", { stress: 0 }],
    ]);
    expect(recordings.map(({ subject }) => subject)).toEqual(["S07", "S12"]);
    expect(planContract(recordings[0].recording.channels).used.map(({ name }) => name)).toEqual(["PPG"]);
    expect(recordings[0].labels(0.5, 59.25)).toEqual({ stress: 1 });
    expect(recordings[0].labels(0.5, 60)).toEqual({});
  });

  it("keeps a person without labels", async () => {
    const folder = fakeFolder({ "S01/BVP.csv.gz": bvp(START, 90), "labels.csv.gz": table(rows(2, 0, 90, 1)) });
    const { windows } = await survey(stressPredict, folder);
    expect(windows.map(({ labels }) => labels)).toEqual([{}, {}]);
  });

  it("says what is missing or no label", async () => {
    await expect(stressPredict.plan(fakeFolder({ "labels.csv.gz": "" }))).rejects.toThrow("such as S01/BVP.csv.gz");
    const own = fakeFolder({ "S01/BVP.csv.gz": bvp(START, 1), "S01/labels.csv.gz": "" });
    await expect(stressPredict.plan(own)).rejects.toThrow("expected labels.csv.gz");
    for (const wrong of [[2, START, 2] as const, [2, START + 0.5, 1] as const]) {
      const folder = fakeFolder({ "S02/BVP.csv.gz": bvp(START, 60), "labels.csv.gz": table([wrong]) });
      await expect(survey(stressPredict, folder)).rejects.toThrow(
        "labels.csv.gz: holds a row that is no label at row 1",
      );
    }
    const both = table([...rows(2, 0, 1, 0), ...rows(2, 0, 1, 1)]);
    const folder = fakeFolder({ "S02/BVP.csv.gz": bvp(START, 60), "labels.csv.gz": both });
    await expect(survey(stressPredict, folder)).rejects.toThrow("at row 2");
  });
});
