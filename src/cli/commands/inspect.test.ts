import { describe, expect, it } from "vitest";
import { fakeRecording, fakeWorld } from "../fakeEffects.ts";

const world = (seconds = 60) => fakeWorld({ "a.edf": fakeRecording(seconds) });

describe("inspect", () => {
  it("shows channels, contract, quality, events and warnings, and nobody's name", async () => {
    const w = world();
    expect(await w.run("inspect", "a.edf")).toBe(0);
    expect(w.out).toMatch(/EDF, 1 min 00 s, 3 channels, 7 annotations/);
    expect(w.out).toMatch(/^ +1 {2}EEG Cz +EEG +100 +uV +6000 {2}CZ$/m);
    expect(w.out).toMatch(/^ +3 {2}Resp +– .*not used/m);
    expect(w.out).toMatch(/Uses 1 EEG: CZ\./);
    expect(w.out).toMatch(/Quality \(12 windows of 5 s judged\)/);
    expect(w.out).toMatch(/Annotations \(7, the first 5; --annotations for all\)/);
    expect(w.out).toContain("One thing was odd.");
    expect(w.out).not.toContain("Jane");
    expect(w.out.split("\n").every((line) => [...line].length <= 80)).toBe(true);
  });

  it("gives the same as JSON; identity only when asked for", async () => {
    const w = world();
    await w.run("inspect", "a.edf", "--json");
    const json = JSON.parse(w.out);
    expect(json).toMatchObject({ file: "a.edf".replace("a", "fake"), format: "EDF", duration: 60 });
    expect(json.channels.map((c: { as: string | null }) => c.as)).toEqual(["CZ", "II", null]);
    expect(json.annotations).toMatchObject({ count: 7 });
    expect(json.annotations.shown).toHaveLength(5);
    expect(json.quality).toMatchObject({ judged: 12, of: 12, windowSeconds: 5 });
    expect(w.out).not.toContain("Jane");
    const asked = world();
    await asked.run("inspect", "a.edf", "--json", "--identity", "--annotations");
    expect(JSON.parse(asked.out)).toMatchObject({ identity: { patient: "Jane Doe" } });
    expect(JSON.parse(asked.out).annotations.shown).toHaveLength(7);
  });

  it("judges only the first minutes of a long recording, and says so", async () => {
    const w = world(120);
    await w.run("inspect", "a.edf", "--minutes", "1");
    expect(w.out).toMatch(/12 windows of 5 s judged of 24; --full for all/);
    const full = world(120);
    await full.run("inspect", "a.edf", "--full", "--minutes", "1", "--json");
    expect(JSON.parse(full.out).quality).toMatchObject({ judged: 24, of: 24 });
  });

  it("judges a recording that is shorter than a window", async () => {
    const w = world(2);
    await w.run("inspect", "a.edf", "--json");
    expect(JSON.parse(w.out).quality).toMatchObject({ judged: 1, windowSeconds: 2 });
  });

  it("shows a recording that the model cannot use, with the reason", async () => {
    const w = world();
    expect(await w.run("inspect", "a.edf", "--use", "ppg")).toBe(0);
    expect(w.out).toMatch(/^ +1 {2}EEG Cz/m);
    expect(w.out).toMatch(/For the model\n {2}.*(no channel|nothing)/i);
    const json = world();
    await json.run("inspect", "a.edf", "--use", "ppg", "--json");
    expect(JSON.parse(json.out)).toMatchObject({ contract: null, contractError: expect.stringContaining("") });
  });

  it("finds what quality flags say: a flat channel", async () => {
    const flat = fakeRecording(30);
    const read: typeof flat.read = async (request) =>
      (await flat.read(request)).map((x, i) => ((request?.channels ?? [0, 1, 2])[i] === 1 ? x.fill(1) : x));
    const w = fakeWorld({ "a.edf": { ...flat, read } });
    await w.run("inspect", "a.edf");
    expect(w.out).toMatch(/^ {2}II +100 %/m);
    expect(w.out).toMatch(/1 other channel without complaint/);
  });

  it("writes a picture of the range", async () => {
    const w = world();
    expect(await w.run("inspect", "a.edf", "--svg", "p.svg", "--range", "5:15")).toBe(0);
    expect(new TextDecoder().decode(w.files.get("p.svg"))).toMatch(/^<svg[\s\S]*5 to 15 s/);
    expect(w.out).toContain("Wrote p.svg");
    const wrong = world();
    expect(await wrong.run("inspect", "a.edf", "--png", "p.gif")).toBe(1);
    expect(wrong.err).toMatch(/^panluna: --png: is no picture: expected a name with \.svg or \.png, got \.gif/);
  });

  it("has checksums of WFDB records only", async () => {
    const w = world();
    expect(await w.run("inspect", "a.edf", "--checksums")).toBe(1);
    expect(w.err).toMatch(/--checksums: .* has none: expected a WFDB record, got EDF/);
  });
});
