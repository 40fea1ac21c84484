import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { planContract } from "../signal/index.ts";
import { fakeFolder } from "./fakeFolder.ts";
import { museSequence } from "./museSequence.ts";
import { survey } from "./survey.ts";

const pair = (name: string) => readFile(new URL(`./pairs/${name}`, import.meta.url));
const folder = async () => fakeFolder({ "sequence.h5": await pair("sequence.h5") });

describe("muse-sequence", () => {
  it("has a recording per round, a subject and a part per person", async () => {
    const { parts, recordings } = await survey(museSequence, await folder());
    expect(parts).toEqual(["person007", "person012"]);
    expect(recordings.map(({ id, subject, recording }) => [id, subject, recording.channels[0].nTimes])).toEqual([
      ["7_1_1", "person007", 1000],
      ["7_1_10", "person007", 1320],
      ["12_2_1", "person012", 1100],
    ]);
  });

  it("labels all windows of a round with how it ended", async () => {
    const { windows } = await survey(museSequence, await folder());
    expect(windows.map(({ recording, onset, labels }) => [recording, onset, labels["round-won"]])).toEqual([
      ["7_1_1", 0, 1],
      ["7_1_10", 0, 0],
      ["7_1_10", 2, 0],
      ["12_2_1", 0, 1],
    ]);
  });

  it("cuts each round out of the one array, in µV around the middle of the counts", async () => {
    const { recordings } = await survey(museSequence, await folder());
    for (const [round, { recording }] of recordings.entries()) {
      const x = await recording.read({ to: 2 / 220 });
      expect(x.map((channel) => Array.from(channel))).toEqual(
        [0, 1, 2, 3].map((c) => [0, 1].map((t) => 1.6449804 * (10 * c + t + round - 512))),
      );
    }
    const { used } = planContract(recordings[0].recording.channels);
    expect(used.map(({ name, unit }) => `${name} ${unit}`)).toEqual(["TP9 uV", "AF7 uV", "AF8 uV", "TP10 uV"]);
  });

  it("says what is missing", async () => {
    await expect(museSequence.plan(fakeFolder({ "erp.h5": "" }))).rejects.toThrow("expected sequence.h5, got erp.h5");
    await expect(museSequence.plan(fakeFolder({ "sequence.h5": await pair("erp.h5") }))).rejects.toThrow(
      "sequence.h5: length is not as this dataset has it: expected shape [any], got no such array",
    );
  });
});
