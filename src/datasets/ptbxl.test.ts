import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { planContract } from "../signal/index.ts";
import { fakeFolder } from "./fakeFolder.ts";
import { openDataFolder } from "./node.ts";
import { ptbxl } from "./ptbxl.ts";
import type { DatasetPart, LabelledRecording } from "./recipe.ts";

const pair = (name: string) => readFile(new URL(`./pairs/${name}`, import.meta.url));

async function all(part: DatasetPart): Promise<LabelledRecording[]> {
  const found: LabelledRecording[] = [];
  for await (const recording of part.recordings()) found.push(recording);
  return found;
}

describe("ptbxl", () => {
  it("gives every record its id, official split and labels", async () => {
    const parts = await ptbxl.plan(
      fakeFolder({ "a/train.h5": await pair("train.h5"), "a/val.h5": await pair("val.h5") }),
    );
    expect(parts.map(({ id }) => id)).toEqual(["train-000000", "val-000000"]);
    const told = (await Promise.all(parts.map(all))).flat();
    expect(told.map(({ id, subject, split, labels }) => [id, subject, split, labels(0, 10).superclass])).toEqual([
      ["ecg00007", "ecg00007", "train", [1, 0, 0, 0, 0]],
      ["ecg00012", "ecg00012", "train", [0, 1, 1, 0, 0]],
      ["ecg21837", "ecg21837", "train", [0, 0, 0, 0, 1]],
      ["ecg00003", "ecg00003", "val", [0, 0, 0, 1, 0]],
    ]);
    expect(told.every(({ filtered }) => filtered)).toBe(true);
  });

  it("gives the samples of the record and lead, over 500", async () => {
    const [part] = await ptbxl.plan(fakeFolder({ "train.h5": await pair("train.h5") }));
    const [, , { recording }] = await all(part);
    expect(recording.channels.map(({ label, sfreq }) => `${label} ${sfreq}`).slice(3, 6)).toEqual([
      "aVR 250",
      "aVL 250",
      "aVF 250",
    ]);
    const [, , , , , avf] = await recording.read();
    expect(Array.from(avf.subarray(0, 12))).toEqual(
      Array.from({ length: 12 }, (_, t) => (2000 + 50 + (t % 10)) * (1 / 500)),
    );
    expect(planContract(recording.channels).used.map(({ name }) => name)).toEqual(
      "I II III AVR AVL AVF V1 V2 V3 V4 V5 V6".split(" "),
    );
  });

  it("says what it does not know", async () => {
    await expect(ptbxl.plan(fakeFolder({ "a.edf": "" }))).rejects.toThrow("expected train.h5 or val.h5, got a.edf");
    const other = fakeFolder({ "train.h5": await pair("other.h5") });
    await expect(ptbxl.plan(other)).rejects.toThrow(
      "train.h5: data_group_0/y is not as PTB-XL has it here: expected shape [2, 5]",
    );
  });
});

const DATA = "../shared/data/ptbxl";
describe.skipIf(!existsSync(DATA))("ptbxl as it lies here (needs ../shared/data)", () => {
  it("has 1442 ECGs to train on and 183 to validate", async () => {
    const parts = await ptbxl.plan(await openDataFolder(DATA));
    expect(parts).toHaveLength(12 + 2);
    const last = await all(parts[13]);
    expect(last).toHaveLength(183 - 128);
    expect(last[0].recording.channels.map(({ nTimes }) => nTimes)).toEqual(Array(12).fill(2500));
  });
});
