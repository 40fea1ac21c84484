import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { float32 } from "../../graph/index.ts";
import { openRun, type TrainingState } from "./node.ts";

/** Operations on the file system that succeed before the process "dies": from then on none does anything. */
const life = vi.hoisted(() => ({ left: Number.POSITIVE_INFINITY, opened: [] as FileHandle[] }));

vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof import("node:fs/promises")>();
  /** @returns whether this is the operation in which the process dies */
  const spend = (): boolean => {
    if (life.left < 0) throw new Error("dead");
    return life.left-- === 0;
  };
  const mortal =
    <A extends unknown[], R>(work: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (spend()) throw new Error("dead");
      return work(...args);
    };
  const mortalHandle = (handle: FileHandle): FileHandle => {
    life.opened.push(handle);
    const write = handle.write.bind(handle) as (
      bytes: Uint8Array,
      offset?: number,
    ) => Promise<{ bytesWritten: number }>;
    const dying = async (bytes: Uint8Array, offset = 0) => {
      if (!spend()) return write(bytes, offset);
      await write(bytes.subarray(0, offset + ((bytes.length - offset) >> 1)), offset); // half of it arrives
      throw new Error("dead");
    };
    return Object.assign(handle, { write: dying, sync: mortal(handle.sync.bind(handle)) });
  };
  return {
    ...real,
    open: mortal(async (path: string, flags?: string) => mortalHandle(await real.open(path, flags))),
    rename: mortal(real.rename),
    unlink: mortal(real.unlink),
    mkdir: mortal(real.mkdir),
    writeFile: mortal(real.writeFile),
  };
});

const root = mkdtempSync(join(tmpdir(), "panluna-crash-"));
afterAll(() => rmSync(root, { recursive: true }));

const identity = { config: { a: 1 }, seed: 1, fingerprint: "da7a", versions: { panluna: "1" } };

const stateAt = (step: number): TrainingState => {
  const tensors = (scale: number) =>
    new Map([["w", float32(Array.from({ length: 500 }, (_, i) => scale * (step + i)))]]);
  return { step, weights: tensors(1), m: tensors(0.5), v: tensors(2), progress: { best: 1 / step } };
};

async function train(folder: string, to: number): Promise<void> {
  const run = await openRun(folder, identity);
  for (let step = (run.resumed?.step ?? 0) + 1; step <= to; step++) {
    await run.log({ step, split: "train", values: { loss: 1 / step } });
    if (step % 2 !== 0) continue;
    await run.saveBest(stateAt(step));
    await run.save(stateAt(step));
  }
  await run.close();
}

/** Everything of a run that does not depend on the clock. */
function contentOf(folder: string): Record<string, string> {
  const bytes = (name: string) => readFileSync(join(folder, name)).toString("base64");
  const checkpoints = readdirSync(join(folder, "checkpoints")).map((name) => `checkpoints/${name}`);
  const metrics = readFileSync(join(folder, "metrics.jsonl"), "utf8").replace(/"time":[\d.]+/g, "");
  const plain = ["best.safetensors", "config.yaml", ...checkpoints].map((name) => [name, bytes(name)]);
  return Object.fromEntries([...plain, ["metrics.jsonl", metrics]]);
}

/** Let the process die in its n-th operation, then forget what only a dead process leaves: its lock. */
async function dieAfter(operations: number, folder: string, to: number): Promise<boolean> {
  Object.assign(life, { left: operations, opened: [] });
  const survived = await train(folder, to).then(
    () => true,
    () => false,
  );
  life.left = Number.POSITIVE_INFINITY;
  for (const handle of life.opened) await handle.close();
  rmSync(join(folder, "run.lock"), { force: true });
  return survived;
}

describe("a process that dies", () => {
  it("in any operation on the file system loses at most the steps since the last checkpoint", async () => {
    const base = join(root, "base");
    await train(base, 5);
    const undisturbed = join(root, "undisturbed");
    cpSync(base, undisturbed, { recursive: true });
    await train(undisturbed, 8);
    const expected = contentOf(undisturbed);
    let deaths = 0;
    for (; ; deaths++) {
      const folder = join(root, `died-${deaths}`);
      cpSync(base, folder, { recursive: true });
      const survived = await dieAfter(deaths, folder, 6);
      const run = await openRun(folder, identity);
      expect([4, 6], `after ${deaths} operations`).toContain(run.resumed?.step);
      expect(run.resumed).toMatchObject(stateAt(run.resumed!.step));
      await run.close();
      await train(folder, 8);
      expect(contentOf(folder), `after ${deaths} operations`).toEqual(expected);
      rmSync(folder, { recursive: true });
      if (survived) break;
    }
    expect(deaths).toBeGreaterThan(40);
  });

  it("before its first checkpoint begins anew", async () => {
    const undisturbed = join(root, "whole");
    await train(undisturbed, 2);
    for (let operations = 0; ; operations++) {
      const folder = join(root, `new-${operations}`);
      const survived = await dieAfter(operations, folder, 2);
      await train(folder, 2);
      expect(contentOf(folder), `after ${operations} operations`).toEqual(contentOf(undisturbed));
      if (survived) break;
    }
  });
});
