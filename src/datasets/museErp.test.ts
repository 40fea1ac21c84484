import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { planContract } from "../signal/index.ts";
import { fakeFolder } from "./fakeFolder.ts";
import { museErp } from "./museErp.ts";
import { survey } from "./survey.ts";

const pair = (name: string) => readFile(new URL(`./pairs/${name}`, import.meta.url));
const folder = async () => fakeFolder({ "muse/erp.h5": await pair("erp.h5") });

describe("muse-erp", () => {
  it("takes the number for the person in whatever paradigm, and leaves out what is there twice", async () => {
    const { parts, recordings } = await survey(museErp, await folder());
    expect(parts).toEqual(["subject0001"]);
    expect(recordings.map(({ id, subject }) => [id, subject])).toEqual([
      ["visual-N170-1-1-1", "subject0001"], // of session 2 the same again
      ["visual-P300-1-1-1", "subject0001"],
      ["visual-P300-1-1-2", "subject0001"],
      ["auditory-P300-2-1-1", "subject0002"],
      ["visual-cueing-12-1-1", "subject0012"],
    ]);
  });

  it("lays windows at the stimuli and labels them by paradigm", async () => {
    const { windows } = await survey(museErp, await folder());
    const told = windows.map(({ recording, onset, labels }) => [recording, Math.round(onset * 256), labels]);
    expect(told).toEqual([
      ["visual-N170-1-1-1", 100 - 32, { face: 0 }],
      ["visual-N170-1-1-1", 300 - 32, { face: 1 }],
      ["visual-N170-1-1-1", 400 - 32, {}], // code 3
      ["visual-P300-1-1-1", 100 - 32, { target: 0 }],
      ["visual-P300-1-1-1", 300 - 32, { target: 1 }],
      ["visual-P300-1-1-1", 500 - 32, { target: 0 }],
      ...[0, 1, 2, 3].map((s) => ["visual-P300-1-1-2", 256 * s, {}]), // one stimulus in 4 s: cut one after the other
      ["auditory-P300-2-1-1", 100 - 32, { target: 0 }],
      ["auditory-P300-2-1-1", 200 - 32, { target: 1 }],
      ["visual-cueing-12-1-1", 100 - 32, {}],
      ["visual-cueing-12-1-1", 300 - 32, {}],
    ]);
  });

  it("gives the four electrodes in µV", async () => {
    const { recordings } = await survey(museErp, await folder());
    const { recording } = recordings[1];
    const x = await recording.read({ to: 3 / 256 });
    expect(x.map((channel) => Array.from(channel, (v) => v / 0.48828125))).toEqual(
      [0, 1, 2, 3].map((c) => [0, 1, 2].map((t) => 1000 + 10 * c + t)),
    );
    const { used } = planContract(recording.channels);
    expect(used.map(({ name, unit }) => `${name} ${unit}`)).toEqual(["TP9 uV", "AF7 uV", "AF8 uV", "TP10 uV"]);
    expect(recording.annotations.map(({ onset, text }) => [onset * 256, text])).toContainEqual([300, "2"]);
  });

  it("says what is missing", async () => {
    await expect(museErp.plan(fakeFolder({ "sequence.h5": "" }))).rejects.toThrow("expected erp.h5, got sequence.h5");
    await expect(museErp.plan(fakeFolder({ "erp.h5": await pair("raw.h5") }))).rejects.toThrow(
      "expected groups such as visual/P300/subject1/session1/…",
    );
  });
});
