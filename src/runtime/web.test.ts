import { afterEach, describe, expect, test, vi } from "vitest";
import { createBuilder } from "../graph/index.ts";
import { configureWeb, probeWeb, webEngine } from "./web.ts";

/** What a page would find; the engine itself runs in the browser test (test/browser). */
function graph() {
  const g = createBuilder("tiny");
  return g.finish({ y: g.neg(g.input("x", "float32", ["N"])) });
}

afterEach(() => vi.unstubAllGlobals());

describe("probeWeb", () => {
  test("says that a page without isolation runs on 1 thread, and which headers it lacks", async () => {
    vi.stubGlobal("crossOriginIsolated", false);
    vi.stubGlobal("navigator", { hardwareConcurrency: 8 });
    const { threads, hardwareConcurrency, simd, webgpu, warnings } = await probeWeb();
    expect({ threads, hardwareConcurrency, simd, webgpu }).toEqual({
      threads: 1,
      hardwareConcurrency: 8,
      simd: true,
      webgpu: undefined,
    });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/1 thread.*Cross-Origin-Opener-Policy.*Cross-Origin-Embedder-Policy/);
  });

  test("gives an isolated page all cores", async () => {
    vi.stubGlobal("crossOriginIsolated", true);
    vi.stubGlobal("navigator", { hardwareConcurrency: 8 });
    expect(await probeWeb()).toMatchObject({ threads: 8, warnings: [] });
  });

  test("names the adapter, and takes a browser that throws for one without", async () => {
    const info = { vendor: "acme", architecture: "a1", description: "" };
    vi.stubGlobal("navigator", { hardwareConcurrency: 2, gpu: { requestAdapter: async () => ({ info }) } });
    expect((await probeWeb()).webgpu).toEqual(info);
    vi.stubGlobal("navigator", { hardwareConcurrency: 2, gpu: { requestAdapter: () => Promise.reject(new Error()) } });
    expect((await probeWeb()).webgpu).toBeUndefined();
  });
});

describe("webEngine", () => {
  test("refuses WebGPU where there is no adapter and says what to use instead", async () => {
    vi.stubGlobal("navigator", { hardwareConcurrency: 2 });
    await expect(webEngine.createSession(graph(), { provider: "webgpu" })).rejects.toThrow(
      /no WebGPU adapter.*provider "wasm"/,
    );
  });

  test("names the browsers it needs where there is no SIMD", async () => {
    vi.stubGlobal("WebAssembly", { validate: () => false });
    await expect(webEngine.createSession(graph())).rejects.toThrow(/WebAssembly with SIMD.*Safari 16.4/);
  });

  test("can be configured after a start that failed", async () => {
    expect(() => configureWeb({ wasmPaths: "/engine" })).not.toThrow();
  });
});
