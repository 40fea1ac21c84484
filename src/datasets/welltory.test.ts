import { describe, expect, it } from "vitest";
import { planContract } from "../signal/index.ts";
import { fakeFolder } from "./fakeFolder.ts";
import { survey } from "./survey.ts";
import { welltory } from "./welltory.ts";

/** Frames about every 33 ms, unevenly; the pulse of 1.25 Hz stands in one colour. */
function frames(seconds: number, { pulse = "G", gapAt = Number.POSITIVE_INFINITY } = {}): string {
  const rows: string[] = ["time,R,G,B"];
  for (let ms = 0, i = 0; ms <= 1000 * seconds; ms += [32, 34, 33, 31, 40][i++ % 5]) {
    if (ms > gapAt && ms < gapAt + 600) continue;
    const wave = 100 + 5 * Math.sin((2 * Math.PI * 1.25 * ms) / 1000);
    rows.push([ms, ...["R", "G", "B"].map((c) => (c === pulse ? wave.toFixed(4) : "255.0"))].join(","));
  }
  return `${rows.join("\n")}\n`;
}

const folderOf = (ppg: string, rr: string) =>
  fakeFolder({ "data/subject_03/PPG.csv": ppg, "data/subject_03/RR.txt": rr, "README.md": "" });

describe("welltory", () => {
  it("takes all folders for one subject: who is in which is not said", async () => {
    const files = ["01", "02"].flatMap((n) => [
      [`subject_${n}/PPG.csv`, frames(25)],
      [`subject_${n}/RR.txt`, "800 ".repeat(30)],
    ]);
    const { parts, recordings } = await survey(welltory, fakeFolder(Object.fromEntries(files)));
    expect(parts).toEqual(["subject_01", "subject_02"]);
    expect(recordings.map(({ id, subject }) => [id, subject])).toEqual([
      ["subject_01", "welltory"],
      ["subject_02", "welltory"],
    ]);
  });

  it("counts the beats in a window, with the share of the intervals that it cuts", async () => {
    const rr = `${"1000 ".repeat(20)}${"500 ".repeat(50)}`; // 60 bpm for 20 s, then 120
    const { windows } = await survey(welltory, folderOf(frames(60), rr));
    expect(windows.map(({ onset, labels }) => [onset, labels["heart-rate"]])).toEqual([
      [0, expect.closeTo((60 * (18.5 + 2 * 1.5)) / 20, 9)], // of RR time 1.5 to 21.5 s
      [10, expect.closeTo((60 * (8.5 + 2 * 11.5)) / 20, 9)],
      [20, expect.closeTo(120, 9)],
      [30, undefined], // until 51.5 s of 45
      [40, undefined],
    ]);
  });

  it.each(["R", "G", "B"])("takes the colour %s where the pulse is, on an even grid", async (pulse) => {
    const { recordings } = await survey(welltory, folderOf(frames(30, { pulse }), "800"));
    const [{ recording }] = recordings;
    expect(recording.channels.map(({ label, sfreq }) => [label, sfreq])).toEqual([["PPG", 32]]);
    expect(planContract(recording.channels).used.map(({ name }) => name)).toEqual(["PPG"]);
    const [x] = await recording.read();
    const wave = (i: number) => 100 + 5 * Math.sin((2 * Math.PI * 1.25 * i) / 32);
    // linear between frames at most 40 ms apart: off by (2π·1.25)²·5·0.04²/8 = 0.062 at most
    expect(Math.max(...x.map((v, i) => Math.abs(v - wave(i))))).toBeLessThan(0.07);
  });

  it("divides the recording where frames are missing", async () => {
    const { recordings, windows } = await survey(welltory, folderOf(frames(50, { gapAt: 24_000 }), "1000 ".repeat(60)));
    const { segments } = recordings[0].recording;
    expect(segments).toHaveLength(2);
    expect(segments[0].duration).toBeCloseTo(24, 1);
    expect(segments[1].onset).toBeCloseTo(24.6, 1);
    expect(windows.map(({ onset }) => onset)).toEqual([0, expect.closeTo(segments[1].onset, 9)]);
  });

  it("says what is missing or no number", async () => {
    await expect(welltory.plan(fakeFolder({ "PPG.csv": "" }))).rejects.toThrow("such as subject_01/PPG.csv");
    await expect(welltory.plan(fakeFolder({ "subject_01/PPG.csv": "" }))).rejects.toThrow(
      "subject_01 comes without its RR intervals: expected RR.txt beside PPG.csv",
    );
    await expect(survey(welltory, folderOf(frames(25), "800 x"))).rejects.toThrow("no RR intervals at number 2");
    await expect(survey(welltory, folderOf(frames(25), " "))).rejects.toThrow("expected milliseconds, got none");
    const torn = "time,R,G,B\n0,1,2,3\n33,,2,3\n66,1,2,3\n";
    await expect(survey(welltory, folderOf(torn, "800"))).rejects.toThrow("PPG.csv: holds a frame that is no number");
    const one = "time,R,G,B\n5,1,2,3\n";
    await expect(survey(welltory, folderOf(one, "800"))).rejects.toThrow("holds no frames that follow each other");
  });
});
