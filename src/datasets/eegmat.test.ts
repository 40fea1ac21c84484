import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { recordingFromArrays } from "../signal/index.ts";
import { eegmat } from "./eegmat.ts";
import { fakeFolder } from "./fakeFolder.ts";
import { openDataFolder } from "./node.ts";
import type { DatasetPart } from "./recipe.ts";

const INFO = "Subject,Age,Gender,Recording year,Number of subtractions,Count quality\nSubject00,21,F,2011,9.7,0\n";
const recording = recordingFromArrays([{ label: "EEG Fp1", sfreq: 250, samples: new Float64Array(10) }]);

async function tell(part: DatasetPart): Promise<Record<string, unknown> | undefined> {
  for await (const { recording, id, subject, split, labels } of part.recordings()) {
    await recording.close();
    return { id, subject, split, ...labels(0, 5) };
  }
  return undefined;
}

describe("eegmat", () => {
  it("takes rest and arithmetic from the file's name and the count quality from the table", async () => {
    const folder = fakeFolder({
      "data/Subject00_2.edf": recording,
      "data/Subject00_1.edf": recording,
      "data/Subject07_1.edf": recording,
      "data/subject-info.csv": INFO,
      "data/RECORDS": "",
    });
    const parts = await eegmat.plan(folder);
    expect(parts.map(({ id }) => id)).toEqual(["Subject00_1", "Subject00_2", "Subject07_1"]);
    expect(await Promise.all(parts.map(tell))).toEqual([
      { id: "Subject00_1", subject: "Subject00", arithmetic: 0, "count-quality": 0 },
      { id: "Subject00_2", subject: "Subject00", arithmetic: 1, "count-quality": 0 },
      { id: "Subject07_1", subject: "Subject07", arithmetic: 0 },
    ]);
  });

  it("says what a folder lacks", async () => {
    await expect(eegmat.plan(fakeFolder({ "a.txt": "" }))).rejects.toThrow("expected files such as Subject00_1.edf");
    const alone = fakeFolder({ "Subject00_1.edf": recording });
    await expect(eegmat.plan(alone)).rejects.toThrow("lacks a file: expected subject-info.csv");
    const odd = fakeFolder({ "Subject00_1.edf": recording, "subject-info.csv": INFO.replace(",0\n", ",2\n") });
    await expect(eegmat.plan(odd)).rejects.toThrow('at subject Subject00: expected 0 or 1, got "2"');
  });
});

const DATA = "../shared/data/eegmat";
describe.skipIf(!existsSync(DATA))("eegmat as published (needs ../shared/data)", () => {
  it("has 28 people at rest and subtracting, 20 of them good at it", async () => {
    const parts = await eegmat.plan(await openDataFolder(DATA));
    expect(parts).toHaveLength(56);
    const told = await Promise.all(parts.map(tell));
    expect(new Set(told.map((t) => t?.["subject"])).size).toBe(28);
    expect(told.filter((t) => t?.["arithmetic"] === 1)).toHaveLength(28);
    expect(told.filter((t) => t?.["count-quality"] === 1)).toHaveLength(2 * 20);
  });
});
