import type { InferenceSession, Tensor as OrtTensor } from "onnxruntime-common";
import type { Dtype, Graph } from "../graph/index.ts";
import { splitExact } from "./exactPart.ts";
import { gpuForm, type OpenSession } from "./gpuSession.ts";
import { mapValues, type OrtModule, type OrtSettings, onHost, openRunner } from "./ort.ts";
import type { DeviceSession, DeviceTensor, FeedTensor, Session } from "./session.ts";

type Tensors = Readonly<Record<string, FeedTensor | DeviceTensor>>;
type OpenDevice = (graph: Graph, kept: readonly string[]) => Promise<DeviceSession>;

/**
 * A session on ONNX Runtime some of whose outputs stay where they are computed: in buffers of the GPU, or in memory on CPU providers.
 * They can be fed to any device session of the same engine, and are read by one whose output they are and which does not keep it
 * (`Tensor.getData` of onnxruntime-node 1.30 ends the process).
 * @throws SessionError when the engine does not start or refuses the graph
 */
export async function ortDeviceSession(
  ort: OrtModule,
  graph: Graph,
  settings: OrtSettings,
  kept: readonly string[],
): Promise<DeviceSession> {
  const places = settings.provider === "webgpu" ? { preferredOutputLocation: placesOf(kept) } : {};
  const options: InferenceSession.SessionOptions = { ...settings.options, ...places };
  const { run, inputNames, close } = await openRunner(ort, graph, { ...settings, options });
  let moved = 0;
  return {
    inputNames,
    async run(feeds) {
      const results = await run(feeds, (tensors) => ({
        host: mapValues(
          only(tensors, (name) => !kept.includes(name)),
          onHost,
        ),
        device: mapValues(
          only(tensors, (name) => kept.includes(name)),
          onDevice,
        ),
      }));
      moved += bytesOf(inputNames.map((name) => feeds[name])) + bytesOf(Object.values(results.host));
      return results;
    },
    bytesMoved: () => moved,
    close,
  };
}

const placesOf = (names: readonly string[]): Record<string, "gpu-buffer"> =>
  Object.fromEntries(names.map((name) => [name, "gpu-buffer" as const]));

function onDevice(tensor: OrtTensor): DeviceTensor {
  return { dtype: tensor.type as Dtype, shape: tensor.dims, handle: tensor, release: () => tensor.dispose() };
}

const only = <T>(from: Readonly<Record<string, T>>, holds: (name: string) => boolean): Record<string, T> =>
  Object.fromEntries(Object.entries(from).filter(([name]) => holds(name)));

const bytesOf = (tensors: readonly (FeedTensor | DeviceTensor)[]): number =>
  tensors.reduce((sum, tensor) => sum + ("data" in tensor ? tensor.data.byteLength : 0), 0);

/** A device session on a GPU: as `gpuSession`, what must be exact runs on the CPU first. Nothing that is exact can stay on the device. */
export async function gpuDeviceSession(
  graph: Graph,
  kept: readonly string[],
  openGpu: OpenDevice,
  openCpu: OpenSession,
): Promise<DeviceSession> {
  const plain = gpuForm(graph);
  const parts = splitExact(plain);
  if (parts === undefined) return openGpu(plain, kept);
  const rest = await openGpu(parts.rest, kept);
  try {
    return joinDevice(await openCpu(parts.exact), rest, graph);
  } catch (error) {
    await rest.close();
    throw error;
  }
}

/** Two sessions as one: the results of `exact` feed `rest`. */
function joinDevice(exact: Session, rest: DeviceSession, graph: Graph): DeviceSession {
  const results = new Set(graph.outputs.map(({ name }) => name));
  return {
    inputNames: graph.inputs.map(({ name }) => name),
    async run(feeds: Tensors) {
      const onHost = Object.entries(feeds).filter((entry): entry is [string, FeedTensor] => "data" in entry[1]);
      const first = await exact.run(Object.fromEntries(onHost));
      const { host, device } = await rest.run({ ...feeds, ...first });
      return { host: { ...only(first, (name) => results.has(name)), ...host }, device };
    },
    bytesMoved: () => rest.bytesMoved(),
    async close() {
      await Promise.all([exact.close(), rest.close()]);
    },
  };
}
