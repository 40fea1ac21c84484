import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { randomStream } from "../../model/index.ts";
import { createStore } from "../../store/node.ts";
import { eeg, fakeMeta, fakeRows } from "../../store/pairs/fakeWindows.ts";
import { readMetrics } from "../run/metrics.ts";

const PROGRAM = fileURLToPath(new URL("./pairs/killedTraining.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "panluna-killed-"));
const [store, whole, killed] = ["store", "whole", "killed"].map((name) => join(folder, name));
/** The channels of which the model knows the place. */
const channels = eeg.slice(0, 2);
/** 12 epochs of 48 windows. */
const STEPS = 72;

beforeAll(async () => {
  const writer = await createStore(store, fakeMeta());
  const part = await writer.openPart("p");
  for (const subject of ["A", "B", "C", "D"]) await part.append(channels, fakeRows(subject, channels, 32));
  await part.commit({});
  await writer.finish({});
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Train, and send a signal `delay` ms after a step was told. @returns lines that it told */
function train(into: string, stop?: { signal: NodeJS.Signals; after: number; delay: number }): Promise<string[]> {
  const child = spawn(process.execPath, ["--import", "tsx", PROGRAM, into, store], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [told, complaint] = ["", ""];
  let stopping: NodeJS.Timeout | undefined;
  child.stderr.on("data", (data) => {
    complaint += data;
  });
  child.stdout.on("data", (data) => {
    told += data;
    if (stop === undefined || stopping !== undefined || !told.includes(`step ${stop.after}\n`)) return;
    const { signal, delay } = stop;
    stopping = setTimeout(() => child.kill(signal), delay);
  });
  return new Promise((resolve, reject) => {
    child.on("close", (code, signal) => {
      if (code === 0 || signal === "SIGKILL") resolve(told.trim().split("\n"));
      else reject(new Error(complaint));
    });
  });
}

const bytesOf = (run: string, name: string) => readFileSync(join(run, name));

/** Lines of metrics.jsonl but for the times. */
function metricsOf(run: string): string[] {
  const { entries, damaged, torn } = readMetrics(bytesOf(run, "metrics.jsonl").toString());
  expect({ damaged, torn }).toEqual({ damaged: [], torn: false });
  return entries.map(({ step, split, values: { windowsPerSecond: _, ...values } }) =>
    JSON.stringify({ step, split, values }),
  );
}

it("a training that is killed again and again ends with the bytes of one that was left alone", async () => {
  expect((await train(whole)).at(-1)).toBe("complete");
  const random = randomStream(11, "kills").uniform(0, 10);
  const starts: number[] = [];
  let reached = 0;
  for (let i = 0; i < 3; i++) {
    const after = Math.min(STEPS - 2, reached + 3 + Math.floor(random[2 * i] * 26));
    const told = await train(killed, { signal: i === 1 ? "SIGINT" : "SIGKILL", after, delay: 12 * random[2 * i + 1] });
    const steps = told.flatMap((line) => (line.startsWith("step ") ? [Number(line.slice(5))] : []));
    starts.push(steps[0] - 1);
    expect(starts[i]).toBeLessThanOrEqual(reached);
    if (i > 0) expect(starts[i]).toBeGreaterThanOrEqual(reached - 6); // a checkpoint every 5 steps; one more may not have been told
    reached = steps.at(-1)!;
    if (i === 1) expect(told.at(-1)).toBe("interrupted");
  }
  const last = await train(killed);
  expect(last.at(-1)).toBe("complete");
  expect(metricsOf(killed)).toEqual(metricsOf(whole));
  const checkpoints = readdirSync(join(whole, "checkpoints"));
  expect(checkpoints.at(-1)).toBe(`step-${String(STEPS).padStart(9, "0")}.safetensors`);
  for (const name of ["best.safetensors", "head.safetensors", `checkpoints/${checkpoints.at(-1)}`]) {
    expect(bytesOf(killed, name).equals(bytesOf(whole, name)), name).toBe(true);
  }
  const left = readdirSync(killed, { recursive: true }).filter((name) => /\.part$|\.lock/.test(String(name)));
  expect(left).toEqual([]);
  expect((await train(killed))[0]).toBe("complete"); // nothing is left to do
});
