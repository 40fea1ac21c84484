import type { Graph } from "../graph/index.ts";
import { type PanlunaModel, panlunaGraph } from "../model/index.ts";
import { foldConstants } from "./foldConstants.ts";
import type { Engine } from "./session.ts";

/**
 * The network from z-scored windows and their montage to logits, with all that depends on weights alone computed: what is quantised.
 * @throws WeightsError for a model without a classification head
 */
export const logitsNetwork = (model: PanlunaModel, engine: Engine): Promise<Graph> =>
  foldConstants(panlunaGraph(model, { montage: "embedded", outputs: ["logits"] }), engine);
