import { float32, type Value } from "../graph/index.ts";
import { learnedQueryAttention, selfAttentionProduct } from "./attention.ts";
import { linearGelu, mlpProduct, norm, normResidual, product, type Residual, sumResidual } from "./linear.ts";
import type { Network } from "./network.ts";
import { widthOf } from "./sizes.ts";

/** Result of the channel unification. */
export interface Unified {
  /** (B, S, Q·D): the input of the temporal encoder. */
  readonly latent: Value;
  /** (B, S, Q, C): attention of the queries to the channels, averaged over heads. */
  readonly scores: Value;
}

/** Transformer layers among the queries. */
const LAYERS = 3;

/**
 * Channel unification (SPEC.md §4): at every patch time, Q learned queries attend the tokens of all channels, then a feed-forward
 * part and three pre-norm layers among the queries. Linear in the number of channels.
 * @param tokens (B, S, C, D)
 */
export function channelUnify(net: Network, tokens: Value): Unified {
  const { g, sizes, parameter } = net;
  const { numQueries, embedDim, numHeads } = sizes;
  const affine = (part: string) => ({
    scale: parameter(`cross_attn.${part}_norm.weight`),
    bias: parameter(`cross_attn.${part}_norm.bias`),
  });
  const queries = norm(
    net,
    "cross_attn.queries_norm",
    g.reshape(parameter("cross_attn.query_embed"), [numQueries, embedDim]),
  );
  // keys and values have norms of their own over the same tokens: normalise once, move both affine parts into the projections
  const normed = g.layerNorm(tokens, g.constant(float32(new Float32Array(embedDim).fill(1)), "ones"));
  const name = "cross_attn.cross_attention";
  const { weights, output } = learnedQueryAttention(
    net,
    name,
    queries,
    normed,
    numHeads,
    affine("keys"),
    affine("values"),
  );
  const perHead = g.reshape(weights, [0, 0, numQueries, numHeads, -1]);
  const x = g.reshape(output, [-1, numQueries, embedDim]); // (B·S, Q, D)
  const refined = amongQueries(net, {
    stream: x,
    branch: mlpProduct(net, "cross_attn.ffn", x, true),
    bias: parameter("cross_attn.ffn.fc2.bias"),
  });
  const shape = g.concat(
    [g.shape(tokens, 0, 2), g.constant({ dtype: "int64", shape: [1], data: BigInt64Array.of(BigInt(widthOf(sizes))) })],
    0,
  );
  const latent = g.reshapeTo(refined, shape, [...tokens.shape.slice(0, 2), widthOf(sizes)]);
  return { latent, scores: g.reduceMean(perHead, [3], false) };
}

/** Three pre-norm encoder layers over the queries of one patch time; no norm at the end. */
function amongQueries(net: Network, start: Residual): Value {
  let open = start;
  for (let i = 0; i < LAYERS; i++) open = queryLayer(net, `cross_attn.query_self_attn.layers.${i}`, open);
  return sumResidual(net, open);
}

/** One layer; the sum of its feed-forward part is left open for the norm that follows. */
export function queryLayer(net: Network, name: string, open: Residual): Residual {
  const { parameter, sizes } = net;
  const first = normResidual(net, `${name}.norm1`, open);
  const attended: Residual = {
    stream: first.stream,
    branch: selfAttentionProduct(net, `${name}.self_attn`, first.normed, sizes.numHeads),
    bias: parameter(`${name}.self_attn.out_proj.bias`),
  };
  const second = normResidual(net, `${name}.norm2`, attended);
  return {
    stream: second.stream,
    branch: product(net, `${name}.linear2`, linearGelu(net, `${name}.linear1`, second.normed)),
    bias: parameter(`${name}.linear2.bias`),
  };
}
