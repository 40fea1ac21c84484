import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { openRun, readLatest } from "./node.ts";

const folder = join(mkdtempSync(join(tmpdir(), "panluna-kill-")), "run");
afterAll(() => rmSync(join(folder, ".."), { recursive: true }));

const identity = { config: { a: 1 }, seed: 1, fingerprint: "da7a", versions: { panluna: "1" } };

/** Saves 1.2 MB as fast as it can, for ever; every value is the step. */
const PROGRAM = `
  const { openRun } = await import(${JSON.stringify(new URL("./node.ts", import.meta.url).href)});
  const tensors = (step) => new Map([["w", { dtype: "float32", shape: [100_000], data: new Float32Array(100_000).fill(step) }]]);
  const run = await openRun(${JSON.stringify(folder)}, ${JSON.stringify(identity)});
  for (let step = (run.resumed?.step ?? 0) + 1; ; step++) {
    await run.log({ step, split: "train", values: { loss: 1 / step } });
    const state = { step, weights: tensors(step), m: tensors(step), v: tensors(step), progress: { step } };
    await run.saveBest(state);
    await run.save(state);
    process.stdout.write(step + "\\n");
  }`;

/** Run the program and kill it `delay` ms after it has saved its first checkpoint. @returns the last step that it told of */
function killed(delay: number): Promise<number> {
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", PROGRAM], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [told, complaint] = ["", ""];
  child.stderr.on("data", (data: Buffer) => {
    complaint += data;
  });
  child.stdout.once("data", () => setTimeout(() => child.kill("SIGKILL"), delay));
  child.stdout.on("data", (data: Buffer) => {
    told += data;
  });
  return new Promise((resolve, reject) => {
    child.on("close", (_, signal) => {
      if (signal === "SIGKILL") resolve(Number(told.trim().split("\n").at(-1)));
      else reject(new Error(complaint));
    });
  });
}

it("a folder whose process is killed while it saves always holds a whole checkpoint, and the next process goes on from it", async () => {
  let before = 0;
  for (const delay of [1, 5, 9, 13, 18, 24]) {
    const told = await killed(delay);
    const { checkpoint, damaged } = await readLatest(folder);
    expect(damaged).toEqual([]);
    const { step, weights, m, v } = checkpoint!;
    expect(told).toBeGreaterThan(before);
    expect([told, told + 1]).toContain(step);
    for (const { data } of [weights, m, v].map((tensors) => tensors.get("w")!)) {
      expect((data as Float32Array).every((value) => value === step)).toBe(true);
    }
    before = step;
  }
  const run = await openRun(folder, identity);
  expect(run.resumed?.step).toBe(before);
  await run.close();
  const left = readdirSync(folder, { recursive: true }).filter((name) => /\.part$|\.lock/.test(String(name)));
  expect(left).toEqual([]);
}, 60_000);
