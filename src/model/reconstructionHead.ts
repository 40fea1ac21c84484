import type { Value } from "../graph/index.ts";
import { attention, inProjection } from "./attention.ts";
import { gridOf, overGrid } from "./grid.ts";
import { asRows, feedForward, linear, mlp, norm } from "./linear.ts";
import type { Network } from "./network.ts";

/** The stages of the reconstruction. */
export interface Reconstructed {
  /** Output of the decoder layer, (B·S·C, D). */
  readonly layer: Value;
  /** After the LayerNorm, (B·S·C, D). */
  readonly normed: Value;
  /** Patches, (B, S, C, P). */
  readonly patches: Value;
}

const LAYER = "decoder_head.decoder_pred.layers.0";

/**
 * Reconstruction head (SPEC.md §6). The decoder's queries know the channel but not the signal, so everything before the cross-attention
 * (their self-attention and query projection) is made once per sample instead of once per patch time.
 * @param latent (B, S, W)
 * @param montage (B, C, D): location + sensor embedding
 * @param channelIndex (B, C) int32: rows of the table of channel names
 */
export function reconstructionHead(net: Network, latent: Value, montage: Value, channelIndex: Value): Reconstructed {
  const { g, sizes, parameter } = net;
  const queries = g.add(montage, g.gather(parameter("channel_emb.embeddings.weight"), channelIndex)); // (B, C, D)
  const among = g.add(
    queries,
    attention(net, `${LAYER}.self_attn`, norm(net, `${LAYER}.norm1`, queries), sizes.numHeads),
  );
  const attended = attendLatent(net, norm(net, `${LAYER}.norm2`, among), latent); // (B, S, C, D)
  const x = g.add(attended, g.unsqueeze(among, [1]));
  const rows = asRows(net, x); // (B·S·C, D)
  const layers = { first: `${LAYER}.linear1`, second: `${LAYER}.linear2` };
  const layer = g.add(rows, feedForward(net, asRows(net, norm(net, `${LAYER}.norm3`, x)), layers));
  const normed = norm(net, "decoder_head.norm", layer);
  const patches = mlp(net, "decoder_head.decoder_linear", normed, false);
  return { layer, normed, patches: overGrid(net, patches, gridOf(net, x, 3)) };
}

/**
 * Cross-attention of every channel's query to the Q latents of each patch time.
 * @param x (B, C, D)
 * @returns (B, S, C, D)
 */
function attendLatent(net: Network, x: Value, latent: Value): Value {
  const { g, sizes } = net;
  const { embedDim, numHeads, numQueries } = sizes;
  const name = `${LAYER}.multihead_attn`;
  const size = embedDim / numHeads;
  const memory = g.reshape(latent, [0, 0, numQueries, embedDim]); // (B, S, Q, D)
  const { weight, bias } = inProjection(net, name, embedDim);
  const project = (v: Value, i: number) => g.add(g.matMul(v, g.transpose(weight[i], [1, 0])), bias[i]);
  const perHead = (v: Value) => g.transpose(g.reshape(v, [0, 0, numQueries, numHeads, size]), [0, 1, 3, 2, 4]);
  const q = g.transpose(g.reshape(project(x, 0), [0, 0, numHeads, size]), [0, 2, 1, 3]); // (B, H, C, d)
  const k = perHead(project(memory, 1)); // (B, S, H, Q, d)
  const v = perHead(project(memory, 2));
  const scores = g.fusedMatMul(g.unsqueeze(q, [1]), k, { transB: true, alpha: 1 / Math.sqrt(size) }); // (B, S, H, C, Q)
  const attended = g.transpose(g.matMul(g.softmax(scores), v), [0, 1, 3, 2, 4]); // (B, S, C, H, d)
  return linear(net, `${name}.out_proj`, g.reshape(attended, [0, 0, -1, embedDim]));
}
