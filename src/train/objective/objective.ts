import type { Value } from "../../graph/index.ts";
import type { OpenNetwork } from "../../model/index.ts";

/** What a network is trained for: the losses on top of it. */
export interface Objective {
  /** Whether patches are hidden by the input `mask`, and scaled locations are noisy while training. */
  readonly masked: boolean;
  /**
   * Add the losses to a network.
   *
   * Micro-batches are parts of a batch, so every loss is a sum over windows whose weights add up to 1 over the batch: losses and gradients of the
   * parts add up to those of the whole. Nothing in the network looks across windows (GroupNorm pools the channels and patches of one window).
   */
  losses(open: OpenNetwork): Losses;
}

export interface Losses {
  /** What is differentiated: a scalar. */
  readonly total: Value;
  /** Scalars that add up over the micro-batches of a batch, by name. */
  readonly parts: Readonly<Record<string, Value>>;
}
