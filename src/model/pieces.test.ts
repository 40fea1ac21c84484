import { describe, expect, it } from "vitest";
import { maxDifference } from "../../test/close.ts";
import { allPieces, excerptOfPieces, hasPieces, type Pieces } from "../../test/pieces.ts";
import { createBuilder, float32, type GraphBuilder, int64, type Tensor, type Value } from "../graph/index.ts";
import { nodeEngine } from "../runtime/node.ts";
import { inProjection } from "./attention.ts";
import { queryLayer } from "./channelUnify.ts";
import { encode } from "./encoder.ts";
import { gridOf } from "./grid.ts";
import { initializeWeights, type Weights } from "./initialize.ts";
import { asRows, linear, mlp, norm } from "./linear.ts";
import type { Network } from "./network.ts";
import { panlunaGraph } from "./panluna.ts";
import { parameterSpecs } from "./parameters.ts";
import { reconstructionHead } from "./reconstructionHead.ts";
import type { PanlunaSizes } from "./sizes.ts";

const NONE = { kind: "none" } as const;
const SIZES: PanlunaSizes = { patchSize: 32, embedDim: 16, numHeads: 2, depth: 0, numQueries: 2, mlpRatio: 4 };

/** Run a graph of some parts of the model on tensors by input name. */
async function run(
  feeds: Record<string, Tensor>,
  weights: Weights,
  sizes: PanlunaSizes,
  build: (net: Network, inputs: Record<string, Value>) => Record<string, Value>,
): Promise<Record<string, Tensor>> {
  const g = createBuilder("piece");
  const parameter = (name: string) => g.parameter(name, weights.get(name) ?? missing(name));
  const inputs = Object.entries(feeds).map(([name, { dtype, shape }]) => [name, g.input(name, dtype, shape)] as const);
  return evaluate(g, build({ g, sizes, parameter }, Object.fromEntries(inputs)), feeds);
}

function missing(name: string): never {
  throw new Error(`the piece has no ${name}`);
}

async function evaluate(g: GraphBuilder, outputs: Record<string, Value>, feeds: Record<string, Tensor>) {
  const session = await nodeEngine.createSession(g.finish(outputs), { threads: 1 });
  const results = await session.run(feeds);
  await session.close();
  return results;
}

/** One public output of the whole model, whose other weights do not matter. */
async function runModel(output: string, sizes: PanlunaSizes, weights: Weights, feeds: Record<string, Tensor>) {
  const all = new Map([
    ...parameterSpecs(sizes, NONE).map(({ name, shape }) => [name, zeros(shape)] as const),
    ...weights,
  ]);
  const session = await nodeEngine.createSession(
    panlunaGraph({ sizes, head: NONE, weights: all }, { outputs: [output] }),
    {
      threads: 1,
    },
  );
  const results = await session.run(feeds);
  await session.close();
  return results[output];
}

const under = (prefix: string, weights: Weights): Weights =>
  new Map([...weights].map(([name, tensor]) => [`${prefix}.${name}`, tensor]));
const zeros = (shape: readonly number[]) =>
  float32(new Float32Array(shape.reduce((product, n) => product * n, 1)), shape);
const filled = (value: number, length: number) => float32(new Float32Array(length).fill(value));

describe.each([
  { source: "the committed excerpt", open: excerptOfPieces, skip: false },
  { source: "every piece (needs ../shared/fixtures)", open: allPieces, skip: !hasPieces },
])("$source", ({ open, skip }) => {
  describe.skipIf(skip)("equals the authors' numbers", () => suite(skip ? excerptOfPieces() : open()));
});

function suite(pieces: Pieces): void {
  const { tensor, tolerance } = pieces;
  const check = (piece: string, name: string, got: Tensor) => {
    expect(maxDifference(got.data, tensor(piece, name).data)).toBeLessThanOrEqual(tolerance(piece, name));
  };

  it("patch embedding", async () => {
    const sizes = { ...SIZES, embedDim: 32 };
    const weights = under("patch_embed", pieces.starting("patch_embed", "weights."));
    check("patch_embed", "out", await runModel("patch_embed", sizes, weights, { x: tensor("patch_embed", "in0") }));
  });

  for (const p of [16, 20, 32]) {
    it.skipIf(!pieces.has("rfft", `p${p}.in`))(`magnitudes and phases of patches of ${p} samples`, async () => {
      const { data, shape } = tensor("rfft", `p${p}.in`);
      const [rows] = shape;
      const embedDim = 16 * Math.ceil((p + 2) / 16);
      const sizes = { ...SIZES, patchSize: p, embedDim };
      const weights = throughGelu(p + 2, embedDim);
      const out = await runModel("freq_embed", sizes, weights, { x: { dtype: "float32", shape: [1, rows, p], data } });
      const magnitude = tensor("rfft", `p${p}.magnitude`).data as Float32Array;
      const phase = tensor("rfft", `p${p}.phase`).data as Float32Array;
      const n = p / 2 + 1;
      for (let r = 0; r < rows; r++) {
        const features = (out.data as Float32Array).subarray(r * embedDim, r * embedDim + p + 2);
        const largest = Math.max(...magnitude.subarray(r * n, r * n + n));
        for (let k = 0; k < n; k++) {
          const at = r * n + k;
          expect(Math.abs(features[k] - magnitude[at])).toBeLessThanOrEqual(tolerance("rfft", `p${p}.magnitude`));
          // A negative real bin inside the spectrum has im = ±0, and the sign is an accident of the authors' FFT: ±π are one phase there
          const either = k > 0 && k < n - 1 && Math.abs(phase[at]) === Math.fround(Math.PI);
          const [a, b] = either ? [Math.abs(features[n + k]), Math.PI] : [features[n + k], phase[at]];
          if (magnitude[at] > 1e-4 * largest || largest === 0) {
            expect(Math.abs(a - b)).toBeLessThanOrEqual(tolerance("rfft", `p${p}.phase`));
          }
        }
      }
    });
  }

  const sets = [...pieces.starting("locations", "").keys()].filter((name) => name.endsWith(".raw"));
  it.each(sets.map((name) => name.slice(0, -4)))("locations %s: scaled bit for bit, and their code", async (set) => {
    const feeds = { channel_locations: tensor("locations", `${set}.raw`) };
    const scaled = await runModel("channel_locations_normalised", SIZES, new Map(), feeds);
    expect(scaled.data).toEqual(tensor("locations", `${set}.normalised`).data);
    for (const width of [...pieces.starting("locations", `${set}.nerf`).keys()]) {
      check(
        "locations",
        `${set}.nerf${width}`,
        await runModel("nerf", { ...SIZES, embedDim: Number(width) }, new Map(), feeds),
      );
    }
  });

  it("a feed-forward part with its norm", async () => {
    const weights = pieces.starting("mlp_norm", "weights.");
    const results = await run({ x: tensor("mlp_norm", "in0") }, under("mlp", weights), SIZES, (net, { x }) => {
      const act = net.g.gelu(linear(net, "mlp.fc1", x));
      return { fc1: linear(net, "mlp.fc1", x), act, norm: norm(net, "mlp.norm", act), out: mlp(net, "mlp", x, true) };
    });
    for (const [name, got] of Object.entries(results)) if (pieces.has("mlp_norm", name)) check("mlp_norm", name, got);
  });

  it("multi-head attention", async () => {
    const weights = under("mha", pieces.starting("mha", "weights."));
    const feeds = { q: tensor("mha", "in0"), k: tensor("mha", "in1"), v: tensor("mha", "in2") };
    const results = await run(feeds, weights, SIZES, (net, inputs) => {
      const { g } = net;
      const { weight, bias } = inProjection(net, "mha", 16);
      const [q, k, v] = [inputs.q, inputs.k, inputs.v].map((x, i) =>
        g.add(g.matMul(x, g.transpose(weight[i], [1, 0])), bias[i]),
      );
      const heads = (x: Value) => g.transpose(g.reshape(x, [0, 0, 2, 8]), [0, 2, 1, 3]);
      const scores = g.softmax(g.fusedMatMul(heads(q), heads(k), { transB: true, alpha: 1 / Math.sqrt(8) }));
      const out = linear(net, "mha.out_proj", g.multiHeadAttention(q, k, v, 2, 1 / Math.sqrt(8)));
      return { out, attention: g.reduceMean(scores, [1], false) };
    });
    check("mha", "out", results.out);
    check("mha", "attention", results.attention);
  });

  it.skipIf(!pieces.has("encoder_layer", "out"))("a pre-norm layer among the queries", async () => {
    const weights = under("layer", pieces.starting("encoder_layer", "weights."));
    const length = tensor("encoder_layer", "in0").shape[1];
    const { out } = await run({ x: tensor("encoder_layer", "in0") }, weights, SIZES, (net, { x }) => ({
      out: queryLayer(net, "layer", asRows(net, x), length),
    }));
    check("encoder_layer", "out", out);
  });

  it.skipIf(!pieces.has("decoder_layer", "out"))("the decoder layer of the reconstruction head", async () => {
    const sizes = { ...SIZES, patchSize: 16 };
    const start = initializeWeights(sizes, { kind: "reconstruct", numChannelNames: 1 });
    const layer = under("decoder_head.decoder_pred.layers.0", pieces.starting("decoder_layer", "weights."));
    const nothing: [string, Tensor] = ["channel_emb.embeddings.weight", float32(new Float32Array(16), [1, 16])];
    const [batch, channels] = tensor("decoder_layer", "in0").shape;
    const feeds = {
      montage: tensor("decoder_layer", "in0"),
      latent: { ...tensor("decoder_layer", "in1"), shape: [batch, 1, 32] },
      names: { dtype: "int32", shape: [batch, channels], data: new Int32Array(batch * channels) } as const,
    };
    const weights = new Map([...start, ...layer, nothing]);
    const { out } = await run(feeds, weights, sizes, (net, { latent, montage, names }) => ({
      out: reconstructionHead(net, latent, montage, names).layer,
    }));
    check("decoder_layer", "out", out);
  });

  for (const set of ["a", "b", "long"]) {
    it.skipIf(!pieces.has("rotary", `${set}.in`))(`rotary embedding, ${set}`, async () => {
      const [batch, heads, length, size] = tensor("rotary", `${set}.in`).shape;
      const positions = float32(
        Array.from({ length }, (_, i) => i),
        [length, 1],
      );
      const { out } = await run({ x: tensor("rotary", `${set}.in`) }, new Map(), SIZES, ({ g }, { x }) => {
        const angles = g.mul(g.constant(positions), g.constant(tensor("rotary", `${set}.freqs`)));
        const wide = (wave: (v: Value) => Value) => g.cast(wave(g.cast(angles, "float64")), "float32");
        const rows = g.reshape(g.transpose(x, [0, 2, 1, 3]), [batch, length, heads * size]);
        const turned = g.rotaryEmbedding(rows, g.constant(int64([0])), wide(g.cos), wide(g.sin), heads, size);
        return { out: g.transpose(g.reshape(turned, [0, 0, heads, size]), [0, 2, 1, 3]) };
      });
      check("rotary", `${set}.out`, out);
    });
  }

  it("a block of the temporal encoder", async () => {
    const sizes = { ...SIZES, numQueries: 1, depth: 1 };
    const closing: [string, Tensor][] = [
      ["norm.weight", filled(1, 16)],
      ["norm.bias", filled(0, 16)],
    ];
    const weights = new Map([...under("blocks.0", pieces.starting("rotary_block", "weights.")), ...closing]);
    const { out } = await run({ x: tensor("rotary_block", "in0") }, weights, sizes, (net, { x }) => ({
      out: encode(net, asRows(net, x), gridOf(net, x, 2)).blocks[0],
    }));
    check("rotary_block", "out", out);
  });

  it("GELU and LayerNorm on their own", async () => {
    const feeds = { x: tensor("scalar", "gelu.in"), y: tensor("scalar", "layernorm.in") };
    const { gelu, layerNorm } = await run(feeds, new Map(), SIZES, ({ g }, { x, y }) => ({
      gelu: g.gelu(x),
      layerNorm: g.layerNorm(y, g.constant(filled(1, 16)), g.constant(filled(0, 16))),
    }));
    check("scalar", "gelu.out", gelu);
    check("scalar", "layernorm.out", layerNorm);
  });
}

/** Weights of the frequency MLP under which its output is its input: `gelu(z) − gelu(−z) = z`. */
function throughGelu(features: number, embedDim: number): Weights {
  const hidden = 4 * features;
  const first = new Float32Array(hidden * features);
  const second = new Float32Array(embedDim * hidden);
  for (let i = 0; i < features; i++) {
    for (const sign of [1, -1]) {
      const unit = sign === 1 ? i : features + i;
      first[unit * features + i] = sign;
      second[i * hidden + unit] = sign;
    }
  }
  const name = "freq_embed.frequency_to_embed";
  return new Map([
    [`${name}.fc1.weight`, float32(first, [hidden, features])],
    [`${name}.fc1.bias`, filled(0, hidden)],
    [`${name}.fc2.weight`, float32(second, [embedDim, hidden])],
    [`${name}.fc2.bias`, filled(0, embedDim)],
  ]);
}
