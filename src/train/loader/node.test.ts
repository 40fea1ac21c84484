import { describe, expect, it } from "vitest";
import { FormatError } from "../../errors.ts";
import { planSequential } from "../sampling/index.ts";
import { fakeStore } from "./fakeStore.ts";
import { type Loader, openLoader } from "./index.ts";
import { openWorkerLoader, type WorkerLoaderOptions } from "./node.ts";

const program = new URL("./worker/fake/node.ts", import.meta.url);
const store = fakeStore({ layouts: [["FP1", "FP2", "CZ", "O1", "II"]], layout: Array(40).fill(0) });
const rows = Uint32Array.from({ length: 40 }, (_, row) => row);
const plan = planSequential([{ name: "fake", weight: 1, layout: store.windows.layout, rows }], 5);
const augment = { gain: 0.1, noise: 0.1, shift: 0.01, reference: 0.7, montage: 0.5 };
const options: WorkerLoaderOptions = { seed: 1, augment, program };
const threaded = (folder: string, more: Partial<WorkerLoaderOptions> = {}) =>
  openWorkerLoader([{ store, folder }], plan, { ...options, ...more });

async function allOf(loader: Loader) {
  const batches = [];
  for (let step = 0; step < plan.steps; step++) batches.push((await loader.next(step)).microBatches);
  await loader.close();
  return batches;
}

describe("a loader with threads", () => {
  it.each([1, 2, 0])("and %i of them gives what one without gives", async (workers) => {
    const expected = await allOf(openLoader([store], plan, options));
    expect(await allOf(threaded("sound", { workers }))).toEqual(expected);
  });

  it("names the damaged shard with the error of the store, and is closed then", async () => {
    const loader = threaded("damaged");
    for (let step = 0; step < 4; step++) await loader.next(step);
    const error = await loader.next(4).catch((reason) => reason);
    expect(error).toBeInstanceOf(FormatError);
    expect(error.message).toBe("c/1/0/0: is damaged at byte 7");
    await expect(loader.next(5)).rejects.toThrow("loader: is closed");
  });

  it("says why a store cannot be opened", async () => {
    await expect(threaded("unopenable").next(0)).rejects.toThrow("zarr.json: is missing. Prepare it again");
  });

  it("refuses a store that is not the one that is open here", async () => {
    await expect(threaded("changed").next(0)).rejects.toThrow("another: the store changed while it was opened");
  });

  it("says that a thread died instead of waiting for it", async () => {
    const loader = threaded("deadly", { workers: 2, prefetch: 1 });
    for (let step = 0; step < 3; step++) await loader.next(step);
    await expect(loader.next(4)).rejects.toThrow("loader: a reading thread ended with code 3");
  });

  it("lets go of who waits when it is closed", async () => {
    const loader = threaded("endless", { prefetch: 1 });
    for (let step = 0; step < 3; step++) await loader.next(step);
    const waiting = loader.next(4);
    setTimeout(() => void loader.close(), 50);
    await expect(waiting).rejects.toThrow("loader: is closed");
  });
});
