import { type PanlunaSizes, widthOf } from "../src/model/index.ts";

/** Kernel of the later convolutions and positions after the first one (SPEC.md §3). */
const KERNEL = 3;
const POSITIONS = 4;
/** Transformer layers among the queries (SPEC.md §4). */
const QUERY_LAYERS = 3;

/**
 * Floating point operations of one window through encoder and classification head, as SPEC.md writes the network: two per
 * multiply-add, matrix products and convolutions only (padding counts as input). Left out: the rfft, norms, activations, softmax, what
 * depends on the weights alone (projections of learned queries) and on the montage alone (location embedding).
 * An implementation may do with fewer; see executedFlops.ts.
 * @param patches S, patches per channel
 */
export function modelFlops(sizes: PanlunaSizes, channels: number, patches: number, numClasses: number): number {
  return 2 * (encoderProducts(sizes, channels, patches) + headProducts(sizes, patches, numClasses));
}

/** The same through encoder and reconstruction head, which SPEC.md §6 runs at every patch time. */
export function reconstructionFlops(sizes: PanlunaSizes, channels: number, patches: number): number {
  return 2 * (encoderProducts(sizes, channels, patches) + patches * decoderProducts(sizes, channels));
}

function encoderProducts(sizes: PanlunaSizes, channels: number, patches: number): number {
  return (
    channels * patches * tokenProducts(sizes) +
    patches * unificationProducts(sizes, channels) +
    sizes.depth * blockProducts(sizes, patches)
  );
}

/** Linear(a → b), Linear(b → c) on one row. */
const mlp = (a: number, b: number, c: number): number => a * b + b * c;

/** One patch: three convolutions and the MLP on P + 2 frequency features. */
function tokenProducts({ patchSize: p, embedDim: d }: PanlunaSizes): number {
  const width = d / 4;
  const first = POSITIONS * width * (p / 2 - 1);
  const later = 2 * POSITIONS * width * width * KERNEL;
  const features = p + 2;
  return first + later + mlp(features, 4 * features, d);
}

/** One patch time: keys and values of all channels, attention of the queries to them, feed-forward part and query layers. */
function unificationProducts({ embedDim: d, numQueries: q, mlpRatio }: PanlunaSizes, channels: number): number {
  const keysAndValues = 2 * channels * d * d;
  const attention = 2 * q * channels * d + q * d * d;
  const feedForward = q * mlp(d, mlpRatio * d, d);
  const layer = 4 * q * d * d + 2 * q * q * d + feedForward;
  return keysAndValues + attention + feedForward + QUERY_LAYERS * layer;
}

/** One block over all patch times: q, k, v and output projections, scores and their product with v, MLP. */
function blockProducts(sizes: PanlunaSizes, patches: number): number {
  const w = widthOf(sizes);
  return patches * (4 * w * w + 2 * patches * w + mlp(w, sizes.mlpRatio * w, w));
}

/** Keys and values of all patch times, attention of one query to them, output projection, MLP. */
function headProducts(sizes: PanlunaSizes, patches: number, numClasses: number): number {
  const w = widthOf(sizes);
  return 2 * patches * w * w + 2 * patches * w + w * w + mlp(w, 2 * w, numClasses);
}

/** One patch time: decoder layer (self-attention of C queries, cross-attention to Q latents, feed-forward part) and MLP to P samples. */
function decoderProducts(
  { patchSize: p, embedDim: d, numQueries: q, mlpRatio }: PanlunaSizes,
  channels: number,
): number {
  const among = channels * (4 * d * d + 2 * channels * d);
  const across = 2 * channels * d * d + 2 * q * d * d + 2 * channels * q * d;
  return among + across + channels * (mlp(d, mlpRatio * d, d) + mlp(d, 4 * d, p));
}
