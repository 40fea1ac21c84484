import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { maxDifference } from "../../../test/close.ts";
import { float32 } from "../../graph/index.ts";
import { fakeRanks } from "../distributed/fakeRanks.ts";
import { type Checkpoint, readCheckpoint } from "../run/checkpoint.ts";
import { memoryRun, trainOn } from "./pairs/fakeTraining.ts";
import { RANK_WAYS } from "./pairs/rankWays.ts";
import { shareCheckpoint } from "./shareCheckpoint.ts";

const PROGRAM = fileURLToPath(new URL("./pairs/rankTraining.ts", import.meta.url));
const OPEN_MPI = /Open MPI/.test(String(spawnSync("mpirun", ["--version"]).stdout));
const AS_ROOT = { OMPI_ALLOW_RUN_AS_ROOT: "1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: "1" };
const WAYS = Object.keys(RANK_WAYS) as (keyof typeof RANK_WAYS)[];

describe.skipIf(!OPEN_MPI)("ranks of Open MPI (needs mpirun: apt-get install openmpi-bin)", () => {
  const folder = mkdtempSync(join(tmpdir(), "panluna-ranks-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  function trainOnRanks(size: number, jobs: readonly string[]): Promise<string> {
    const program = [process.execPath, "--import", "tsx", PROGRAM, folder, ...jobs];
    const env = { ...process.env, ...AS_ROOT };
    const child = spawn("mpirun", ["-n", String(size), "--oversubscribe", ...program], { stdio: "pipe", env });
    let told = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (data) => {
        told += data;
      });
    }
    return new Promise((resolve) => {
      child.on("close", (code) => resolve(`${told}code ${code}`));
    });
  }

  it("have the losses of one, to the rounding of float32 sums, and go on where another number of them stopped", async () => {
    expect(
      await trainOnRanks(
        2,
        WAYS.map((way) => `${way} 2 - ${way}-2`),
      ),
    ).toBe("code 0");
    const jobs = WAYS.flatMap((way) => [`${way} 0 - ${way}-4`, `${way} 0 ${way}-2 ${way}-2-4`]);
    expect(await trainOnRanks(4, jobs)).toBe("code 0");
    for (const way of WAYS) {
      const alone = memoryRun();
      await trainOn(RANK_WAYS[way], alone);
      const want = { end: "complete", lines: alone.lines };
      const [two, four, rest] = [`${way}-2`, `${way}-4`, `${way}-2-4`].map((name) => resultOf(join(folder, name)));
      expect(two.end).toBe("interrupted");
      expectSame(four, want);
      expectSame({ end: rest.end, lines: [...two.lines, ...rest.lines] }, want);
      for (const name of [`${way}-4`, `${way}-2-4`]) expectSameWeights(join(folder, name), alone.last!);
    }
  });
});

interface Result {
  readonly end: string;
  readonly lines: readonly string[];
}

const resultOf = (path: string): Result => JSON.parse(readFileSync(`${path}.json`, "utf8"));

function expectSame(own: Result, want: Result): void {
  expect(own.end).toBe(want.end);
  expect(own.lines.length).toBe(want.lines.length);
  own.lines.forEach((line, i) => {
    const [found, expected] = [JSON.parse(line), JSON.parse(want.lines[i])];
    expect(found).toMatchObject({ step: expected.step, split: expected.split });
    for (const [name, value] of Object.entries<number>(expected.values)) {
      expect
        .soft(Math.abs(found.values[name] - value), `${name} at ${expected.step}`)
        .toBeLessThan(4e-6 * Math.max(1, value));
    }
  });
}

function expectSameWeights(path: string, want: Uint8Array): void {
  const [own, { weights }] = [readCheckpoint(readFileSync(`${path}.safetensors`), "own"), readCheckpoint(want, "want")];
  for (const [name, { data }] of weights) {
    expect.soft(maxDifference(own.weights.get(name)!.data, data), name).toBeLessThan(5e-6);
  }
}

describe("a checkpoint that rank 0 has found", () => {
  const tensors = (scale: number) =>
    new Map([
      ["a", float32(Float32Array.of(scale, -2, Math.fround(0.1)), [3])],
      ["b", float32(new Float32Array(0), [0, 2])],
    ]);
  const found: Checkpoint = {
    step: 7,
    weights: tensors(1),
    m: tensors(2),
    v: tensors(3),
    progress: { judged: true, best: { best: 0.25, bestAt: 3, waited: 1 } },
    origin: { panluna: "1", seed: 3, config: "c", fingerprint: "f" },
  };

  it.each([
    ["as it is", found],
    ["with a running mean", { ...found, ema: tensors(4) }],
    ["which is none", undefined],
  ])("is that of all, %s", async (_, checkpoint) => {
    const all = await fakeRanks(3, (ranks) => shareCheckpoint(ranks, ranks.rank === 0 ? checkpoint : undefined));
    for (const own of all) expect(own).toEqual(checkpoint);
  });
});
