import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { smallModel } from "../../../test/smallModel.ts";
import { PanlunaError, UsageError } from "../../errors.ts";
import { float32, type Tensor } from "../../graph/index.ts";
import { modelFromCheckpoint, readStateDict } from "../../model/index.ts";
import { openRun, type Run, type RunIdentity, readLatest, type TrainingState } from "./node.ts";

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "panluna-run-")), "first");
});
afterEach(() => rmSync(join(folder, ".."), { recursive: true, force: true }));

const identity: RunIdentity = {
  config: { optimizer: { lr: 0.001 }, loader: { workers: 2 }, stores: ["a.zarr"] },
  seed: 3,
  fingerprint: "da7ada7ada7a",
  versions: { panluna: "1.2.3", node: "20" },
  monitor: { split: "val", metric: "loss", goal: "min" },
};

const one = (value: number): Map<string, Tensor> => new Map([["w", float32([value])]]);
const stateAt = (step: number): TrainingState => ({
  step,
  weights: one(step),
  m: one(step / 2),
  v: one(step * step),
  progress: { best: 1 / (step + 1) },
});

/** A training loop without training: logs every step, validates and saves every second one. */
async function train(run: Run, steps: number): Promise<void> {
  for (let step = (run.resumed?.step ?? 0) + 1; step <= steps; step++) {
    await run.log({ step, split: "train", values: { loss: 1 / step } });
    if (step % 2 !== 0) continue;
    await run.log({ step, split: "val", values: { loss: 2 / step, auroc: Number.NaN } });
    await run.saveBest(stateAt(step));
    await run.save(stateAt(step));
  }
}

const clock = (seconds = 1_700_000_000) => {
  let time = 1000 * seconds;
  return () => (time += 250);
};

const checkpointNames = () => readdirSync(join(folder, "checkpoints")).sort();
const metrics = () => readFileSync(join(folder, "metrics.jsonl"), "utf8");
const withoutTimes = (text: string) => text.replace(/"time":[\d.]+/g, '"time":0');

async function finished(steps: number): Promise<void> {
  const run = await openRun(folder, identity, { now: clock() });
  await train(run, steps);
  await run.close();
}

const failureOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof PanlunaError) return error.message;
    throw error;
  }
  return "no error";
};

describe("a new run", () => {
  it("leaves config, description, metrics, events, the last checkpoints and the best", async () => {
    await finished(7);
    expect(
      readdirSync(folder)
        .map((n) => n.replace(/\d{10}/, "TIME"))
        .sort(),
    ).toEqual([
      "best.safetensors",
      "checkpoints",
      "config.yaml",
      "events.out.tfevents.TIME.000000.panluna",
      "metrics.jsonl",
      "run.json",
    ]);
    expect(checkpointNames()).toEqual(["step-000000004.safetensors", "step-000000006.safetensors"]);
    expect(readFileSync(join(folder, "config.yaml"), "utf8")).toBe(
      "optimizer:\n  lr: 0.001\nloader:\n  workers: 2\nstores:\n  - a.zarr\n",
    );
    expect(JSON.parse(readFileSync(join(folder, "run.json"), "utf8"))).toMatchObject({
      seed: 3,
      fingerprint: "da7ada7ada7a",
      sessions: [{ step: 0, versions: { panluna: "1.2.3", node: "20" } }],
    });
    expect(withoutTimes(metrics()).split("\n")[2]).toBe(
      '{"step":2,"time":0,"split":"val","values":{"loss":1,"auroc":null}}',
    );
  });

  it("keeps as many checkpoints as asked for", async () => {
    const run = await openRun(folder, identity, { keep: 3 });
    await train(run, 12);
    await run.close();
    expect(checkpointNames().map((n) => Number(n.slice(5, 14)))).toEqual([8, 10, 12]);
  });

  it("saves best weights that load as a model, without optimiser state", async () => {
    const { weights, head, sizes } = smallModel({ kind: "classify", numClasses: 2 });
    const run = await openRun(folder, identity);
    expect(await run.readBest()).toBeUndefined();
    await run.saveBest({ step: 5, weights, progress: {}, head, sizes });
    const bytes = (await run.readBest())!;
    await run.close();
    const tensors = readStateDict(bytes, "best.safetensors");
    expect([...tensors.keys()].sort()).toEqual([...weights.keys()].sort());
    expect(modelFromCheckpoint(tensors)).toMatchObject({ head, sizes, dropped: [], initialized: [] });
  });

  it("is not begun among other files", async () => {
    const elsewhere = join(folder, "..");
    writeFileSync(join(elsewhere, "thesis.txt"), "");
    expect(await failureOf(openRun(elsewhere, identity))).toMatch(
      /holds something else than a run: got thesis\.txt\. Name/,
    );
    expect(readdirSync(elsewhere)).toEqual(["thesis.txt"]);
  });
});

describe("resuming", () => {
  it("gives the state back and leaves the metrics of an undisturbed run", async () => {
    await finished(9);
    const undisturbed = withoutTimes(metrics());
    rmSync(folder, { recursive: true });
    await finished(5);
    writeFileSync(join(folder, "metrics.jsonl"), '{"step":6,"time":', { flag: "a" });
    const run = await openRun(folder, identity, { now: clock(1_800_000_000) });
    expect(run.resumed).toEqual({
      ...stateAt(4),
      origin: {
        panluna: "1.2.3",
        seed: 3,
        config: expect.stringMatching(/^[0-9a-f]{16}$/),
        fingerprint: "da7ada7ada7a",
      },
    });
    expect(run.warnings).toEqual([]);
    await train(run, 9);
    await run.close();
    expect(withoutTimes(metrics())).toBe(undisturbed);
    expect(readdirSync(folder).filter((n) => n.startsWith("events"))).toHaveLength(2);
    const times = metrics()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).time as number);
    expect(times).toEqual(times.toSorted((a, b) => a - b)); // the pause between sessions is not counted
    expect(times.at(-1)).toBeLessThan(60);
  });

  it("begins anew where no checkpoint had been written", async () => {
    await finished(1);
    const run = await openRun(folder, identity);
    expect(run.resumed).toBeUndefined();
    await run.close();
    expect(metrics()).toBe("");
  });

  it("goes on from the checkpoint before a damaged one, and says so", async () => {
    await finished(6);
    const path = join(folder, "checkpoints", "step-000000006.safetensors");
    const bytes = readFileSync(path);
    bytes[bytes.length - 3] ^= 16;
    writeFileSync(path, bytes);
    const run = await openRun(folder, identity);
    expect(run.resumed?.step).toBe(4);
    expect(run.warnings).toHaveLength(1);
    expect(run.warnings[0]).toMatch(
      /^step-000000006\.safetensors: is damaged: expected checksum .{8}, got .{8}\. Went on from step 4/,
    );
    await train(run, 6);
    await run.close();
    expect((await readLatest(folder)).checkpoint).toMatchObject(stateAt(6));
  });

  it("stops with an error, and changes nothing, where every checkpoint is damaged", async () => {
    await finished(4);
    const names = checkpointNames();
    for (const name of names) writeFileSync(join(folder, "checkpoints", name), "short");
    expect(await failureOf(openRun(folder, identity))).toMatch(
      /holds no checkpoint that is whole: got step-000000004\.safe/,
    );
    expect(checkpointNames()).toEqual(names);
    expect(existsSync(join(folder, "run.lock"))).toBe(false);
  });

  it("removes what a killed process left half-written", async () => {
    await finished(2);
    const left = [".step-000000004.safetensors.1a2b3c4d.part", "checkpoints/.step-000000004.safetensors.1a2b3c4d.part"];
    for (const name of left) writeFileSync(join(folder, name), "half");
    await (await openRun(folder, identity)).close();
    expect(left.filter((name) => existsSync(join(folder, name)))).toEqual([]);
  });

  it("is refused for another config, seed or data: the error lists what differs", async () => {
    await finished(2);
    const other = { ...identity, config: { ...identity.config, optimizer: { lr: 0.002 }, loader: { workers: 4 } } };
    await expect(openRun(folder, other)).rejects.toThrow(UsageError);
    expect(await failureOf(openRun(folder, { ...other, seed: 4, fingerprint: "0ff" }))).toBe(
      "first: holds a run that cannot go on so: expected its config, seed and data, " +
        "got optimizer.lr: 0.001 → 0.002; loader.workers: 2 → 4; seed: 3 → 4; data: da7ada7ada7a → 0ff. " +
        "Train into another folder, or remove this run and start anew with --fresh",
    );
    const faster = { ...identity, config: { ...identity.config, loader: { workers: 4 } } };
    const run = await openRun(folder, faster, { mayChange: ["loader"] });
    expect(run.resumed?.step).toBe(2);
    await run.close();
  });

  it("begins anew with another config where nothing had been learned: a start that failed does not hold the folder", async () => {
    await finished(1);
    const other = { ...identity, config: { ...identity.config, optimizer: { lr: 0.002 } } };
    const run = await openRun(folder, other);
    expect(run.resumed).toBeUndefined();
    await run.saveBest(stateAt(1));
    await run.close();
    expect(JSON.parse(readFileSync(join(folder, "run.json"), "utf8"))).toMatchObject({ config: other.config });
    expect(metrics()).toBe("");
    await expect(openRun(folder, identity)).rejects.toThrow("cannot go on so"); // best.safetensors is something to lose
  });

  it("can be forbidden, or the run replaced", async () => {
    await finished(4);
    expect(await failureOf(openRun(folder, identity, { existing: "refuse" }))).toMatch(
      /^first: holds a run already\. /,
    );
    writeFileSync(join(folder, "notes.txt"), "mine");
    const run = await openRun(folder, { ...identity, seed: 9 }, { existing: "replace" });
    expect(run.resumed).toBeUndefined();
    await run.close();
    expect(checkpointNames()).toEqual([]);
    expect(readdirSync(folder)).toContain("notes.txt");
    expect(readdirSync(folder)).not.toContain("best.safetensors");
  });
});

describe("one process at a time", () => {
  it("trains into a folder", async () => {
    const run = await openRun(folder, identity);
    expect(await failureOf(openRun(folder, identity))).toMatch(
      /^first: is being trained into by another process: got process \d+/,
    );
    await run.close();
    await (await openRun(folder, identity)).close();
  });

  const lockOf = (fields: object) => writeFileSync(join(folder, "run.lock"), JSON.stringify(fields));

  it("the lock of a process that is gone, or whose number another process now has, is taken over", async () => {
    await finished(2);
    const { hostname } = await import("node:os");
    lockOf({ pid: 2 ** 22 + 7, host: hostname(), began: null, token: "x" });
    await (await openRun(folder, identity)).close();
    lockOf({ pid: process.pid, host: hostname(), began: "1", token: "x" });
    const taken = process.platform === "linux" ? "no error" : /another process/;
    expect(await failureOf(openRun(folder, identity).then((run) => run.close()))).toMatch(taken);
  });

  it("the lock of another machine counts while it is touched", async () => {
    await finished(2);
    lockOf({ pid: 1, host: "elsewhere.invalid", began: null, token: "x" });
    expect(await failureOf(openRun(folder, identity))).toMatch(/on another machine\..*delete run\.lock in it/);
    const { utimesSync } = await import("node:fs");
    utimesSync(join(folder, "run.lock"), 1, 1);
    await (await openRun(folder, identity)).close();
  });
});

describe("a disk that is full or not writable", () => {
  it("gives a clear error and leaves the checkpoints before usable", async () => {
    const run = await openRun(folder, identity);
    await train(run, 2);
    const handles = await import("node:fs/promises");
    const probe = await handles.open(join(folder, "run.json"), "r");
    const full = Object.assign(new Error("no space"), { code: "ENOSPC" });
    const write = vi.spyOn(Object.getPrototypeOf(probe), "write").mockRejectedValue(full);
    onTestFinished(() => write.mockRestore());
    expect(await failureOf(run.save(stateAt(4)))).toBe(
      "step-000000004.safetensors: cannot be written: got the disk is full. Make room and run again",
    );
    expect(await failureOf(run.log({ step: 5, split: "train", values: {} }))).toMatch(
      /^metrics\.jsonl: .* the disk is full/,
    );
    write.mockRestore();
    await probe.close();
    await run.close();
    expect(checkpointNames()).toEqual(["step-000000002.safetensors"]);
    expect((await readLatest(folder)).checkpoint?.step).toBe(2);
  });
});
