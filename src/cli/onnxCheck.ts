import { SessionError } from "../errors.ts";
import { type Graph, shapeText, type TensorData } from "../graph/index.ts";
import { type PanlunaModel, randomStream } from "../model/index.ts";

/** Lengths that stand for the dynamic axes. */
const LENGTHS: Readonly<Record<string, number>> = { B: 2, C: 3, S: 8, dim: 3 };

/**
 * Load an .onnx and run it once on random input: every output must be finite and of the shape that the graph states.
 * @returns milliseconds of the run
 * @throws SessionError when it is not so
 */
export async function runOnce(bytes: Uint8Array, graph: Graph, model: PanlunaModel): Promise<number> {
  const { InferenceSession, Tensor } = await import("onnxruntime-node");
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 3 }).catch((cause: unknown) => {
    throw new SessionError({ where: graph.name, what: "ONNX Runtime refuses the export", got: String(cause), cause });
  });
  try {
    const feeds = graph.inputs.map(({ name, dtype, shape }) => {
      const dims = shape.map(lengthOf);
      return [name, new Tensor(dtype, randomInput(name, dims, model) as Float32Array, dims)];
    });
    const start = performance.now();
    const results = await session.run(Object.fromEntries(feeds));
    const milliseconds = performance.now() - start;
    for (const { name, shape } of graph.outputs) {
      checkOutput(name, shape.map(lengthOf), results[name].dims, results[name].data as Float32Array);
    }
    return milliseconds;
  } finally {
    await session.release();
  }
}

const lengthOf = (dim: number | string): number =>
  String(dim)
    .split("*")
    .reduce((product, part) => product * (LENGTHS[part] ?? Number(part)), 1);

function randomInput(name: string, dims: readonly number[], { head }: PanlunaModel): TensorData {
  const count = dims.reduce((product, length) => product * length, 1);
  const random = randomStream(0, `check/${name}`);
  const below = (limit: number) => random.uniform(0, count).map((u) => Math.floor(u * limit));
  switch (name) {
    case "sensor_type":
      return Int32Array.from(below(3));
    case "channel_names":
      return Int32Array.from(below(head.kind === "reconstruct" ? head.numChannelNames : 1));
    case "mask":
      return Uint8Array.from(below(2));
    default:
      return random.normal(0, count);
  }
}

function checkOutput(where: string, want: readonly number[], dims: readonly number[], data: Float32Array): void {
  const wrong = data.find((value) => !Number.isFinite(Number(value)));
  if (dims.join() === want.join() && wrong === undefined) return;
  throw new SessionError({
    where: `output ${where}`,
    what: "is wrong when the export is run",
    expected: `finite ${shapeText(want)}`,
    got: wrong === undefined ? shapeText(dims) : String(wrong),
  });
}
