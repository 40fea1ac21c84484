import { int64, type Value } from "../graph/index.ts";
import { mlpProduct, norm, normResidual, product, type Residual } from "./linear.ts";
import type { Network } from "./network.ts";
import { widthOf } from "./sizes.ts";

/** Cosine and sine of every patch position, (S, d/2) each. */
interface RotaryTables {
  readonly cos: Value;
  readonly sin: Value;
}

/** Latent and what each block left on the residual stream, (B, S, W) each. */
export interface Encoded {
  readonly latent: Value;
  readonly blocks: readonly Value[];
}

/**
 * Temporal encoder (SPEC.md §5): pre-norm blocks with rotary self-attention over the patch times, then a LayerNorm.
 * @param x (B, S, W)
 */
export function encode(net: Network, x: Value): Encoded {
  const { sizes, parameter } = net;
  if (sizes.depth === 0) return { latent: norm(net, "norm", x), blocks: [] };
  const tables = rotaryTables(net, x);
  const blocks: Value[] = [];
  let open: Residual | undefined;
  for (let i = 0; i < sizes.depth; i++) {
    const name = `blocks.${i}`;
    const first =
      open === undefined
        ? { normed: norm(net, `${name}.norm1`, x), stream: x }
        : normResidual(net, `${name}.norm1`, open);
    if (open !== undefined) blocks.push(first.stream);
    const attended = net.g.scope(name, () => temporalAttention(net, name, first.normed, tables));
    const second = normResidual(net, `${name}.norm2`, {
      stream: first.stream,
      branch: attended.branch,
      bias: attended.bias,
    });
    open = {
      stream: second.stream,
      branch: net.g.scope(name, () => mlpProduct(net, `${name}.mlp`, second.normed, true)),
      bias: parameter(`${name}.mlp.fc2.bias`),
    };
  }
  const last = normResidual(net, "norm", open!);
  return { latent: last.normed, blocks: [...blocks, last.stream] };
}

/**
 * Rotary self-attention without the residual. The value bias passes through the attention unchanged (its weights sum to 1),
 * so it joins the bias of the output projection.
 */
function temporalAttention(net: Network, name: string, x: Value, { cos, sin }: RotaryTables): Omit<Residual, "stream"> {
  const { g, sizes, parameter } = net;
  const width = widthOf(sizes);
  const heads = sizes.numHeads * sizes.numQueries;
  const size = sizes.embedDim / sizes.numHeads;
  const parts = [width, width, width];
  const [wq, wk, wv] = g.split3(parameter(`${name}.attn.qkv_proj.weight`), parts, 0);
  const [bq, bk, bv] = g.split3(parameter(`${name}.attn.qkv_proj.bias`), parts, 0);
  const project = (weight: Value) => g.matMul(x, g.transpose(weight, [1, 0]));
  const positions = g.constant(int64([0]));
  const turn = (v: Value) => g.rotaryEmbedding(v, positions, cos, sin, heads, size);
  const q = turn(g.add(project(wq), bq));
  const k = turn(g.add(project(wk), bk));
  const attended = g.multiHeadAttention(q, k, project(wv), heads, 1 / Math.sqrt(size));
  const through = g.matMul(g.reshape(bv, [1, width]), g.transpose(parameter(`${name}.attn.proj.weight`), [1, 0]));
  return {
    branch: product(net, `${name}.attn.proj`, attended),
    bias: g.add(g.reshape(through, [width]), parameter(`${name}.attn.proj.bias`)),
  };
}

/** Angles `position · θ`, made for as many positions as the window has patches. */
function rotaryTables({ g, parameter }: Network, x: Value): RotaryTables {
  const scalar = (value: number) => g.constant(int64([value], []));
  const length = g.reshape(g.shape(x, 1, 2), []);
  const positions = g.cast(g.range(scalar(0), length, scalar(1), String(x.shape[1])), "float32"); // (S)
  const angles = g.mul(g.unsqueeze(positions, [1]), parameter("blocks.0.attn.rotary_emb.freqs")); // (S, d/2)
  const exact = g.cast(angles, "float64"); // GPUs are coarse for large arguments; float64 keeps these few values on the CPU
  return { cos: g.cast(g.cos(exact), "float32"), sin: g.cast(g.sin(exact), "float32") };
}
