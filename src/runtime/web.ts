import type { Env } from "onnxruntime-common";
import { SessionError } from "../errors.ts";
import type { Graph } from "../graph/index.ts";
import { gpuDeviceSession, ortDeviceSession } from "./deviceSession.ts";
import { gpuSession } from "./gpuSession.ts";
import { COMMON_OPTIONS, createQueue, type OrtModule, type OrtSettings, ortSession, type Queue } from "./ort.ts";
import type { Engine, SessionOptions } from "./session.ts";
import { probeWeb, type WebProbe } from "./webProbe.ts";

export { probeWeb, type WebProbe } from "./webProbe.ts";

/** Where a page finds what the engine fetches. */
export interface WebConfig {
  /**
   * Folder URL of the .wasm files, or the URL of each. If not given they are taken from beside the code: bundlers that know
   * `new URL("x.wasm", import.meta.url)` (Vite, webpack 5, Rollup with assets) put them there.
   */
  readonly wasmPaths?: string | Readonly<Partial<Record<Build, string>>>;
}

/** The two builds of onnxruntime-web that are used; a page fetches only what it asks for. */
type Build = "wasm" | "webgpu";

const WASM_FILES: Readonly<Record<Build, string>> = {
  wasm: "ort-wasm-simd-threaded.wasm",
  webgpu: "ort-wasm-simd-threaded.asyncify.wasm",
};

let config: WebConfig = {};
const started: Partial<Record<Build, Promise<StartedBuild>>> = {};

/**
 * Set where the engine's files lie. Call it before the first session: an engine that has started keeps its files.
 * @throws SessionError when an engine has started already
 */
export function configureWeb(changes: WebConfig): void {
  if (Object.keys(started).length > 0) {
    throw new SessionError({
      where: "onnxruntime-web",
      what: "has started already",
      todo: "Call configureWeb before the first session",
    });
  }
  config = { ...config, ...changes };
}

/**
 * ONNX Runtime in a browser or a worker: WebAssembly with SIMD, multi-threaded where the page is cross-origin isolated, or WebGPU.
 * All sessions of a page share the threads of the first one; `Session.threads` says how many these are.
 */
export const webEngine: Engine = {
  name: "onnxruntime-web",
  async createSession(graph, options: SessionOptions = {}) {
    const open = (build: Build) => async (part: Graph) => {
      const { ort, ...settings } = await startOnce(build, options.threads);
      return ortSession(ort, part, settings);
    };
    return options.provider === "webgpu" ? gpuSession(graph, open("webgpu"), open("wasm")) : open("wasm")(graph);
  },
  async createDeviceSession(graph, { kept, provider, threads }) {
    const openDevice = (build: Build) => async (part: Graph, names: readonly string[]) => {
      const { ort, ...settings } = await startOnce(build, threads);
      return ortDeviceSession(ort, part, settings, names);
    };
    const openCpu = (part: Graph) => webEngine.createSession(part, { provider: "wasm", ...(threads && { threads }) });
    return provider === "webgpu"
      ? gpuDeviceSession(graph, kept, openDevice("webgpu"), openCpu)
      : openDevice("wasm")(graph, kept);
  },
};

/** A build starts once per page; one that failed may be tried again. */
function startOnce(build: Build, threads: number | undefined): Promise<StartedBuild> {
  started[build] ??= startBuild(build, threads).catch((error: unknown) => {
    delete started[build];
    throw error;
  });
  return started[build];
}

interface StartedBuild extends OrtSettings {
  readonly ort: OrtModule;
  readonly queue: Queue;
}

async function startBuild(build: Build, wanted: number | undefined): Promise<StartedBuild> {
  const probe = await probeWeb();
  checkSupport(build, probe);
  const { ort, env } = await loadBuild(build);
  const threads = probe.threads === 1 ? 1 : (wanted ?? probe.threads);
  env.logLevel = "error";
  env.wasm.numThreads = threads;
  const wasm = wasmUrl(build);
  if (wasm !== undefined) env.wasm.wasmPaths = { wasm };
  return {
    ort,
    provider: build,
    threads,
    warnings: wanted === 1 ? [] : probe.warnings,
    explain: (message) => explain(build, message),
    queue: createQueue(), // the WebGPU build suspends inside WebAssembly: one call at a time, over all sessions
    options: { ...COMMON_OPTIONS, executionProviders: [build] },
  };
}

/** An absolute URL, for workers may stand in another folder than the page. */
function wasmUrl(build: Build): string | undefined {
  const { wasmPaths } = config;
  const path =
    typeof wasmPaths === "string" ? `${wasmPaths.replace(/\/?$/, "/")}${WASM_FILES[build]}` : wasmPaths?.[build];
  return path === undefined ? undefined : new URL(path, globalThis.location?.href).href;
}

/**
 * A chunk of its own: the engine starts its threads from the file it stands in, so no code of the page may stand there too.
 */
async function loadBuild(build: Build): Promise<{ ort: OrtModule; env: Env }> {
  try {
    const module = build === "webgpu" ? await import("onnxruntime-web/webgpu") : await import("onnxruntime-web/wasm");
    return { ort: module as unknown as OrtModule, env: module.env };
  } catch (cause) {
    throw new SessionError({
      where: `onnxruntime-web/${build}`,
      what: "cannot be loaded",
      got: String(cause),
      todo: "Serve all files that the bundler made, and reload the page",
      cause,
    });
  }
}

function checkSupport(build: Build, { simd, webgpu }: WebProbe): void {
  if (!simd) {
    throw new SessionError({
      where: "onnxruntime-web",
      what: "this browser cannot run the engine",
      expected: "WebAssembly with SIMD",
      todo: "Use Chrome or Edge 91, Firefox 89, Safari 16.4 or newer, and allow WebAssembly in the page's Content-Security-Policy",
    });
  }
  if (build === "webgpu" && webgpu === undefined) {
    throw new SessionError({
      where: "onnxruntime-web",
      what: "no WebGPU adapter",
      todo: 'Use provider "wasm", or a browser with WebGPU switched on, over https or from localhost',
    });
  }
}

function explain(build: Build, message: string): { what: string; todo: string } | undefined {
  if (!/no available backend|initWasm|backend not found/i.test(message)) return undefined;
  const blocked = /CompileError|Content.?Security|unsafe-eval/i.test(message);
  return {
    what: `the ${build} engine does not start`,
    todo: blocked
      ? "Allow 'wasm-unsafe-eval' (script-src) and blob: (worker-src) in the page's Content-Security-Policy"
      : `Serve ${WASM_FILES[build]} of onnxruntime-web with the page, name its place with configureWeb({ wasmPaths }), and reload`,
  };
}
