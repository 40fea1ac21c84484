import { int64, type Value } from "../graph/index.ts";
import { type Grid, overGrid } from "./grid.ts";
import { mlp, norm } from "./linear.ts";
import type { Network } from "./network.ts";
import { widthOf } from "./sizes.ts";

/** Cosine and sine of every patch position, (S, d/2) each. */
interface RotaryTables {
  readonly cos: Value;
  readonly sin: Value;
}

/** Latent and what each block left on the residual stream, (B·S, W) each. */
export interface Encoded {
  readonly latent: Value;
  readonly blocks: readonly Value[];
}

/**
 * Temporal encoder (SPEC.md §5): pre-norm blocks with rotary self-attention over the patch times, then a LayerNorm.
 * @param x (B·S, W)
 */
export function encode(net: Network, x: Value, grid: Grid): Encoded {
  const { g, sizes } = net;
  const blocks: Value[] = [];
  if (sizes.depth > 0) {
    const tables = rotaryTables(net, grid);
    for (let i = 0; i < sizes.depth; i++) {
      const input = blocks.at(-1) ?? x;
      blocks.push(g.scope(`blocks.${i}`, () => encoderBlock(net, `blocks.${i}`, input, grid, tables)));
    }
  }
  return { latent: norm(net, "norm", blocks.at(-1) ?? x), blocks };
}

function encoderBlock(net: Network, name: string, x: Value, grid: Grid, tables: RotaryTables): Value {
  const { g } = net;
  const attended = g.add(x, temporalAttention(net, `${name}.attn`, norm(net, `${name}.norm1`, x), grid, tables));
  return g.add(attended, mlp(net, `${name}.mlp`, norm(net, `${name}.norm2`, attended), true));
}

/**
 * Rotary self-attention. The value bias passes through the attention unchanged (its weights sum to 1), so it joins the bias of the
 * output projection; queries and keys are projected and turned together.
 */
function temporalAttention(net: Network, name: string, x: Value, grid: Grid, { cos, sin }: RotaryTables): Value {
  const { g, sizes, parameter } = net;
  const width = widthOf(sizes);
  const heads = sizes.numHeads * sizes.numQueries;
  const size = sizes.embedDim / sizes.numHeads;
  const parts = [2 * width, width];
  const [weightQk, weightV] = g.split2(parameter(`${name}.qkv_proj.weight`), parts, 0);
  const [biasQk, biasV] = g.split2(parameter(`${name}.qkv_proj.bias`), parts, 0);
  const project = (weight: Value) => g.matMul(x, g.transpose(weight, [1, 0]));
  const qk = overGrid(net, g.add(project(weightQk), biasQk), grid);
  const turned = g.rotaryEmbedding(qk, g.constant(int64([0])), cos, sin, 2 * heads, size);
  const [q, k] = g.split2(turned, [width, width], 2);
  const v = overGrid(net, project(weightV), grid);
  const attended = g.reshape(g.multiHeadAttention(q, k, v, heads, 1 / Math.sqrt(size)), [-1, width]);
  const output = g.transpose(parameter(`${name}.proj.weight`), [1, 0]);
  const through = g.reshape(g.matMul(g.reshape(biasV, [1, width]), output), [width]);
  return g.add(g.matMul(attended, output), g.add(through, parameter(`${name}.proj.bias`)));
}

/** Angles `position · θ`, made for as many positions as the window has patches. */
function rotaryTables({ g, parameter }: Network, { dims, lengths }: Grid): RotaryTables {
  const scalar = (value: number) => g.constant(int64([value], []));
  const length = g.gather(lengths, scalar(1));
  const positions = g.cast(g.range(scalar(0), length, scalar(1), String(dims[1])), "float32"); // (S)
  const angles = g.mul(g.unsqueeze(positions, [1]), parameter("blocks.0.attn.rotary_emb.freqs")); // (S, d/2)
  const exact = g.cast(angles, "float64"); // GPUs are coarse for large arguments; float64 keeps these few values on the CPU
  return { cos: g.cast(g.cos(exact), "float32"), sin: g.cast(g.sin(exact), "float32") };
}
