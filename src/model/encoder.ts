import { int64, type Value } from "../graph/index.ts";
import { adapterOutput } from "./adapters.ts";
import { attend } from "./attention.ts";
import { type Grid, overGrid } from "./grid.ts";
import { affine, mlp, norm } from "./linear.ts";
import type { Network } from "./network.ts";
import { branchFactors, throughBranch } from "./noise.ts";
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
    const branches = branchFactors(net, grid);
    for (let i = 0; i < sizes.depth; i++) {
      const input = blocks.at(-1) ?? x;
      blocks.push(g.scope(`blocks.${i}`, () => encoderBlock(net, i, input, grid, { tables, branches })));
    }
  }
  return { latent: norm(net, "norm", blocks.at(-1) ?? x), blocks };
}

/** What all blocks share. */
interface Shared {
  readonly tables: RotaryTables;
  /** Stochastic depth, in training. */
  readonly branches: Value | undefined;
}

function encoderBlock(net: Network, i: number, x: Value, grid: Grid, { tables, branches }: Shared): Value {
  const { g } = net;
  const name = `blocks.${i}`;
  const add = (to: Value, branch: Value, place: number) =>
    g.add(to, throughBranch(net, branch, 2 * i + place, branches, grid));
  const attended = add(x, temporalAttention(net, `${name}.attn`, norm(net, `${name}.norm1`, x), grid, tables), 0);
  return add(attended, mlp(net, `${name}.mlp`, norm(net, `${name}.norm2`, attended), true), 1);
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
  const added = adapterOutput(net, `${name}.qkv_proj`, x);
  const [addedQk, addedV] = added === undefined ? [] : g.split2(added, parts, 1);
  const withAdapter = (product: Value, addition: Value | undefined) =>
    addition === undefined ? product : g.add(product, addition);
  const productQk = g.scope("attn.qk", () => affine(net, x, weightQk, biasQk));
  const qk = overGrid(net, withAdapter(productQk, addedQk), grid);
  const turned = g.rotaryEmbedding(qk, g.constant(int64([0])), cos, sin, 2 * heads, size);
  const [q, k] = g.split2(turned, [width, width], 2);
  const productV = g.scope("attn.v", () => g.matMul(x, g.transpose(weightV, [1, 0])));
  const v = overGrid(net, withAdapter(productV, addedV), grid);
  const attended = g.reshape(attend(net, q, k, v, heads, 1 / Math.sqrt(size)), [-1, width]);
  const output = parameter(`${name}.proj.weight`);
  const through = g.reshape(g.matMul(g.reshape(biasV, [1, width]), g.transpose(output, [1, 0])), [width]);
  const bias = g.add(through, parameter(`${name}.proj.bias`));
  const projected = g.scope("attn.proj", () => affine(net, attended, output, bias));
  const addedOut = adapterOutput(net, `${name}.proj`, g.add(attended, biasV));
  return withAdapter(projected, addedOut);
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
