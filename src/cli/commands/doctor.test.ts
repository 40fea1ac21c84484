import { describe, expect, it } from "vitest";
import { fakeWorld } from "../fakeEffects.ts";
import type { Machine } from "../machine.ts";

const ok = { ok: true, detail: "1.0.0" };
const healthy: Machine = {
  node: "20.19.0",
  platform: "linux x64",
  threads: 4,
  memory: { total: 8 * 2 ** 30, free: 2 ** 30 },
  weights: { ok: true, detail: "encoder, ecg-superclass; 10.5 MB" },
  cpu: ok,
  webgpu: ok,
  hdf5: ok,
  parquet: ok,
  png: ok,
  mpi: ok,
  chromium: ok,
};

function worldWith(machine: Machine) {
  const w = fakeWorld();
  Object.assign(w.effects, { examineMachine: async () => machine });
  return w;
}

describe("doctor", () => {
  it("has nothing to say of a machine that has everything", async () => {
    const w = worldWith(healthy);
    expect(await w.run("doctor")).toBe(0);
    expect(w.out).toMatch(/^ {2}panluna +ok +1\.2\.3$/m);
    expect(w.out).toMatch(/memory +ok +8\.0 GB, 1\.0 GB free/);
    expect(w.out).toMatch(/^ {2}weights +ok +encoder, ecg-superclass; 10\.5 MB$/m);
    expect(w.out).not.toMatch(/not here|MISSING|too old/);
  });

  it("tells how to get what is missing, without failing over it", async () => {
    const w = worldWith({ ...healthy, node: "20.9.0", webgpu: { ok: false, detail: "no adapter" } });
    expect(await w.run("doctor")).toBe(0);
    expect(w.out).toMatch(/model on WebGPU +not here +no adapter/);
    expect(w.out).toMatch(/VK_DRIVER_FILES/);
    expect(w.out).toMatch(/Node\.js: 20\.19 or newer is needed/);
  });

  it("tells of weights that are missing or damaged, without failing over it", async () => {
    const w = worldWith({ ...healthy, weights: { ok: false, detail: "encoder.safetensors is damaged" } });
    expect(await w.run("doctor")).toBe(0);
    expect(w.out).toMatch(/weights +not here +encoder\.safetensors is damaged/);
    expect(w.out).toMatch(/install it\s+again/);
  });

  it("tells how to get MPI, and which rank of a job it runs as", async () => {
    const without = worldWith({ ...healthy, mpi: { ok: false, detail: "the library is not installed" } });
    expect(await without.run("doctor")).toBe(0);
    expect(without.out).toMatch(/MPI +not here +the library is not installed/);
    expect(without.out).toMatch(/MPI: .*apt-get install\s+openmpi-bin/);
    const ranked = worldWith({ ...healthy, mpi: { ok: true, detail: "Open MPI v4.1.4, rank 0 of 2" } });
    expect(await ranked.run("doctor")).toBe(0);
    expect(ranked.out).toMatch(/MPI +ok +Open MPI v4\.1\.4, rank 0 of 2/);
  });

  it("fails when the model cannot run", async () => {
    const w = worldWith({ ...healthy, cpu: { ok: false, detail: "no binary" } });
    expect(await w.run("doctor", "--json")).toBe(1);
    expect(JSON.parse(w.out)).toMatchObject({ ok: false, panluna: "1.2.3", cpu: { detail: "no binary" } });
  });

  it("tries one provider for its own child process", async () => {
    const w = fakeWorld();
    expect(await w.run("doctor", "--probe", "webgpu", "--json")).toBe(1);
    expect(JSON.parse(w.out)).toEqual({ ok: false, detail: "webgpu" });
  });
});
