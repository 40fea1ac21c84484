import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { fakeFolder } from "./fakeFolder.ts";
import { survey } from "./survey.ts";
import { troika } from "./troika.ts";

const pair = (name: string) => readFile(new URL(`./pairs/${name}`, import.meta.url));

async function folder() {
  const [data, rate] = [await pair("troikaData.mat"), await pair("troikaRate.mat")];
  return fakeFolder({
    "DATA_04_TYPE01.mat": data,
    "DATA_04_TYPE02.mat": data,
    "REF_04_TYPE01.mat": rate,
    "REF_04_TYPE02.mat": rate,
    "Readme.pdf": "",
  });
}

describe("troika", () => {
  it("keeps the two recordings numbered 04 apart, as two people", async () => {
    const { parts, recordings } = await survey(troika, await folder());
    expect(parts).toEqual(["04_TYPE01", "04_TYPE02"]);
    expect(recordings.map(({ id, subject }) => [id, subject])).toEqual([
      ["04_TYPE01", "04_TYPE01"],
      ["04_TYPE02", "04_TYPE02"],
    ]);
  });

  it("has one window per value of BPM0: 8 s, every 2 s", async () => {
    const { windows, recordings } = await survey(troika, await folder());
    expect(windows.slice(0, 3).map(({ onset, labels }) => [onset, labels["heart-rate"]])).toEqual([
      [0, 70.5],
      [2, 80.25],
      [4, 90],
    ]);
    expect(windows).toHaveLength(6);
    const [{ labels }] = recordings;
    expect([labels(1, 8), labels(0, 10), labels(6, 8), labels(2.1, 8)]).toEqual([{}, {}, {}, {}]);
  });

  it("uses the ECG and both PPG, and no acceleration", async () => {
    const { recordings } = await survey(troika, await folder());
    const [{ recording, contract }] = recordings;
    expect(contract!.used.map(({ name, sensor, plus, sfreq }) => [name, sensor, plus, sfreq])).toEqual([
      ["I", "ecg", 0, 125],
      ["PPG", "ppg", 1, 125],
      ["PPG", "ppg", 2, 125],
    ]);
    expect([contract!.dropped, contract!.upsampled.map(({ label }) => label)]).toEqual([[], ["ECG", "PPG1", "PPG2"]]);
    const rows = await recording.read({ from: 8, to: 8.024 });
    expect(rows.map((row) => Array.from(row))).toEqual([
      [2000, 2001, 2002],
      [2010, 2011, 2012],
      [2020, 2021, 2022],
    ]);
  });

  it("says what is missing or not as it should be", async () => {
    await expect(troika.plan(fakeFolder({ "a.mat": "" }))).rejects.toThrow("expected files such as DATA_01_TYPE01.mat");
    const alone = fakeFolder({ "x/DATA_01_TYPE01.mat": "", "REF_01_TYPE01.mat": "" });
    await expect(troika.plan(alone)).rejects.toThrow(
      "DATA_01_TYPE01.mat comes without its heart rates: expected REF_01_TYPE01.mat beside it",
    );
    const odd = fakeFolder({ "DATA_01_TYPE01.mat": await pair("troikaRate.mat"), "REF_01_TYPE01.mat": "" });
    await expect(survey(troika, odd)).rejects.toThrow("expected a matrix of numbers named sig, got BPM0");
    const swapped = fakeFolder({
      "DATA_01_TYPE01.mat": await pair("troikaData.mat"),
      "REF_01_TYPE01.mat": await pair("adhdFloat.mat"),
    });
    await expect(survey(troika, swapped)).rejects.toThrow("expected a matrix of numbers named BPM0, got v107");
  });
});
