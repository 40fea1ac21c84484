import { float32, type Value } from "../graph/index.ts";
import { learnedQueryAttention, rowAttention } from "./attention.ts";
import { feedForward, mlp, norm } from "./linear.ts";
import type { Network } from "./network.ts";
import { dropout } from "./noise.ts";
import { widthOf } from "./sizes.ts";

/** Result of the channel unification. */
export interface Unified {
  /** (B·S, Q·D): the input of the temporal encoder. */
  readonly latent: Value;
  /** (B, S, Q, C): attention of the queries to the channels, averaged over heads. */
  readonly scores: Value;
}

/** Transformer layers among the queries. */
const LAYERS = 3;

/**
 * Channel unification (SPEC.md §4): at every patch time, Q learned queries attend the tokens of all channels, then a feed-forward
 * part and three pre-norm layers among the queries; no norm at the end. Linear in the number of channels.
 * @param tokens (B, S, C, D)
 */
export function channelUnify(net: Network, tokens: Value): Unified {
  const { g, sizes } = net;
  const { numQueries, numHeads } = sizes;
  const { weights, output } = attendChannels(net, tokens);
  const perHead = g.reshape(weights, [0, 0, numQueries, numHeads, -1]);
  let x = g.add(output, mlp(net, "cross_attn.ffn", output, true, "dropout")); // (B·S·Q, D)
  for (let i = 0; i < LAYERS; i++) x = queryLayer(net, `cross_attn.query_self_attn.layers.${i}`, x, numQueries);
  return { latent: g.reshape(x, [-1, widthOf(sizes)]), scores: g.reduceMean(perHead, [3], false) };
}

/** Keys and values have norms of their own over the same tokens: normalise once, move both affine parts into the projections. */
function attendChannels(net: Network, tokens: Value) {
  const { g, sizes, parameter } = net;
  const { numQueries, embedDim, numHeads } = sizes;
  const affine = (part: string) => ({
    scale: parameter(`cross_attn.${part}_norm.weight`),
    bias: parameter(`cross_attn.${part}_norm.bias`),
  });
  const learned = g.reshape(parameter("cross_attn.query_embed"), [numQueries, embedDim]);
  const queries = norm(net, "cross_attn.queries_norm", learned);
  const ones = g.constant(float32(new Float32Array(embedDim).fill(1)), "ones");
  const normed = net.training === undefined ? g.layerNorm(tokens, ones) : g.layerNormStats(tokens, ones)[0];
  const name = "cross_attn.cross_attention";
  return learnedQueryAttention(net, name, queries, normed, numHeads, {
    keys: affine("keys"),
    values: affine("values"),
  });
}

/**
 * Pre-norm transformer encoder layer (PyTorch's, GELU) among `length` neighbouring rows.
 * @param x (N·length, D)
 */
export function queryLayer(net: Network, name: string, x: Value, length: number): Value {
  const { g, sizes } = net;
  const attended = rowAttention(net, `${name}.self_attn`, norm(net, `${name}.norm1`, x), length, sizes.numHeads);
  const drop = (place: string, v: Value) => dropout(net, `${name}.${place}`, v, "dropout");
  const among = g.add(x, drop("attended", attended));
  const layers = { first: `${name}.linear1`, second: `${name}.linear2` };
  const hidden = feedForward(net, norm(net, `${name}.norm2`, among), layers, (v) => drop("hidden", v));
  return g.add(among, drop("output", hidden));
}
