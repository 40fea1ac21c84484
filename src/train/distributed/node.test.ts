import { spawn, spawnSync } from "node:child_process";
import { hostname } from "node:os";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { alone } from "./communicator.ts";
import { loadMpi } from "./mpi/node.ts";
import { openCommunicator } from "./node.ts";
import { mixedValues, rankOrderSum } from "./testValues.ts";

const PROGRAM = fileURLToPath(new URL("./mpi/rankProgram.ts", import.meta.url));
const OPEN_MPI = /Open MPI/.test(String(spawnSync("mpirun", ["--version"]).stdout));
const AS_ROOT = { OMPI_ALLOW_RUN_AS_ROOT: "1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: "1" };
const QUIET = () => {};

interface Ended {
  readonly code: number | null;
  readonly reports: readonly Readonly<Record<string, unknown>>[];
  readonly err: string;
}

/** Run a scene of the rank program under the real mpirun; ranks may be more than cores. */
function mpirun(size: number, scene: string): Promise<Ended> {
  const args = ["-n", String(size), "--oversubscribe", process.execPath, "--import", "tsx", PROGRAM, scene];
  const child = spawn("mpirun", args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...AS_ROOT } });
  const text = { out: "", err: "" };
  child.stdout.on("data", (data) => {
    text.out += data;
  });
  child.stderr.on("data", (data) => {
    text.err += data;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      const lines = text.out.split("\n").filter((line) => line.startsWith("{"));
      const reports = lines.map((line) => JSON.parse(line)).sort((a, b) => a.rank - b.rank);
      resolve({ code, reports, err: text.err });
    });
  });
}

function hash(values: Float32Array | Float64Array): number {
  return new Uint32Array(values.buffer).reduce((sum, word) => (Math.imul(sum, 31) + word) >>> 0, 0);
}

describe("a process of its own", () => {
  it("is alone without MPI, and under a launcher of one", async () => {
    expect(await openCommunicator({ env: {}, note: QUIET })).toBe(alone);
    expect(await openCommunicator({ env: { PMI_RANK: "0", PMI_SIZE: "1" }, note: QUIET })).toBe(alone);
  });

  it("refuses to be one of several that know nothing of each other", async () => {
    const env = { SLURM_PROCID: "1", SLURM_STEP_NUM_TASKS: "2" };
    await expect(openCommunicator({ env, note: QUIET })).rejects.toThrow(
      "srun: started 2 processes that know nothing of each other. Use srun --mpi=pmix (for MPICH --mpi=pmi2), or mpirun",
    );
  });
});

describe("a machine without MPI", () => {
  it("is told how to get it", async () => {
    await expect(loadMpi("openmpi", ["libnone.so.1"])).rejects.toThrow(
      /^MPI: the library is not installed: expected libnone\.so\.1\. Install Open MPI \(Debian: apt-get install openmpi-bin\)/,
    );
  });
});

describe.skipIf(!OPEN_MPI)("ranks of Open MPI (needs mpirun: apt-get install openmpi-bin)", () => {
  it.each([2, 3])("%i of them sum, broadcast and tell each other", async (size) => {
    const { code, reports, err } = await mpirun(size, "collectives");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const lengths = [1, 2, 5, 4099];
    const sums = [Float32Array, Float64Array].flatMap((Type) =>
      lengths.map((length) => hash(Type.from(rankOrderSum(size, length)))),
    );
    const each = Array.from({ length: size }, (_, rank) => ({ rank, text: "é" }));
    const total = (size * (size + 1)) / 2;
    const expected = {
      size,
      sums,
      long: [total, total],
      sent: [size - 1, -7, 2 ** 31 - 1],
      each,
      windows: (size * size) / 2,
    };
    expect(reports.map(({ pid: _, ...rest }) => rest)).toEqual(each.map(({ rank }) => ({ rank, ...expected })));
    expect(hash(Float32Array.from(mixedValues(0, 5)))).not.toBe(sums[2]);
  });

  const one = `rank 1 of 2 on ${hostname()}`;
  it.each([
    ["that ends the job", "abort", 7, `${one} ended the job (code 7)`],
    ["that throws", "throw", 1, `${one} ended the job (code 1)`],
    ["that leaves early", "leave", 1, `${one} ended the job (code 1)`],
    ["that is killed", "die", 137, `process rank 1 with PID 0 on node ${hostname().split(".")[0]}`],
  ])("one %s does not leave the others waiting", async (_, scene, code, message) => {
    const ended = await mpirun(2, scene);
    expect(ended.code).toBe(code);
    expect(ended.err).toContain(message);
    expect(ended.err.includes("Error: no more windows")).toBe(scene === "throw");
  });

  it("get their signals, and WebAssembly its traps", async () => {
    const { code, reports } = await mpirun(2, "signals");
    expect(code).toBe(0);
    const expected = { signal: "SIGINT", trapped: "RuntimeError: memory access out of bounds" };
    expect(reports).toMatchObject([expected, expected]);
  });
});
