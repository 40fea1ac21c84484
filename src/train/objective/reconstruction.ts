import { reconstructionLosses } from "../losses.ts";
import type { Objective } from "./objective.ts";

/**
 * Masked reconstruction (SPEC.md §7). The input `share` () is the share of the micro-batch's windows in the batch; every window of a micro-batch has
 * the same number of hidden patches, so the losses of a batch are the means of the losses of its windows.
 * @param balanced whether there is an input `channel_weight` (C), see `sensorWeights`; what is hidden then weighs a little more in one window than in another,
 * and the losses of a batch are the means of those of its micro-batches
 */
export function reconstructionObjective(patchSize: number, balanced = false): Objective {
  return {
    masked: true,
    losses({ g, value }) {
      const share = g.input("share", "float32", []);
      const { masked, unmasked, specialization, total } = reconstructionLosses(g, {
        reconstruction: value("reconstruction"),
        x: value("x"),
        mask: value("mask"),
        scores: value("cross_attn.scores"),
        ...(balanced && { channelWeight: g.input("channel_weight", "float32", ["C"]) }),
        patchSize,
      });
      const loss = g.mul(total, share);
      return {
        total: loss,
        parts: {
          loss,
          masked: g.mul(masked, share),
          unmasked: g.mul(unmasked, share),
          specialization: g.mul(specialization, share),
        },
      };
    },
  };
}
