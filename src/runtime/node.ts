import { availableParallelism } from "node:os";
import type { OrtModule } from "./ort.ts";
import { ortSession } from "./ort.ts";
import type { Engine, SessionOptions } from "./session.ts";

/** ONNX Runtime in Node: CPU provider, or WebGPU where a driver is found. */
export const nodeEngine: Engine = {
  name: "onnxruntime-node",
  async createSession(graph, options: SessionOptions = {}) {
    const ort = await loadOrt();
    const { provider = "cpu", threads = availableParallelism(), profilePrefix } = options;
    return ortSession(ort, graph, {
      provider,
      threads,
      options: {
        executionProviders: [provider === "wasm" ? "cpu" : provider],
        intraOpNumThreads: threads,
        graphOptimizationLevel: "all",
        logSeverityLevel: 3,
        ...(profilePrefix === undefined ? {} : { enableProfiling: true, profileFilePrefix: profilePrefix }),
      },
    });
  },
};

/** The native package is loaded only when something runs. */
async function loadOrt(): Promise<OrtModule> {
  const ort = await import("onnxruntime-node");
  return ort as unknown as OrtModule;
}
