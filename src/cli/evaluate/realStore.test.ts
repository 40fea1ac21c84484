import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { smallModel } from "../../../test/smallModel.ts";
import { readPredictions } from "../../evaluate/index.ts";
import { placeOf } from "../../signal/index.ts";
import { createStore } from "../../store/node.ts";
import { fakeMeta, fakeRows, ppg } from "../../store/pairs/fakeWindows.ts";
import { writeCheckpoint } from "../../train/run/checkpoint.ts";
import { nodeEffects } from "../nodeEffects.ts";
import { runCli } from "../program.ts";

const both = ["FP1", "FP2", "II"].map((name) => ({ name, ...placeOf(name)! }));

const root = mkdtempSync(join(tmpdir(), "panluna-evaluate-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A store with 6 people, each with EEG and ECG; the last has PPG windows, too. Every second window has labels. */
beforeAll(async () => {
  const store = await createStore(join(root, "store"), fakeMeta());
  for (const [i, subject] of ["a", "b", "c", "d", "e", "f"].entries()) {
    const part = await store.openPart(subject);
    const label = (rest: number) => ({ rest, stage: 0, findings: [0, 1], rate: 60 + 10 * i + rest });
    const rows = fakeRows(subject, both, 8).map((row, w) =>
      w % 2 === 0 ? { ...row, labels: label(w % 4 === 0 ? 1 : 0) } : row,
    );
    await part.append(both, rows);
    if (i === 5)
      await part.append(
        ppg,
        fakeRows(subject, ppg, 4, 2).map((row) => ({ ...row, recording: "ppg" })),
      );
    part.assign(subject, i < 3 ? "train" : "test");
    await part.commit({});
  }
});

const { weights, sizes, head } = smallModel({ kind: "classify", numClasses: 1 });
const spec = { ...fakeMeta().tasks["rate"] };
const task = { name: "rate", spec, nTimes: 64, standardization: { mean: 75, std: 10 } };

async function run(...argv: string[]) {
  const world = { out: "", err: "" };
  const { signal } = new AbortController();
  const stream = { isTTY: false, columns: 120 };
  const err = (text: string) => {
    world.err += text;
  };
  const host = {
    stdout: stream,
    stderr: stream,
    env: {},
    signal,
    home: { folder: "", version: "1.2.3" },
    err,
    allowToFinish() {},
  };
  const out = (text: string) => {
    world.out += text;
  };
  const code = await runCli(["evaluate", ...argv], { effects: nodeEffects(host), out, err });
  return { code, ...world };
}

describe("panluna evaluate on a store on disk", () => {
  const model = join(root, "best.safetensors");
  beforeAll(() => {
    const state = { step: 1, weights, m: new Map(), v: new Map(), progress: {}, sizes, head, task };
    writeFileSync(model, writeCheckpoint(state, { panluna: "1", seed: 1, config: "c", fingerprint: "f" }));
  });

  it("says heart rates of the middle of each window with a label, and writes a whole report", async () => {
    const output = join(root, "reports", "rate");
    const flags = [
      "--store",
      join(root, "store"),
      "--draws",
      "20",
      "--threads",
      "1",
      "--baseline",
      "prior",
      "--output",
      output,
    ];
    const { code, out, err } = await run(model, ...flags);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("Mean absolute error (bpm)");
    expect(out).not.toContain(root);
    expect(readdirSync(output).sort()).toEqual(["predictions.json", "report.html", "report.json"]);
    const predictions = readPredictions(readFileSync(join(output, "predictions.json"), "utf8"), "predictions.json");
    expect(predictions.count).toBe(14);
    expect(predictions.subjects).toEqual(["d", "e", "f"]);
    expect(predictions.onset[0]).toBe(0.125); // 32 of 128 samples at 256 Hz stand before the middle
    expect(predictions.output.every((bpm) => bpm > 30 && bpm < 120)).toBe(true);
    const page = readFileSync(join(output, "report.html"), "utf8");
    expect(page).not.toContain(root);
    expect(page).toContain("Bland-Altman");
    expect(JSON.parse(readFileSync(join(output, "report.json"), "utf8"))).toMatchObject({
      panluna: "1.2.3",
      stores: ["fake"],
      sensors: ["ecg", "eeg", "ppg"],
    });
  });

  it("names a shard that is damaged, and writes nothing", async () => {
    const output = join(root, "reports", "none");
    const folder = join(root, "damaged");
    const store = await createStore(folder, fakeMeta());
    const part = await store.openPart("a");
    await part.append(both, fakeRows("a", both, 4));
    await part.commit({});
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
    const shard = files.find((path) => /\bx.c.0.0.0$/.test(path))!;
    writeFileSync(join(folder, shard), new Uint8Array(3));
    const { code, err } = await run(model, "--store", folder, "--split", "all", "--output", output);
    expect(code).toBe(1);
    expect(err).toContain("damaged");
    expect(readdirSync(join(root, "reports"))).toEqual(["rate"]);
  });
});
