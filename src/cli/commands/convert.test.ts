import { describe, expect, it } from "vitest";
import { openEdf } from "../../formats/edf/edf.ts";
import { memorySource } from "../../formats/source/byteSource.ts";
import { fakeRecording, fakeWorld } from "../fakeEffects.ts";

const opened = async (bytes: Uint8Array | undefined) => openEdf(memorySource(bytes!, "x.edf"));

describe("convert", () => {
  it("writes EDF+ with all channels, samples and events, and nobody's name", async () => {
    const source = fakeRecording(20, "a.csv");
    const w = fakeWorld({ "a.csv": source });
    expect(await w.run("convert", "a.csv", "--out", "x.edf")).toBe(0);
    expect(w.out).toMatch(/^a\.csv to x\.edf: EDF\+C, 20 s, /);
    const edf = await opened(w.files.get("x.edf"));
    expect(edf.channels.map(({ label, sfreq }) => [label, sfreq])).toEqual([["EEG Cz", 100], ["ECG II", 100], ["Resp", 100]]); // biome-ignore format: one line
    expect(edf.annotations).toHaveLength(7);
    expect(edf.identity.patient).toBeUndefined();
    const [got, want] = [await edf.read(), await source.read()];
    got[0].forEach((value, i) => {
      expect(Math.abs(value - want[0][i])).toBeLessThan(100 / 65535);
    });
  });

  it("keeps the identity when asked to", async () => {
    const w = fakeWorld({ "a.csv": fakeRecording(20) });
    expect(await w.run("convert", "a.csv", "--out", "x.edf", "--identity", "--json")).toBe(0);
    expect(JSON.parse(w.out)).toMatchObject({ out: "x.edf", format: "EDF+C", channels: [{ label: "EEG Cz" }, {}, {}] });
    expect((await opened(w.files.get("x.edf"))).identity.patient).toMatch(/Jane/);
  });

  it.each<[string, string[], RegExp]>([
    ["no name", [], /--out: a name ending in \.edf is needed/],
    ["another kind of file", ["--out", "x.bdf"], /--out: a name ending in \.edf is needed: got x\.bdf/],
    ["writing over what it reads", ["--out", "a.edf"], /a\.edf: is the recording itself/],
  ])("refuses %s", async (_, argv, message) => {
    const w = fakeWorld({ "a.edf": fakeRecording(20) });
    expect(await w.run("convert", "a.edf", ...argv)).toBe(1);
    expect(w.err).toMatch(message);
    expect(w.files.size).toBe(0);
  });
});
