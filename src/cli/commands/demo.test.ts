import { describe, expect, it } from "vitest";
import { fakeRecording, fakeWorld } from "../fakeEffects.ts";

function world(channels: string[]) {
  const w = fakeWorld({ "package/samples/a.edf": fakeRecording(12, "a.edf") });
  const samples = [{ file: "a.edf", title: "A title", about: "Two waves", options: {}, expected: { channels } }];
  w.files.set("package/samples/samples.json", new TextEncoder().encode(JSON.stringify(samples)));
  return w;
}

describe("demo", () => {
  it("takes every sample from file to picture", async () => {
    const w = world(["CZ", "II"]);
    expect(await w.run("demo", "--out", "pictures")).toBe(0);
    expect(w.out).toMatch(/^A title\n {2}Two waves\.\n {2}a\.edf: 12 s, 3 channels; the model takes 1 ECG \+ 1 EEG\n/);
    expect(w.out).toMatch(/2 windows of 5 s embedded as 2 × 32 numbers/);
    expect(w.out).toMatch(/Untrained weights/);
    expect([...w.folders]).toEqual(["pictures"]);
    const svg = new TextDecoder().decode(w.files.get("pictures/panluna-demo.svg"));
    expect(svg).toMatch(/^<svg xmlns="[^"]+" width="1200" height="\d+"[^>]*><svg y="0" .*A title.*<\/svg><\/svg>$/s);
    expect(w.files.get("pictures/panluna-demo.png")!.slice(1, 4)).toEqual(new TextEncoder().encode("PNG"));
  });

  it("fails when a sample is not taken as its description says", async () => {
    const w = world(["CZ", "V1"]);
    expect(await w.run("demo", "--json")).toBe(1);
    expect(JSON.parse(w.out)).toMatchObject({
      ok: false,
      trained: false,
      clips: [{ asExpected: false, embeddings: [2, 32] }],
    });
  });
});
