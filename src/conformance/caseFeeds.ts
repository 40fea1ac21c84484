import { FormatError } from "../errors.ts";
import { float32, type Graph, shapeText, type Tensor } from "../graph/index.ts";
import type { Feeds, FeedTensor } from "../runtime/session.ts";
import type { ConformanceCase } from "./caseFolder.ts";

/**
 * The inputs of a graph, from those of the case: as the authors store them, the mask per patch, labels as targets, one batch that is one micro-batch.
 * Parameters are not among them. What the case lacks is left to the session to name.
 * @throws FormatError for a mask or label that is none
 */
export function feedsOf(graph: Graph, { info, inputs }: ConformanceCase): Feeds {
  const { patch_size, num_classes } = info.model;
  const batch = inputs.get("x")?.shape[0] ?? 0;
  const make: Readonly<Record<string, (given: Tensor | undefined) => FeedTensor | undefined>> = {
    mask: (given) => given && patchMask(given, patch_size),
    target: () => targetOf(inputs.get("label"), num_classes),
    window_weight: () => float32(new Float32Array(batch).fill(1 / batch)),
    share: () => float32([1], []),
  };
  const entries = graph.inputs.map(({ name }) => {
    const given = inputs.get(name);
    return [name, name in make ? make[name](given) : given] as const;
  });
  return Object.fromEntries(entries.filter((entry): entry is [string, FeedTensor] => entry[1] !== undefined));
}

/** (B, C, T) with a constant value over each patch → (B, C, S). */
function patchMask({ shape, data }: Tensor, patchSize: number): FeedTensor {
  const [b, c, t] = shape;
  const whole = shape.length === 3 && Number.isInteger(patchSize) && t % patchSize === 0;
  if (!whole || !data.every((v: number | bigint, i: number) => v === data[i - (i % patchSize)])) {
    throw new FormatError({
      where: "inputs.safetensors, tensor mask",
      what: "is no mask of patches",
      expected: `(B, C, T), constant over every ${patchSize} samples`,
      got: shapeText(shape),
    });
  }
  const patches = t / patchSize;
  const mask = Uint8Array.from({ length: b * c * patches }, (_, i) => Number(data[i * patchSize]));
  return { dtype: "bool", shape: [b, c, patches], data: mask };
}

/** Classes (B) int32 as one-hot rows; labels (B, K) float32 as they are. */
function targetOf(label: Tensor | undefined, classes: number): FeedTensor | undefined {
  if (label === undefined || label.dtype !== "int32") return label;
  const { data, shape } = label;
  if (shape.length !== 1 || !data.every((v: number | bigint) => v >= 0 && v < classes)) {
    throw new FormatError({
      where: "inputs.safetensors, tensor label",
      what: "holds no classes",
      expected: `(B) numbers from 0 to ${classes - 1}`,
      got: `${shapeText(shape)} with ${[...data].slice(0, 8).join(", ")}`,
    });
  }
  const rows = new Float32Array(shape[0] * classes);
  for (let i = 0; i < shape[0]; i++) rows[i * classes + Number(data[i])] = 1;
  return float32(rows, [shape[0], classes]);
}
