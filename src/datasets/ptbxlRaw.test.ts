import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { planContract } from "../signal/index.ts";
import { fakeFolder } from "./fakeFolder.ts";
import { ptbxlRaw } from "./ptbxlRaw.ts";
import { survey } from "./survey.ts";

const pair = (name: string) => readFile(new URL(`./pairs/${name}`, import.meta.url));

describe("ptbxl-raw", () => {
  it("splits by the official folds, one part each, and takes patients as subjects", async () => {
    const { parts, recordings } = await survey(ptbxlRaw, fakeFolder({ "ptbxl/raw.h5": await pair("raw.h5") }));
    expect(parts).toEqual(["fold01", "fold09", "fold10"]);
    expect(recordings.map(({ id, subject, split }) => [id, subject, split])).toEqual([
      ["ecg20002", "patient00081", "train"],
      ["ecg00005", "patient00070", "val"],
      ["ecg00011", "patient00070", "val"],
      ["ecg00009", "patient00090", "test"],
    ]);
  });

  it("gives a record its superclasses, and none to a record that states none", async () => {
    const { windows } = await survey(ptbxlRaw, fakeFolder({ "raw.h5": await pair("raw.h5") }));
    expect(windows.map(({ recording, labels }) => [recording, labels])).toEqual([
      ["ecg20002", {}],
      ["ecg00005", { superclass: [1, 0, 0, 0, 0] }],
      ["ecg00011", { superclass: [0, 1, 0, 1, 0] }],
      ["ecg00009", { superclass: [0, 0, 1, 0, 0] }],
    ]);
  });

  it("gives every lead its own samples, in µV, unfiltered", async () => {
    const { recordings } = await survey(ptbxlRaw, fakeFolder({ "raw.h5": await pair("raw.h5") }));
    const { recording, filtered } = recordings[2]; // record 1 of the file
    expect(filtered).toBeUndefined();
    const leads = await recording.read({ to: 0.006 });
    expect(leads.map((lead) => Array.from(lead))).toEqual(
      Array.from({ length: 12 }, (_, c) => [0, 1, 2].map((t) => 1000 + 10 * c + t)),
    );
    const { used } = planContract(recording.channels);
    expect(used.map(({ name }) => name)).toEqual("I II III AVR AVL AVF V1 V2 V3 V4 V5 V6".split(" "));
    expect(used.every(({ unit, scale, sfreq }) => unit === "mV" && scale === 1e-3 && sfreq === 500)).toBe(true);
  });

  it("says what is missing", async () => {
    await expect(ptbxlRaw.plan(fakeFolder({ "a.h5": "" }))).rejects.toThrow("expected raw.h5, got a.h5");
    await expect(ptbxlRaw.plan(fakeFolder({ "raw.h5": await pair("train.h5") }))).rejects.toThrow(
      "raw.h5: data_group_0/strat_fold is not as this dataset has it: expected shape [any], got no such array",
    );
  });
});
