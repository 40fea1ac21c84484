import { expect, it } from "vitest";
import { type ByteSource, memorySource } from "../source/byteSource.ts";
import { FilePool } from "./filePool.ts";

/** A folder in which every file exists but "gone"; keeps the names that are open. */
function folder(): { root: ByteSource; open: Set<string>; opened: string[] } {
  const open = new Set<string>();
  const opened: string[] = [];
  const sibling = async (name: string): Promise<ByteSource> => {
    if (name === "gone") throw new Error("no such file");
    open.add(name);
    opened.push(name);
    return { ...memorySource(new Uint8Array(1), name), close: async () => void open.delete(name) };
  };
  return { root: { ...memorySource(new Uint8Array(0), "root"), sibling }, open, opened };
}

it("opens a file once for readers side by side, and keeps it for the next", async () => {
  const { root, opened } = folder();
  const pool = new FilePool(root);
  await Promise.all([pool.use("a", async () => 1), pool.use("a", async () => 2)]);
  expect(await pool.use("a", async ({ size }) => size)).toBe(1);
  expect(opened).toEqual(["a"]);
});

it("never closes a file that is in use, however many others come by", async () => {
  const { root, open } = folder();
  const pool = new FilePool(root);
  let finish = () => {};
  const waiting = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const long = pool.use("long", () => waiting);
  for (let i = 0; i < 100; i++) await pool.use(`f${i}`, async () => undefined);
  expect(open.has("long")).toBe(true);
  expect(open.size).toBeLessThanOrEqual(17);
  finish();
  await long;
  await pool.close();
  expect(open.size).toBe(0);
});

it("forgets a file that could not be opened, and passes on what work throws", async () => {
  const { root } = folder();
  const pool = new FilePool(root);
  await expect(pool.use("gone", async () => 1)).rejects.toThrow("no such file");
  await expect(pool.use("gone", async () => 1)).rejects.toThrow("no such file");
  await expect(pool.use("a", async () => Promise.reject(new Error("bad bytes")))).rejects.toThrow("bad bytes");
  expect(await pool.use("a", async () => 3)).toBe(3);
});

it("is of no use once closed", async () => {
  const pool = new FilePool(folder().root);
  await pool.close();
  await expect(pool.use("a", async () => 1)).rejects.toThrow("a: its recording is closed");
});
