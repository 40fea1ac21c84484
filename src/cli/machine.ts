import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { createRequire } from "node:module";
import { availableParallelism, freemem, totalmem } from "node:os";
import { delimiter, join } from "node:path";
import { PanlunaError } from "../errors.ts";
import { nodeEngine } from "../runtime/node.ts";
import type { Provider } from "../runtime/session.ts";
import { describeMpi } from "../train/distributed/node.ts";
import { readShippedFile } from "../weights/node.ts";
import { checkShipped } from "../weights/shipped.ts";

/** Whether something works, and what there is to say of it. */
export interface Probe {
  readonly ok: boolean;
  readonly detail: string;
}

/** What a machine has of what panluna uses. */
export interface Machine {
  readonly node: string;
  readonly platform: string;
  readonly threads: number;
  /** Bytes. */
  readonly memory: { readonly total: number; readonly free: number };
  /** The weights that come with the package. */
  readonly weights: Probe;
  readonly cpu: Probe;
  readonly webgpu: Probe;
  readonly hdf5: Probe;
  readonly parquet: Probe;
  readonly png: Probe;
  readonly mpi: Probe;
  readonly chromium: Probe;
}

/** Time that a driver gets to start. */
const PROBE_MS = 60_000;

/** Look at everything. WebGPU is tried in a process of its own: a driver may take it down. */
export async function examineMachine(env: Readonly<Record<string, string | undefined>>): Promise<Machine> {
  return {
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    threads: availableParallelism(),
    memory: { total: totalmem(), free: freemem() },
    weights: await examineWeights(),
    cpu: await probeProvider("cpu"),
    webgpu: await probeInChild("webgpu"),
    hdf5: await probed(
      async () => `h5wasm ${versionOf("h5wasm")}`,
      () => import("h5wasm"),
    ),
    parquet: await probed(
      async () => `hyparquet-writer ${versionOf("hyparquet-writer")}`,
      () => import("hyparquet-writer"),
    ),
    png: await probed(async () => `resvg ${versionOf("@resvg/resvg-js")}`, drawOnce),
    mpi: await probed(
      () => describeMpi(env),
      async () => {},
    ),
    chromium: await findChromium(env),
  };
}

async function examineWeights(): Promise<Probe> {
  try {
    const { tasks, encoder } = await checkShipped(readShippedFile);
    const files = [encoder, ...Object.values(tasks)];
    const megabytes = files.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6;
    return { ok: true, detail: `${["encoder", ...Object.keys(tasks)].join(", ")}; ${megabytes.toFixed(1)} MB` };
  } catch (error) {
    if (!(error instanceof PanlunaError)) throw error;
    return { ok: false, detail: `${error.parts.where} ${error.parts.what}` };
  }
}

const SIZES = { patchSize: 32, embedDim: 16, numHeads: 2, depth: 1, numQueries: 2, mlpRatio: 2 } as const;

/** Run a small network on a provider. */
export async function probeProvider(provider: Provider): Promise<Probe> {
  return probed(
    async () => `onnxruntime-node ${versionOf("onnxruntime-node")}`,
    async () => {
      const { initializeWeights, panlunaGraph } = await import("../model/index.ts");
      const head = { kind: "none" } as const;
      const model = { sizes: SIZES, head, weights: initializeWeights(SIZES, head) };
      const graph = panlunaGraph(model, { montage: "embedded", outputs: ["embedding"] });
      const session = await nodeEngine.createSession(graph, { provider });
      const wave = Float32Array.from({ length: 256 }, (_, i) => Math.sin(i));
      const { embedding } = await session.run({
        x: { dtype: "float32", shape: [1, 1, 256], data: wave },
        montage: { dtype: "float32", shape: [1, 1, 16], data: new Float32Array(16) },
      });
      await session.close();
      if (!embedding.data.every((value: number | bigint) => Number.isFinite(Number(value))))
        throw new Error("numbers are not finite");
    },
  );
}

async function probed(detail: () => Promise<string>, work: () => Promise<unknown>): Promise<Probe> {
  try {
    await work();
    return { ok: true, detail: await detail() };
  } catch (error) {
    const message = error instanceof PanlunaError ? error.parts.what : String(error);
    return { ok: false, detail: message.split("\n")[0] };
  }
}

/** Ask this very program to try a provider, in another process. */
function probeInChild(provider: Provider): Promise<Probe> {
  const args = [...process.execArgv, process.argv[1], "doctor", "--probe", provider, "--json"];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { timeout: PROBE_MS, killSignal: "SIGKILL" }, (error, stdout) => {
      try {
        resolve(JSON.parse(stdout) as Probe);
      } catch {
        const how = error?.killed ? `no answer in ${PROBE_MS / 1000} s` : `ended with ${error?.signal ?? error?.code}`;
        resolve({ ok: false, detail: `the driver took its process down (${how})` });
      }
    });
  });
}

function versionOf(name: string): string {
  const require = createRequire(import.meta.url);
  for (const folder of require.resolve.paths(name) ?? []) {
    try {
      return (require(join(folder, name, "package.json")) as { version: string }).version;
    } catch {
      // not in this node_modules: look in the next one up
    }
  }
  return "";
}

async function drawOnce(): Promise<void> {
  const { svgToPng } = await import("../draw/node.ts");
  await svgToPng('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text y="8">a</text></svg>');
}

const BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

async function findChromium(env: Readonly<Record<string, string | undefined>>): Promise<Probe> {
  for (const folder of (env["PATH"] ?? "").split(delimiter)) {
    for (const name of BROWSERS) {
      const found = await access(join(folder, name), constants.X_OK).then(
        () => true,
        () => false,
      );
      if (found) return { ok: true, detail: name };
    }
  }
  return { ok: false, detail: "not in PATH" };
}
