import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { deployProject, type ProjectFiles } from "../../src/edge/emit/project.ts";
import { planMemory } from "../../src/edge/plan/planMemory.ts";
import { c99 } from "../../src/edge/targets/c99.ts";
import { randomStream } from "../../src/model/index.ts";
import { compileNetwork, quantizeSignal } from "../../src/quant/integerNetwork/index.ts";
import { quantizedExample } from "../quantized.ts";
import { SMALL, smallModel } from "../smallModel.ts";
import { KERNELS } from "./runOnTarget.ts";

const missing = ["make", c99.compiler].filter((tool) => spawnSync(tool, ["--version"]).status !== 0);
const [channels, patches] = [["FP1", "CZ", "II"], 6];

async function project(): Promise<ProjectFiles> {
  const example = await quantizedExample(smallModel({ kind: "classify", numClasses: 2 }), { channels: 3, patches });
  const network = compileNetwork(example, example.scheme);
  const nTimes = patches * SMALL.patchSize;
  const noise = randomStream(3, "test/counts").normal(0, channels.length * nTimes);
  const deployment = {
    network,
    plan: planMemory(network),
    target: c99,
    channels,
    classes: ["rest", "arithmetic"],
    nTimes,
    sfreq: 256,
    montage: quantizeSignal(example.windows[0]["montage"].data as Float32Array, network.tensors[network.montage].scale),
    testCounts: Int32Array.from(noise, (v, i) => Math.round(4000 * v) + 100_000 * Math.floor(i / nTimes)), // offsets as of electrodes
  };
  return deployProject(deployment, (path) => readFile(join(KERNELS, path), "utf8"));
}

describe.skipIf(missing.length > 0)(`a project${missing.length > 0 ? ` (needs ${missing.join(", ")})` : ""}`, () => {
  it("compiles as it is, and its example gives the logits of the reference from raw samples", async () => {
    const files = await project();
    const folder = mkdtempSync(join(tmpdir(), "panluna-project-"));
    try {
      for (const [path, content] of files) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), content);
      }
      const made = spawnSync("make", ["-C", folder, "example"], { encoding: "utf8" });
      expect(made.stderr).toBe("");
      const run = spawnSync(join(folder, "example"), { encoding: "utf8" });
      expect(run.stdout).toMatch(
        /^rest (-?\d+) \(expected \1\)\narithmetic (-?\d+) \(expected \2\)\nequal to the reference\n$/,
      );
      expect(run.status).toBe(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
