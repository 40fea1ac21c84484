import { availableParallelism } from "node:os";
import type { Graph } from "../graph/index.ts";
import { gpuDeviceSession, ortDeviceSession } from "./deviceSession.ts";
import { gpuSession } from "./gpuSession.ts";
import { COMMON_OPTIONS, type OrtModule, type OrtSettings, ortSession } from "./ort.ts";
import type { Engine, Session, SessionOptions } from "./session.ts";

/** ONNX Runtime in Node: CPU provider, or WebGPU where a driver is found. */
export const nodeEngine: Engine = {
  name: "onnxruntime-node",
  async createSession(graph, options) {
    const ort = await loadOrt();
    return openOnProvider(graph, options, (part, settings) => ortSession(ort, part, settings));
  },
  async createDeviceSession(graph, { kept, ...options }) {
    const ort = await loadOrt();
    const { provider = "cpu" } = options;
    const openGpu = (part: Graph, names: readonly string[]) =>
      ortDeviceSession(ort, part, settingsFor(provider === "webgpu" ? "webgpu" : "cpu", options), names);
    const openCpu = (part: Graph) => ortSession(ort, part, settingsFor("cpu", options));
    return provider === "webgpu" ? gpuDeviceSession(graph, kept, openGpu, openCpu) : openGpu(graph, kept);
  },
};

/** Open a graph, or for WebGPU its two parts, with the settings that every session in Node has. */
export function openOnProvider(
  graph: Graph,
  options: SessionOptions = {},
  openPart: (part: Graph, settings: OrtSettings) => Promise<Session>,
): Promise<Session> {
  const open = (place: "cpu" | "webgpu") => (part: Graph) => openPart(part, settingsFor(place, options));
  return options.provider === "webgpu" ? gpuSession(graph, open("webgpu"), open("cpu")) : open("cpu")(graph);
}

/** Settings of a graph or, for WebGPU, of one of its parts. */
function settingsFor(
  place: "cpu" | "webgpu",
  { provider = "cpu", threads = availableParallelism(), profilePrefix }: SessionOptions,
): OrtSettings {
  return {
    provider: place === "cpu" && provider !== "webgpu" ? provider : place,
    threads,
    explain: explainWebgpu,
    options: {
      ...COMMON_OPTIONS,
      executionProviders: [place],
      intraOpNumThreads: threads,
      ...(profilePrefix === undefined ? {} : { enableProfiling: true, profileFilePrefix: profilePrefix }),
    },
  };
}

/** What a session that cannot be created means where it was asked for WebGPU. */
function explainWebgpu(message: string): { what: string; todo: string } | undefined {
  if (!/WebGPU adapter|webgpu_context|WebGpuExecutionProvider/i.test(message)) return undefined;
  return {
    what: "the WebGPU provider does not start",
    todo: 'Install a Vulkan driver (or set VK_DRIVER_FILES to one), or use provider "cpu"',
  };
}

/** The native package is loaded only when something runs. */
async function loadOrt(): Promise<OrtModule> {
  const ort = await import("onnxruntime-node");
  return ort as unknown as OrtModule;
}
