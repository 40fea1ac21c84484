import { createHash } from "node:crypto";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runProcess } from "../realProcess.ts";
import type { PrepareJob } from "./job.ts";
import { prepareDataset } from "./prepareDataset.ts";

let folder: string;
let data: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "panluna-prepare-"));
  data = join(folder, "data");
  await cp("samples", data, { recursive: true, filter: (path) => !path.includes("make") });
  await writeFile(join(data, "eegmat-cut.edf"), (await readFile("samples/eegmat-rest.edf")).subarray(0, 100));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const jobOf = (output: string, more: Partial<PrepareJob> = {}): PrepareJob => ({
  folder: data,
  recipe: "folder",
  options: { subject: "^([a-z]+)" },
  settings: {},
  output: join(folder, output),
  version: "1.2.3",
  ...more,
});

const never = new AbortController().signal;

/** Every file of a store, by path. */
async function digests(store: string): Promise<Record<string, string>> {
  const root = join(folder, store);
  const files = (await readdir(root, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const found: [string, string][] = [];
  for (const { parentPath, name } of files) {
    const path = join(parentPath, name);
    found.push([
      path.slice(root.length),
      createHash("sha256")
        .update(await readFile(path))
        .digest("hex"),
    ]);
  }
  return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)));
}

describe("a dataset prepared", () => {
  it("is the same to the byte on one thread, on three, and after being stopped", async () => {
    const one = await prepareDataset(jobOf("one"), { workers: 1 }, never);
    const three = await prepareDataset(jobOf("three"), { workers: 3 }, never);
    await prepareDataset(jobOf("resumed"), { workers: 1, limit: 3 }, never);
    const resumed = await prepareDataset(jobOf("resumed"), { workers: 1 }, never);
    expect(one.report.windows).toBeGreaterThan(20);
    expect(one.report.unreadable).toEqual([
      { recording: "eegmat-cut.edf", reason: expect.stringContaining("eegmat-cut.edf"), windows: 0 },
    ]);
    expect(Object.keys(one.report.sensors).sort()).toEqual(["ecg", "eeg", "ppg"]);
    expect(three.report).toEqual(one.report);
    expect(resumed.report).toEqual({ ...one.report, resumed: 2 }); // of three parts one could not be read
    const bytes = await digests("one");
    expect(await digests("three")).toEqual(bytes);
    expect(await digests("resumed")).toEqual(bytes);
  });

  it("is shared by the processes of a job", async () => {
    const outcomes: unknown[] = [];
    let open = () => {};
    const full = new Promise<void>((resolve) => {
      open = resolve;
    });
    const gather = async <T>(own: T): Promise<T[]> => {
      if (outcomes.push(own) === 2) open();
      await full;
      return outcomes as T[];
    };
    const shares = [1, 0].map((rank) => ({ rank, size: 2, gather }));
    await Promise.all(shares.map((share) => prepareDataset(jobOf("ranks"), { workers: 1, share }, never)));
    await prepareDataset(jobOf("whole"), { workers: 1 }, never);
    expect(await digests("ranks")).toEqual(await digests("whole"));
  });

  it("takes no other settings into a store that is there", async () => {
    await prepareDataset(jobOf("settings"), { workers: 1, limit: 1 }, never);
    const other = jobOf("settings", { settings: { hopSeconds: 2.5 } });
    await expect(prepareDataset(other, { workers: 1 }, never)).rejects.toThrow(
      "chain.hopSeconds differs: expected chain.hopSeconds 5, got 2.5",
    );
  });

  it("leaves a store without parts when it is stopped at once", async () => {
    const output = join(folder, "failing");
    const signal = AbortSignal.abort(new Error("stopped"));
    await expect(prepareDataset(jobOf("failing"), { workers: 2 }, signal)).rejects.toThrow("stopped");
    expect((await readdir(output)).filter((name) => !name.startsWith("."))).toEqual(["zarr.json"]);
  });
});

describe("panluna prepare as a program", () => {
  it("goes on after Ctrl-C where it was stopped", async () => {
    const store = join(folder, "stopped");
    const argv = ["prepare", data, "--subject", "^([a-z]+)", "--output", store, "--hop", "0.1", "--workers", "2"];
    const stopped = await runProcess(argv, (child) => {
      const timer = setInterval(async () => {
        const parts = await readdir(store).catch(() => []);
        if (parts.filter((name) => !name.startsWith(".")).length < 2) return; // the root's document and a part
        clearInterval(timer);
        child.kill("SIGINT");
      }, 20);
      child.on("exit", () => clearInterval(timer));
    });
    expect(stopped.err).toMatch(/stopped: \d of 6 parts done; the same command goes on from there/);
    expect(stopped.code).toBe(130);
    const ended = await runProcess([...argv, "--json"]);
    const report = JSON.parse(ended.out);
    expect([ended.code, report.parts]).toEqual([0, 5]);
    expect(report.resumed).toBeGreaterThanOrEqual(1);
    expect(report.resumed).toBeLessThan(5);
  });
});
