import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { nodeEffects, wantsColor } from "./nodeEffects.ts";
import { findPackage } from "./packageFolder.ts";

const stream = { isTTY: false, columns: 0 };
const effects = nodeEffects({
  stdout: stream,
  stderr: stream,
  env: { COLUMNS: "133" },
  home: findPackage(),
  signal: new AbortController().signal,
  err: () => {},
  allowToFinish: () => {},
});
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "panluna-effects-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("the real effects", () => {
  it("colours for a terminal, unless it is told otherwise", () => {
    expect(wantsColor(true, {})).toBe(true);
    expect(wantsColor(false, {})).toBe(false);
    expect(wantsColor(true, { NO_COLOR: "1" })).toBe(false);
    expect(wantsColor(true, { NO_COLOR: "" })).toBe(true);
    expect(wantsColor(true, { TERM: "dumb" })).toBe(false);
    expect(wantsColor(false, { FORCE_COLOR: "1" })).toBe(true);
    expect(wantsColor(false, { FORCE_COLOR: "1", NO_COLOR: "1" })).toBe(false);
  });

  it("knows the package from wherever its code stands", () => {
    expect(effects.version).toMatch(/^\d+\.\d+\.\d+/);
    expect(effects.packageFolder).not.toMatch(/src/);
  });

  it("finds files in a folder and below it, in order, and ends in a loop of links", async () => {
    for (const name of ["b", "a/c"]) {
      mkdirSync(join(folder, name), { recursive: true });
      writeFileSync(join(folder, name, "case.json"), "");
    }
    symlinkSync(folder, join(folder, "a", "loop"));
    const found = await effects.findFiles(folder, "case.json");
    expect(found.slice(-1)).toEqual([join(folder, "b", "case.json")]);
    expect(found).toContain(join(folder, "a", "c", "case.json"));
    await expect(effects.findFiles(join(folder, "gone"), "case.json")).rejects.toThrow(/^gone: is not a folder/);
  });

  it("says what is wrong with a file without naming its folder", async () => {
    await expect(effects.readFile(join(folder, "x"))).rejects.toThrow(/^x: cannot be opened: got no such file/);
    await expect(effects.readFile(folder)).rejects.toThrow(/got a folder/);
  });

  it("takes weights from one place", async () => {
    const both = effects.loadModel({ checkpoint: "x.safetensors", untrained: true });
    await expect(both).rejects.toThrow(/^--untrained: cannot be had together with --checkpoint\. Give one/);
    await expect(effects.loadModel({ task: "x", head: "h.safetensors" })).rejects.toThrow(/^--task: .* with --head/);
    await expect(effects.loadModel({ task: "x", checkpoint: "c" })).rejects.toThrow(/^--task: .* with --checkpoint/);
    await expect(effects.loadModel({ untrained: true, head: "h" })).rejects.toThrow(/^--untrained: .* with --head/);
    expect((await effects.loadModel({ untrained: true, head: { kind: "none" } })).trained).toBe(false);
  });

  it("takes the width of a terminal, or what COLUMNS says", () => {
    expect(effects.terminal).toEqual({ isTTY: false, columns: 133, color: false });
  });
});
