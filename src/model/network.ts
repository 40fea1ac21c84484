import type { GraphBuilder, Value } from "../graph/index.ts";
import type { PanlunaSizes } from "./sizes.ts";

/** What every part of the model needs to build itself: the graph, the sizes, and parameters by their state-dict name. */
export interface Network {
  readonly g: GraphBuilder;
  readonly sizes: PanlunaSizes;
  parameter(name: string): Value;
}
