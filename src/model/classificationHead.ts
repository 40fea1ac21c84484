import type { Value } from "../graph/index.ts";
import { learnedQueryAttention } from "./attention.ts";
import { mlp } from "./linear.ts";
import type { Network } from "./network.ts";
import { widthOf } from "./sizes.ts";

/**
 * Classification head (SPEC.md §6): one learned query attends the latents of all patch times, then an MLP.
 * @param latent (B, S, W)
 * @returns pooled (B, 1, W) and logits (B, classes)
 */
export function classificationHead(net: Network, latent: Value): { readonly pooled: Value; readonly logits: Value } {
  const { g, sizes, parameter } = net;
  const query = g.reshape(parameter("classifier.learned_agg"), [1, widthOf(sizes)]);
  const attention = learnedQueryAttention(net, "classifier.decoder_attn", query, latent, sizes.numHeads, {
    drops: true,
  });
  const pooled = attention.output; // (B, W)
  return { pooled: g.unsqueeze(pooled, [1]), logits: mlp(net, "classifier.decoder_ffn", pooled, false, "head") };
}
