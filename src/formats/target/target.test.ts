import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createAtomicFile, removeUnfinished, withFiles } from "./node.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "panluna-atomic-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("createAtomicFile", () => {
  it("shows its name only when it is complete, and replaces what stood there", async () => {
    const path = join(folder, "a.npy");
    writeFileSync(path, "old");
    const file = await createAtomicFile(path);
    await file.write(bytes("new "));
    await file.write(bytes("text"));
    expect(readFileSync(path, "utf8")).toBe("old");
    await file.commit();
    await file.discard();
    expect(readFileSync(path, "utf8")).toBe("new text");
    expect(readdirSync(folder)).toEqual(["a.npy"]);
  });

  it("leaves nothing when it is discarded or the process ends", async () => {
    const discarded = await createAtomicFile(join(folder, "a.npy"));
    await discarded.write(bytes("half"));
    await discarded.discard();
    expect(readdirSync(folder)).toEqual([]);
    await (await createAtomicFile(join(folder, "b.npy"))).write(bytes("half"));
    expect(readdirSync(folder)).toHaveLength(1);
    removeUnfinished();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("replaces the file behind a link, not the link", async () => {
    writeFileSync(join(folder, "real"), "old");
    symlinkSync(join(folder, "real"), join(folder, "link"));
    await withFiles([createAtomicFile(join(folder, "link"))], (file) => file.write(bytes("new")));
    expect(readFileSync(join(folder, "real"), "utf8")).toBe("new");
  });

  it("writes to what is no plain file as it comes", async () => {
    await withFiles([createAtomicFile("/dev/null")], (file) => file.write(bytes("gone")));
    expect(readFileSync("/dev/null", "utf8")).toBe("");
  });

  it("says why it cannot write, without naming folders", async () => {
    await expect(createAtomicFile(folder)).rejects.toThrow(/is a folder\. Name a file to write$/);
    await expect(createAtomicFile(join(folder, "no", "a.npy"))).rejects.toThrow(
      /^a\.npy: cannot be written: got no such folder\. Make the folder first$/,
    );
  });

  it("writes several files or none", async () => {
    const both = () => [createAtomicFile(join(folder, "a")), createAtomicFile(join(folder, "b"))];
    const failing = withFiles(both(), async (a) => {
      await a.write(bytes("x"));
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(readdirSync(folder)).toEqual([]);
    const refused = withFiles([createAtomicFile(join(folder, "a")), createAtomicFile(folder)], async () => {});
    await expect(refused).rejects.toThrow(/is a folder/);
    expect(readdirSync(folder)).toEqual([]);
    await withFiles(both(), async (a) => a.write(bytes("x")));
    expect(readdirSync(folder)).toEqual(["a", "b"]);
  });
});
