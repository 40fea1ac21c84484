import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addRun, openFakeStores } from "../evaluate/fakeRuns.ts";
import { type FakeWorld, fakeWorld } from "../fakeEffects.ts";

let world: FakeWorld;
let quantized: Uint8Array;
const MODEL = "q/model.quantized.safetensors";

beforeAll(async () => {
  const maker = fakeWorld();
  openFakeStores(maker, () => {});
  addRun(maker, "runs/f0");
  expect(await maker.run("quantize", "runs/f0", "--draws", "20", "--output", "q"), maker.err).toBe(0);
  quantized = maker.files.get(MODEL)!;
});

beforeEach(() => {
  world = fakeWorld();
  world.files.set(MODEL, quantized);
  const { readFile } = world.effects;
  Object.assign(world.effects, {
    readFile: (path: string) =>
      path.includes("src/edge/c")
        ? Promise.resolve(
            new Uint8Array(readFileSync(new URL(path.replace(/^.*src/, "../../../src"), import.meta.url))),
          )
        : readFile(path),
  });
});

const deploy = (...argv: string[]) => world.run("deploy", MODEL, ...argv);

describe("panluna deploy", () => {
  it("says what a network takes, and writes nothing unasked", async () => {
    const before = world.files.size;
    expect(await deploy("--channels", "fp1,CZ,II", "--target", "cortex-m4"), world.err).toBe(0);
    expect(world.out).toMatch(
      /^half on Cortex-M4: \d+(\.\d+)? s of FP1, CZ, II\n {2}RAM [\d,]+ bytes \(the fullest step needs [\d,]+\), flash [\d,]+ bytes/,
    );
    expect(world.out).toContain("Nothing was written");
    expect(world.files.size).toBe(before);
  });

  it("writes a project that names its target's compiler, channels and sizes", async () => {
    expect(
      await deploy("--channels", "CZ,II", "--target", "cortex-m55", "--output", "firmware", "--json"),
      world.err,
    ).toBe(0);
    const { out, bytes, channels, target } = JSON.parse(world.out);
    expect([channels, target]).toEqual([["CZ", "II"], "cortex-m55"]);
    for (const path of out) expect(world.files.has(path), path).toBe(true);
    const text = (name: string) => new TextDecoder().decode(world.files.get(join("firmware", name)));
    expect(text("Makefile")).toContain("CC = arm-none-eabi-gcc\nCFLAGS = -mcpu=cortex-m55");
    expect(text("network.h")).toContain(`#define PANLUNA_ARENA_BYTES ${bytes.ram}`);
    expect(text("network.h")).toContain("#define PANLUNA_CHANNELS 2");
    expect(world.files.get("firmware/constants.bin")).toHaveLength(bytes.flash);
    expect(text("kernels/linear_m55.c")).toContain("pl_linear");
  });

  it("needs channels that have a place", async () => {
    expect(await deploy()).toBe(1);
    expect(world.err).toContain("deploy: needs the channels of the device");
    world.err = "";
    expect(await deploy("--channels", "CZ,left arm")).toBe(1);
    expect(world.err).toMatch(/--channels: has a channel without a known place: expected electrodes .*, got left arm/);
  });

  it("says how much too large a network is, and what would make it smaller", async () => {
    expect(await deploy("--channels", "CZ", "--ram", "1000")).toBe(1);
    expect(world.err).toMatch(/the network needs more RAM: expected at most 1000 bytes, got \d+, \d+ too many/);
    world.err = "";
    expect(await deploy("--channels", "CZ", "--flash", "1000")).toBe(1);
    expect(world.err).toContain("Quantise to fewer bits");
  });

  it("refuses what is no quantised model", async () => {
    world.files.set(MODEL, new Uint8Array(100));
    expect(await deploy("--channels", "CZ")).not.toBe(0);
    expect(world.err).toContain("model.quantized.safetensors");
  });
});
