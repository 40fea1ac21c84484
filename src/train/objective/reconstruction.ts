import { reconstructionLosses } from "../losses.ts";
import type { Objective } from "./objective.ts";

/**
 * Masked reconstruction (SPEC.md §7). The input `share` () is the share of the micro-batch's windows in the batch; every window of a micro-batch has
 * the same number of hidden patches, so the losses of a batch are the means of the losses of its windows.
 */
export function reconstructionObjective(patchSize: number): Objective {
  return {
    masked: true,
    losses({ g, value }) {
      const share = g.input("share", "float32", []);
      const { masked, unmasked, specialization, total } = reconstructionLosses(g, {
        reconstruction: value("reconstruction"),
        x: value("x"),
        mask: value("mask"),
        scores: value("cross_attn.scores"),
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
