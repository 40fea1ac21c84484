import { SessionError } from "../errors.ts";
import { type Graph, readOnnx, shapeText, type TensorData } from "../graph/index.ts";
import { type PanlunaModel, randomStream } from "../model/index.ts";
import { nodeEngine } from "../runtime/node.ts";
import type { FeedTensor } from "../runtime/session.ts";

/** Lengths that stand for the dynamic axes. */
const LENGTHS: Readonly<Record<string, number>> = { B: 2, C: 3, S: 8, dim: 3 };

/**
 * Read an .onnx back and run it once on random input: every output must be finite and of the shape that the graph states.
 * @returns milliseconds of the run
 * @throws GraphError when the bytes are not the graph that was written, SessionError when the engine refuses it or a result is wrong
 */
export async function runOnce(bytes: Uint8Array, graph: Graph, model: PanlunaModel): Promise<number> {
  const session = await nodeEngine.createSession(readOnnx(bytes, graph.name));
  try {
    const feeds = graph.inputs.map(({ name, dtype, shape }): [string, FeedTensor] => {
      const dims = shape.map(lengthOf);
      return [name, { dtype, shape: dims, data: randomInput(name, dims, model) }];
    });
    const results = await session.run(Object.fromEntries(feeds));
    for (const { name, shape } of graph.outputs) {
      checkOutput(name, shape.map(lengthOf), results[name].shape, results[name].data as Float32Array);
    }
    return session.seconds() * 1000;
  } finally {
    await session.close();
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
