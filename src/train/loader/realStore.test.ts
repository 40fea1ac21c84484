import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FormatError } from "../../errors.ts";
import { placeOf } from "../../signal/index.ts";
import type { WindowStore } from "../../store/index.ts";
import { createStore, openStore } from "../../store/node.ts";
import { planSampling, planSequential } from "../sampling/index.ts";
import { openLoader } from "./index.ts";
import { openWorkerLoader } from "./node.ts";

const folder = mkdtempSync(join(tmpdir(), "panluna-loader-"));
const channels = ["CZ", "FP1", "II"].map((name) => ({ name, ...placeOf(name)! }));
let store: WindowStore;

beforeAll(async () => {
  const meta = {
    name: "small",
    title: "",
    licence: "",
    source: "",
    sfreq: 256,
    windowSeconds: 1,
    samples: "int16" as const,
  };
  const tasks = { parity: { kind: "binary" as const, title: "even or odd", classes: ["even", "odd"] } };
  const writer = await createStore(folder, { ...meta, tasks, chain: { version: "1" } });
  for (const part of ["a", "b"]) {
    const open = await writer.openPart(part);
    const rows = Array.from({ length: 12 }, (_, i) => ({
      x: Float32Array.from({ length: 3 * 256 }, (_, k) => 30 * Math.sin(0.05 * k * (i + 1)) + (k % 7)),
      subject: part,
      recording: part,
      onset: i,
      quality: 1,
      labels: { parity: i % 2 },
    }));
    await open.append(
      channels.slice(part === "a" ? 0 : 1),
      part === "a" ? rows : rows.map((row) => ({ ...row, x: row.x.slice(256) })),
    );
    await open.commit({});
  }
  await writer.finish({});
  store = await openStore(folder);
});

afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const corpus = () => ({
  name: store.name,
  weight: 1,
  layout: store.windows.layout,
  rows: Uint32Array.from({ length: store.windows.count }, (_, row) => row),
});

describe("a loader over a store on disk", () => {
  it("gives the same from a thread as from here", async () => {
    const plan = planSampling([corpus()], { seed: 1, windows: 8, micro: 4 });
    const here = openLoader([store], plan, { seed: 1 });
    const there = openWorkerLoader([{ store, folder }], plan, { seed: 1 });
    for (let step = 0; step < 6; step++) {
      const { microBatches } = await there.next(step);
      expect(microBatches).toEqual((await here.next(step)).microBatches);
      for (const { labels, rows } of microBatches)
        expect([...labels.get("parity")!]).toEqual([...rows].map((row) => row % 2));
    }
    await Promise.all([here.close(), there.close()]);
  });

  it("keeps no process alive, closed or not", async () => {
    const program = `
      import { openStore } from "${new URL("../../store/node.ts", import.meta.url)}";
      import { planSequential } from "${new URL("../sampling/index.ts", import.meta.url)}";
      import { openWorkerLoader } from "${new URL("./node.ts", import.meta.url)}";
      const store = await openStore(process.argv[1]);
      const plan = planSequential([{ name: "s", weight: 1, layout: store.windows.layout, rows: [0, 1, 2, 3] }], 1);
      const loader = openWorkerLoader([{ store, folder: process.argv[1] }], plan, { seed: 0, prefetch: 1 });
      console.log((await loader.next(0)).windows);`;
    const args = ["--import", "tsx", "--input-type=module", "-e", program, folder];
    const child = spawn(process.execPath, args, { timeout: 30_000 });
    let text = "";
    child.stdout.on("data", (chunk) => (text += chunk));
    child.stderr.on("data", (chunk) => (text += chunk));
    const ended = await new Promise((resolve) => child.on("exit", (code, signal) => resolve(signal ?? code)));
    expect([ended, text]).toEqual([0, "1\n"]);
  });

  it("names the shard that was cut while it ran", async () => {
    const plan = planSequential([corpus()], 6);
    const loader = openWorkerLoader([{ store, folder }], plan, { seed: 0, prefetch: 1 });
    await loader.next(0);
    const part = join(folder, "b");
    const [layout] = readdirSync(part).filter((name) => name !== "zarr.json");
    truncateSync(join(part, layout, "x", "c", "0", "0", "0"), 40);
    await loader.next(1);
    const error = await loader
      .next(2)
      .then(() => loader.next(3))
      .catch((reason) => reason);
    expect(error).toBeInstanceOf(FormatError);
    expect(error.message).toMatch(/\/b\/.*\/x\/c\/0\/0\/0: the (shard|file) .*truncated/);
    expect(error.message).not.toContain(tmpdir());
  });
});
