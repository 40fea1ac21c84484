import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readNpy, writeNpy } from "../formats/npy/npy.ts";
import { runProcess } from "./realProcess.ts";

const PAIRS = join(import.meta.dirname, "../formats");
const EDF = join(PAIRS, "edf/pairs/plusC.edf");
const WFDB = join(PAIRS, "wfdb/pairs/f212.hea");
let folder: string;
let array: string;

/** Two channels of noise, so long that it takes some seconds to embed. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "panluna-cli-"));
  array = join(folder, "long.npy");
  const samples = Float32Array.from({ length: 2 * 256 * 3600 }, (_, i) => Math.sin(i * i));
  writeFileSync(array, writeNpy(samples, [2, 256 * 3600]));
});
afterAll(() => rmSync(folder, { recursive: true }));

const ARRAY_FLAGS = ["--sfreq", "256", "--labels", "Cz,Pz", "--unit", "uV", "--layout", "channels-first"];
const outputs = () => readdirSync(folder).filter((name) => name !== "long.npy");

describe("the program itself", () => {
  it("gives help, and complains with code 1", async () => {
    const [help, wrong] = await Promise.all([runProcess(["--help"]), runProcess(["inspect", "--nonsense"])]);
    expect(help).toMatchObject({ code: 0, err: "" });
    expect(help.out).toMatch(/Usage: panluna/);
    expect(wrong).toMatchObject({ code: 1, out: "" });
    expect(wrong.err).toBe("panluna: inspect: unknown option '--nonsense'. See panluna inspect --help\n");
  });

  it("inspects files of several formats", async () => {
    const [edf, wfdb, npy] = await Promise.all([
      runProcess(["inspect", EDF], undefined, { FORCE_COLOR: "1", NO_COLOR: "1" }),
      runProcess(["inspect", WFDB, "--checksums", "--json"]),
      runProcess(["inspect", array, ...ARRAY_FLAGS, "--json"]),
    ]);
    expect(edf).toMatchObject({ code: 0, err: "" });
    expect(edf.out).toMatch(/^plusC\.edf\n {2}EDF\+C, /);
    expect(edf.out).not.toContain("\x1b");
    expect(wfdb.code).toBe(0);
    expect(JSON.parse(wfdb.out).checksums.every((c: { ok?: boolean }) => c.ok !== false)).toBe(true);
    expect(JSON.parse(npy.out)).toMatchObject({ file: "long.npy", duration: 3600, quality: { judged: 120, of: 720 } });
  });

  it("tells how to open an array that says nothing of itself", async () => {
    const { code, err } = await runProcess(["embed", array]);
    expect(code).toBe(1);
    expect(err).toMatch(/^panluna: long\.npy: .*--sfreq \d+ --labels/);
  });

  it("gives errors as JSON alone", async () => {
    const { code, out, err } = await runProcess(["embed", join(folder, "gone.edf"), "--json"]);
    expect({ code, err }).toEqual({ code: 1, err: "" });
    expect(JSON.parse(out).error).toMatchObject({ tag: "FormatError", where: "gone.edf", got: "no such file" });
    expect(out).not.toContain(folder);
  });

  it("embeds into a file, keeps stdout for the report and stderr for progress", async () => {
    const path = join(folder, "x.npy");
    const { code, out } = await runProcess([
      "embed",
      array,
      "--untrained",
      ...ARRAY_FLAGS,
      "--range",
      "0:20",
      "--out",
      path,
      "--json",
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ windows: 4, shape: [4, 256], trained: false });
    expect(readNpy(readFileSync(path), "x.npy").shape).toEqual([4, 256]);
    expect(outputs().sort()).toEqual(["x.npy", "x.npy.json"]);
    rmSync(path);
    rmSync(`${path}.json`);
  });

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("leaves nothing half-written after %s, and ends with %i", async (signal, expected) => {
    const path = join(folder, "y.npy");
    let seen: string[] = [];
    const ended = await runProcess(
      ["embed", array, "--untrained", ...ARRAY_FLAGS, "--batch", "1", "--out", path],
      (child) => {
        const timer = setInterval(() => {
          if (outputs().length === 0) return;
          clearInterval(timer);
          seen = outputs();
          setTimeout(() => child.kill(signal), 300);
        }, 20);
      },
    );
    expect(seen.every((name) => name.endsWith(".part"))).toBe(true);
    expect(ended.code).toBe(expected);
    expect(ended.err).toMatch(/^( *\d+ %.*\n)*panluna: stopped, nothing was left half-written\n$/);
    expect(outputs()).toEqual([]);
  });

  it("shows no output under its name even when it is killed outright", async () => {
    const path = join(folder, "z.npy");
    await runProcess(["embed", array, "--untrained", ...ARRAY_FLAGS, "--batch", "1", "--out", path], (child) => {
      const timer = setInterval(() => {
        if (outputs().length === 0) return;
        clearInterval(timer);
        setTimeout(() => child.kill("SIGKILL"), 300);
      }, 20);
    });
    expect(outputs()).not.toContain("z.npy");
    for (const name of outputs()) rmSync(join(folder, name));
  });

  it("bears a reader that goes away", async () => {
    const { code, err } = await runProcess(["inspect", array, ...ARRAY_FLAGS, "--json"], (child) => {
      child.stdout?.destroy();
    });
    expect({ code, err }).toEqual({ code: 0, err: "" });
  });

  it("reconstructs, converts, exports and diagnoses", async () => {
    const at = (name: string) => join(folder, name);
    const take = ["--untrained", "--range", "0:10", ...ARRAY_FLAGS];
    const [reconstructed, converted, exported, diagnosed] = await Promise.all([
      runProcess(["reconstruct", array, ...take, "--out", at("r.svg"), "--json"]),
      runProcess(["convert", EDF, "--out", at("c.edf"), "--json"]),
      runProcess(["export", "--untrained", "--onnx", at("m.onnx"), "--json"]),
      runProcess(["doctor", "--json"]),
    ]);
    expect(JSON.parse(reconstructed.out)).toMatchObject({ windows: 2, out: ["r.svg"] });
    expect(JSON.parse(converted.out)).toMatchObject({ format: "EDF+C", out: "c.edf" });
    expect(JSON.parse(exported.out)).toMatchObject({ trained: false, onnx: { file: "m.onnx", opset: 21 } });
    expect(JSON.parse(diagnosed.out)).toMatchObject({
      ok: true,
      cpu: { ok: true },
      weights: { ok: expect.any(Boolean) },
      webgpu: { ok: expect.any(Boolean) },
    });
    expect([reconstructed, converted, exported, diagnosed].map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect(outputs().sort()).toEqual(["c.edf", "m.onnx", "r.svg"]);
    for (const name of outputs()) rmSync(at(name));
  });

  it("runs the demo on the samples of the package", async () => {
    const { code, out, err } = await runProcess(["demo", "--untrained", "--out", join(folder, "demo"), "--json"]);
    expect(out, `ended with ${code}: ${err}`).not.toBe("");
    const result = JSON.parse(out);
    expect(result.clips.length).toBeGreaterThan(3);
    expect(result).toMatchObject({ ok: true, trained: false });
    expect(code).toBe(0);
    expect(readdirSync(join(folder, "demo")).sort()).toEqual(["panluna-demo.png", "panluna-demo.svg"]);
    rmSync(join(folder, "demo"), { recursive: true });
  });

  it("fails without cases to conform to", async () => {
    const { code, err } = await runProcess(["conformance", folder]);
    expect(code).toBe(1);
    expect(err).toMatch(/no case was found/);
  });
});
