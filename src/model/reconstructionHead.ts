import type { Value } from "../graph/index.ts";
import { selfAttentionProduct } from "./attention.ts";
import { linearGelu, mlp, norm, normResidual, product } from "./linear.ts";
import type { Network } from "./network.ts";

/** The stages of the reconstruction, (B, S, C, ·) each. */
export interface Reconstructed {
  /** Output of the decoder layer, (B, S, C, D). */
  readonly layer: Value;
  /** After the LayerNorm, (B, S, C, D). */
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
  const start = g.add(montage, g.gather(parameter("channel_emb.embeddings.weight"), channelIndex)); // (B, C, D)
  const first = norm(net, `${LAYER}.norm1`, start);
  const among = normResidual(net, `${LAYER}.norm2`, {
    stream: start,
    branch: selfAttentionProduct(net, `${LAYER}.self_attn`, first, sizes.numHeads),
    bias: parameter(`${LAYER}.self_attn.out_proj.bias`),
  });
  return patchesOf(net, among.stream, attendLatent(net, among.normed, latent));
}

/**
 * Cross-attention of every channel's query to the Q latents of each patch time, without the output bias.
 * @param x (B, C, D)
 * @returns (B, S, C, D)
 */
function attendLatent(net: Network, x: Value, latent: Value): Value {
  const { g, sizes, parameter } = net;
  const { embedDim, numHeads, numQueries } = sizes;
  const name = `${LAYER}.multihead_attn`;
  const size = embedDim / numHeads;
  const memory = g.reshape(latent, [0, 0, numQueries, embedDim]); // (B, S, Q, D)
  const parts = [embedDim, embedDim, embedDim];
  const weights = g.split3(parameter(`${name}.in_proj_weight`), parts, 0);
  const biases = g.split3(parameter(`${name}.in_proj_bias`), parts, 0);
  const project = (v: Value, i: number) => g.add(g.matMul(v, g.transpose(weights[i], [1, 0])), biases[i]);
  const perHead = (v: Value) => g.transpose(g.reshape(v, [0, 0, numQueries, numHeads, size]), [0, 1, 3, 2, 4]);
  const q = g.transpose(g.reshape(project(x, 0), [0, 0, numHeads, size]), [0, 2, 1, 3]); // (B, H, C, d)
  const k = perHead(project(memory, 1)); // (B, S, H, Q, d)
  const v = perHead(project(memory, 2));
  const scores = g.fusedMatMul(g.unsqueeze(q, [1]), k, { transB: true, alpha: 1 / Math.sqrt(size) }); // (B, S, H, C, Q)
  const attended = g.transpose(g.matMul(g.softmax(scores), v), [0, 1, 3, 2, 4]); // (B, S, C, H, d)
  return product(net, `${name}.out_proj`, g.reshape(attended, [0, 0, -1, embedDim]));
}

/** Feed-forward part, norm and the MLP to samples. `stream` (B, C, D) is the same at every patch time. */
function patchesOf(net: Network, stream: Value, branch: Value): Reconstructed {
  const { g, parameter } = net;
  const attended = g.add(branch, g.unsqueeze(g.add(stream, parameter(`${LAYER}.multihead_attn.out_proj.bias`)), [1]));
  const hidden = linearGelu(net, `${LAYER}.linear1`, norm(net, `${LAYER}.norm3`, attended));
  const closed = normResidual(net, "decoder_head.norm", {
    stream: attended,
    branch: product(net, `${LAYER}.linear2`, hidden),
    bias: parameter(`${LAYER}.linear2.bias`),
  });
  return {
    layer: closed.stream,
    normed: closed.normed,
    patches: mlp(net, "decoder_head.decoder_linear", closed.normed, false),
  };
}
