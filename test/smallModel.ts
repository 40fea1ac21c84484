import { type Graph, lengthOf, type Tensor } from "../src/graph/index.ts";
import {
  type Head,
  initializeWeights,
  type PanlunaModel,
  type PanlunaSizes,
  randomStream,
} from "../src/model/index.ts";

/** The smallest network with every part: two blocks, two queries, two heads. */
export const SMALL: PanlunaSizes = { patchSize: 16, embedDim: 16, numHeads: 2, depth: 2, numQueries: 2, mlpRatio: 2 };

/** A network with random weights: no bias is 0, no scale is 1, so that nothing hides. */
export function smallModel(head: Head, sizes: PanlunaSizes = SMALL): PanlunaModel {
  const weights = [...initializeWeights(sizes, head, 1)].map(([name, tensor]): [string, Tensor] => {
    const noise = randomStream(1, `test/${name}`).normal(0, tensor.data.length);
    const data = noise.map((z, i) => Number(tensor.data[i]) + 0.2 * z);
    return [name, name.endsWith("freqs") ? tensor : { ...tensor, data }];
  });
  return { sizes, head, weights: new Map(weights) };
}

const INDEX_LIMITS: Readonly<Record<string, number>> = { sensor_type: 3, channel_names: 5 };

/** Feeds for every input of a graph; indices stay inside their tables. */
export function randomFeeds(graph: Graph, symbols: Readonly<Record<string, number>>): Record<string, Tensor> {
  const values = new Map(Object.entries(symbols));
  return Object.fromEntries(
    graph.inputs.map(({ name, dtype, shape: dims }): [string, Tensor] => {
      const shape = dims.map((d) => lengthOf(d, values));
      const count = shape.reduce((product, n) => product * n, 1);
      const random = randomStream(2, `feed/${name}`);
      if (dtype === "float32") return [name, { dtype, shape, data: random.normal(0, count) }];
      const limit = INDEX_LIMITS[name] ?? 2;
      const integers = Array.from(random.words(0, count), (word) => word % limit);
      return [name, { dtype, shape, data: dtype === "bool" ? Uint8Array.from(integers) : Int32Array.from(integers) }];
    }),
  );
}
