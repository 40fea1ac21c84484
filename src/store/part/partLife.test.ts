import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UsageError } from "../../errors.ts";
import { createStore, openStore } from "../node.ts";
import { eeg, fakeMeta, fakeRows, ppg } from "../pairs/fakeWindows.ts";
import type { WindowRow } from "../partWriter.ts";

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "panluna-store-")), "fake");
});
afterEach(() => rmSync(join(folder, ".."), { recursive: true }));

async function countWindows(): Promise<number> {
  const store = await openStore(folder);
  await store.close();
  return store.windows.count;
}

const hidden = () => readdirSync(folder).filter((name) => name.startsWith("."));

describe("a part", () => {
  it("is invisible until it is committed, and gone when it is aborted", async () => {
    const writer = await createStore(folder, fakeMeta());
    const part = await writer.openPart("p");
    await part.append(eeg, fakeRows("A", eeg, 30));
    expect(await writer.isCommitted("p")).toBe(false);
    expect(await countWindows()).toBe(0);
    await part.commit({});
    expect(await writer.isCommitted("p")).toBe(true);
    const other = await writer.openPart("q");
    await other.append(eeg, fakeRows("A", eeg, 30));
    await other.abort();
    await other.abort();
    expect(hidden()).toEqual([]);
    expect(await writer.committedParts()).toEqual(["p"]);
    await expect(other.commit({})).rejects.toThrow(/the part is aborted/);
    await expect(part.append(eeg, [])).rejects.toThrow(/the part is committed/);
    await expect(writer.openPart("p")).rejects.toThrow(/the part p is already committed/);
    await expect(writer.provenance("q")).rejects.toThrow(/the part q is not committed/);
  });

  it("without a window keeps its provenance", async () => {
    const writer = await createStore(folder, fakeMeta());
    await (await writer.openPart("p")).commit({ unreadable: "truncated" });
    expect(await writer.provenance("p")).toEqual({ unreadable: "truncated" });
    expect(await countWindows()).toBe(0);
  });

  it("written twice at the same time is that of the first commit", async () => {
    const writers = await Promise.all([createStore(folder, fakeMeta()), createStore(folder, fakeMeta())]);
    const [one, two] = await Promise.all(writers.map((writer) => writer.openPart("p")));
    await one.append(eeg, fakeRows("A", eeg, 3));
    await two.append(eeg, fakeRows("B", eeg, 3));
    await two.commit({});
    await expect(one.commit({})).rejects.toThrow(UsageError);
    const store = await openStore(folder);
    expect(store.subjects).toEqual(["B"]);
    await store.close();
    expect(hidden()).toEqual([]);
  });

  it("takes appends one after the other, however they are called", async () => {
    const part = await (await createStore(folder, fakeMeta())).openPart("p");
    const rows = fakeRows("A", ppg, 60);
    await Promise.all(rows.map((row) => part.append(ppg, [row])));
    await part.commit({});
    const store = await openStore(folder);
    expect([...store.windows.onset]).toEqual(rows.map(({ onset }) => onset));
    await store.close();
  });

  const change = (changes: Partial<WindowRow>) => ({ ...fakeRows("A", eeg, 1)[0], ...changes });
  it.each([
    [change({ x: new Float32Array(5) }), /A_0, window at 0 s: number of samples: expected 3 × 128, got 5/],
    [change({ x: new Float32Array(384).fill(Number.NaN, 130, 131) }), /not finite at channel FP2, sample 2: got NaN/],
    [change({ subject: "" }), /without a subject/],
    [change({ quality: 1.5 }), /onset or quality/],
    [change({ labels: { sleep: 1 } }), /does not have: expected rest, stage, findings, rate, got sleep/],
    [change({ labels: { rest: 2 } }), /task rest: a label: expected an index from 0 to 1, got 2/],
    [change({ labels: { stage: 0.5 } }), /expected an index from 0 to 2, got 0.5/],
    [change({ labels: { findings: [1] } }), /expected 2 of 0 or 1, got \[1\]/],
    [change({ labels: { findings: 1 } }), /expected 2 of 0 or 1, got 1/],
    [change({ labels: { rate: Number.NaN } }), /expected a finite number/],
  ])("refuses a window that is wrong, %#, and leaves nothing", async (row, message) => {
    const part = await (await createStore(folder, fakeMeta())).openPart("p");
    await expect(part.append(eeg, [row])).rejects.toThrow(message);
    await expect(part.commit({})).rejects.toThrow(/aborted/);
    expect(hidden()).toEqual([]);
  });

  it("refuses a person in two splits", async () => {
    const part = await (await createStore(folder, fakeMeta())).openPart("p");
    part.assign("A", "train");
    part.assign("A", "train");
    expect(() => part.assign("A", "test")).toThrow(/p: A is assigned to two splits: expected train, got test/);
    await part.abort();
  });
});

describe("opening for writing", () => {
  it("refuses another store, a folder with something else, and a description that is none", async () => {
    await createStore(folder, fakeMeta());
    await expect(createStore(folder, fakeMeta({ sfreq: 512 }))).rejects.toThrow(/holds another store: sfreq differs/);
    await expect(createStore(join(folder, ".."), fakeMeta())).rejects.toThrow(/no store and not empty: got fake/);
    const wrong = [
      fakeMeta({ name: "" }),
      fakeMeta({ sfreq: 0 }),
      fakeMeta({ windowSeconds: 0.3 }),
      fakeMeta({ tasks: { t: { kind: "binary", title: "t", classes: ["a"] } } }),
      fakeMeta({ tasks: { t: { kind: "multilabel", title: "t", classes: ["a", "a"] } } }),
    ];
    for (const meta of wrong)
      await expect(createStore(join(folder, "x"), meta)).rejects.toThrow(/description .* is wrong/);
  });

  it("removes what dead writers left, and nothing of living ones", async () => {
    const writer = await createStore(folder, fakeMeta());
    const living = await writer.openPart("p");
    const [own] = hidden();
    const [, , host, , started] = own.split(".");
    const names = {
      dead: `.part.${host}.999999999.1.aa`, // beyond every system's largest process number
      reused: `.part.${host}.${process.pid}.${Number(started) - 5000}.bb`,
      parent: `.part.${host}.${process.ppid}.1.cc`,
      elsewhere: ".part.other-host.1.1.dd",
      forgotten: ".part.other-host.2.1.ee",
    };
    for (const name of Object.values(names)) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, "x"), "");
    }
    utimesSync(join(folder, names.forgotten), 0, 0);
    await createStore(folder, fakeMeta());
    expect(hidden().sort()).toEqual([own, names.parent, names.elsewhere].sort());
    expect(hostname().replace(/[^A-Za-z0-9-]/g, "-")).toBe(host);
    await living.abort();
  });

  it("a writer that is killed leaves nothing visible, and its leftovers go", async () => {
    const program = fileURLToPath(new URL("../pairs/endlessWriter.ts", import.meta.url));
    const child = spawn(process.execPath, ["--import", "tsx", program, folder], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data"); // it has written windows and goes on
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(hidden()).toHaveLength(1);
    expect(readdirSync(join(folder, hidden()[0])).length).toBeGreaterThan(0);
    expect(await countWindows()).toBe(2); // of the part that it had committed
    const writer = await createStore(folder, fakeMeta());
    expect(hidden()).toEqual([]);
    expect(await writer.committedParts()).toEqual(["done"]);
    const part = await writer.openPart("endless");
    await part.append(eeg, fakeRows("B", eeg, 1));
    await part.commit({});
  });
});

it("parts prepared by several processes at the same time do not disturb each other", async () => {
  const program = fileURLToPath(new URL("../pairs/partWriters.ts", import.meta.url));
  const run = async (from: string) => {
    const child = spawn(process.execPath, ["--import", "tsx", program, folder, from], { stdio: "inherit" });
    expect(await once(child, "exit")).toEqual([0, null]);
  };
  await Promise.all([run("a"), run("b")]);
  const store = await openStore(folder);
  expect(store.subjects).toEqual(["a0", "a1", "a2", "a3", "b0", "b1", "b2", "b3"]);
  expect(store.windows.count).toBe(8 * 20);
  await store.read([0, 159]);
  await store.close();
  expect(hidden()).toEqual([]);
});
