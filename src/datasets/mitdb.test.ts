import { describe, expect, it } from "vitest";
import { type Annotation, type Recording, recordingFromArrays } from "../signal/index.ts";
import { fakeFolder } from "./fakeFolder.ts";
import { mitdb } from "./mitdb.ts";
import { survey } from "./survey.ts";

const SFREQ = 360;

/** 12 s with annotations at samples. */
function record(name: string, marks: readonly (readonly [sample: number, text: string])[]): Recording {
  const annotations = marks.map(([sample, text]): Annotation => ({ onset: sample / SFREQ, duration: 0, text }));
  const samples = new Float64Array(12 * SFREQ);
  const channels = ["MLII", "V1"].map((label) => ({ label, sfreq: SFREQ, unit: "mV", samples }));
  return recordingFromArrays(channels, { name, format: "WFDB", annotations });
}

const classesOf = async (marks: readonly (readonly [number, string])[]) => {
  const { windows } = await survey(mitdb, fakeFolder({ "100.hea": record("100.hea", marks) }));
  return windows.map(({ onset, labels }) => [onset, labels["aami-beat"]]);
};

/** One mark per symbol, a beat apart. */
const each = (symbols: string) => symbols.split(" ").map((text, i): [number, string] => [720 + 111 * i, text]);

describe("mitdb", () => {
  it.each([
    [0, "N L R B e j n"],
    [1, "A a J S"],
    [2, "V E r"],
    [3, "F"],
    [4, "f Q ?"],
  ])("has in class %i the beats %s", async (k, symbols) => {
    const found = await classesOf(each(symbols));
    expect(found.map(([, label]) => label)).toEqual(symbols.split(" ").map(() => k));
  });

  it("lays one window per beat, 2 s before it and 1 s after, on the samples of the model", async () => {
    const marks: [number, string][] = [
      [10, "+ (N"], // rhythm, no beat
      [719, "N"], // less than 2 s after the start
      [720, "N"],
      [1001, "V"],
      [1111, "~"], // noise
      [12 * 360 - 360, "A"],
      [12 * 360 - 350, "N"], // less than 1 s before the end
    ];
    const at = (sample: number) => Math.round((sample / SFREQ - 2) * 256) / 256;
    expect(await classesOf(marks)).toEqual([
      [0, 0],
      [at(1001), 2],
      [at(3960), 1],
    ]);
  });

  it("gives no label where no beat lies at its place", async () => {
    const { recordings } = await survey(mitdb, fakeFolder({ "100.hea": record("100.hea", [[720, "N"]]) }));
    const [{ labels }] = recordings;
    expect([labels(0, 3), labels(0.02, 3), labels(1, 3)]).toEqual([{ "aami-beat": 0 }, {}, {}]);
  });

  it("labels no beat of a record with paced beats, and keeps its windows", async () => {
    expect(await classesOf(each("/ N f Q"))).toEqual([
      [0, undefined],
      ...[1, 2, 3].map((i) => [Math.round((111 * i * 256) / 360) / 256, undefined]),
    ]);
  });

  it("takes 201 and 202 for one person, others for one each", async () => {
    const names = ["100", "201", "202", "203"];
    const files = Object.fromEntries(
      names.flatMap((name) => [
        [`x/${name}.hea`, record(`${name}.hea`, each("N"))],
        [`x/${name}.dat`, ""],
      ]),
    );
    const { recordings, parts } = await survey(mitdb, fakeFolder(files));
    expect(parts).toEqual(names);
    expect(recordings.map(({ subject }) => subject)).toEqual(["100", "201", "201", "203"]);
    expect(recordings.map(({ split }) => split)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it("says what it does not find", async () => {
    await expect(mitdb.plan(fakeFolder({}))).rejects.toThrow("expected files such as 100.hea, got an empty folder");
  });
});
