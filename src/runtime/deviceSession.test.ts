import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SessionError } from "../errors.ts";
import { createBuilder, float32, type Graph } from "../graph/index.ts";
import { gpuDeviceSession, ortDeviceSession } from "./deviceSession.ts";
import { nodeEngine } from "./node.ts";
import { COMMON_OPTIONS, type OrtModule } from "./ort.ts";
import type { DeviceSession, Provider } from "./session.ts";
import { workerEngine } from "./worker/node.ts";

/** `next = x + rate`, `sum` of x, and the sine of `angle` in float64 times x. */
function counter(): Graph {
  const g = createBuilder("counter");
  const x = g.input("x", "float32", ["N"]);
  const exact = g.cast(g.sin(g.cast(g.input("angle", "float32", [1]), "float64")), "float32");
  return g.finish({
    next: g.add(x, g.input("rate", "float32", [])),
    sum: g.reduceSum(x, [0], false),
    sine: exact,
    turned: g.mul(x, exact),
  });
}

const noGpu = process.env.VK_DRIVER_FILES === undefined;
const [x, rate, angle] = [float32([1, 2, 3]), float32([0.5], []), float32([1])];

describe.each<[Provider, boolean, string]>([
  ["cpu", false, ""],
  ["webgpu", noGpu, " (needs VK_DRIVER_FILES)"],
])("a device session on %s", (provider, skipped, reason) => {
  describe.skipIf(skipped)(`keeps results where they are${reason}`, () => {
    let session: DeviceSession;
    beforeAll(async () => {
      session = await nodeEngine.createDeviceSession!(counter(), { provider, threads: 1, kept: ["next", "turned"] });
    });
    afterAll(() => session.close());

    test("gives the others, and takes what it kept as a feed", async () => {
      const first = await session.run({ x, rate, angle });
      expect(Object.keys(first.host).toSorted()).toEqual(["sine", "sum"]);
      expect(first.host.sine.data[0]).toBeCloseTo(Math.sin(1), 7);
      const { next, turned } = first.device;
      expect([next.dtype, next.shape, turned.shape]).toEqual(["float32", [3], [3]]);
      const second = await session.run({ x: next, rate, angle });
      expect(second.host.sum.data[0]).toBe(7.5);
      for (const tensor of [next, turned, ...Object.values(second.device)]) tensor.release();
    });

    test("feeds one of its results to another session", async () => {
      const other = await nodeEngine.createDeviceSession!(counter(), { provider, threads: 1, kept: [] });
      const { device } = await session.run({ x, rate, angle });
      const { host } = await other.run({ x: device.turned, rate, angle });
      for (const tensor of Object.values(device)) tensor.release();
      await other.close();
      expect(host.sum.data[0]).toBeCloseTo(6 * Math.sin(1), 5);
    });

    test("counts the bytes that come and go, not those that stay", async () => {
      const { device } = await session.run({ x, rate, angle });
      const before = session.bytesMoved();
      const { device: second } = await session.run({ x: device.next, rate, angle });
      for (const tensor of [...Object.values(device), ...Object.values(second)]) tensor.release();
      expect(session.bytesMoved() - before).toBeLessThanOrEqual(16); // rate, angle or its sine, sum
    });

    test("refuses a tensor that was released or does not fit", async () => {
      const { device } = await session.run({ x, rate, angle });
      device.turned.release();
      const released = await session.run({ x: device.turned, rate, angle }).catch((error: unknown) => error);
      expect(released).toBeInstanceOf(SessionError);
      expect(String(released)).toContain("input x: does not fit: expected float32 [N]");
      expect(String(released)).toContain("got float32 [3] released");
      await expect(session.run({ x, rate: device.next, angle })).rejects.toThrow("got float32 [3] on the device");
      await expect(session.run({ x, angle })).rejects.toThrow("input rate: is missing");
      device.next.release();
    });
  });
});

test("where the exact part comes first, its results are given and feed the rest", async () => {
  const ort = (await import("onnxruntime-node")) as unknown as OrtModule;
  const settings = { provider: "cpu", threads: 1, options: COMMON_OPTIONS } as const;
  const openCpu = (graph: Graph) => nodeEngine.createSession(graph, { threads: 1 });
  const openRest = (graph: Graph, kept: readonly string[]) => ortDeviceSession(ort, graph, settings, kept);
  const session = await gpuDeviceSession(counter(), ["next"], openRest, openCpu);
  const { host, device } = await session.run({ x, rate, angle });
  await session.close();
  expect([...session.inputNames].toSorted()).toEqual(["angle", "rate", "x"]);
  expect(Object.keys(host).toSorted()).toEqual(["sine", "sum", "turned"]);
  expect(Number(host.turned.data[2])).toBeCloseTo(3 * Math.sin(1), 6);
  device.next.release();
});

test("the engine whose sessions have threads of their own keeps device tensors on the caller's", () => {
  expect(workerEngine.createDeviceSession).toBe(nodeEngine.createDeviceSession);
});
