import { numFrequencies, type PanlunaSizes, widthOf } from "./sizes.ts";

/** How a parameter starts before training; see initialize.ts. */
export type Initialization =
  | "linear"
  | "projection"
  | "convolution"
  | "embedding"
  | "token"
  | "zeros"
  | "ones"
  | "rotary";

/** One tensor of the state dict. */
export interface ParameterSpec {
  /** The authors' name in their PyTorch state dict. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly init: Initialization;
  /** Stored in checkpoints but never trained. */
  readonly frozen?: boolean;
}

/** Which head stands on the encoder. */
export type Head =
  | { readonly kind: "none" }
  /** `numChannelNames` rows of `channel_emb`: 104 in the published checkpoint. */
  | { readonly kind: "reconstruct"; readonly numChannelNames: number }
  | { readonly kind: "classify"; readonly numClasses: number };

const linear = (name: string, out: number, inner: number): ParameterSpec[] => [
  { name: `${name}.weight`, shape: [out, inner], init: "linear" },
  { name: `${name}.bias`, shape: [out], init: "zeros" },
];

const norm = (name: string, width: number): ParameterSpec[] => [
  { name: `${name}.weight`, shape: [width], init: "ones" },
  { name: `${name}.bias`, shape: [width], init: "zeros" },
];

const convolution = (name: string, out: number, inner: number, kernel: number): ParameterSpec[] => [
  { name: `${name}.weight`, shape: [out, inner, 1, kernel], init: "convolution" },
  { name: `${name}.bias`, shape: [out], init: "zeros" },
];

const attention = (name: string, width: number): ParameterSpec[] => [
  { name: `${name}.in_proj_weight`, shape: [3 * width, width], init: "projection" },
  { name: `${name}.in_proj_bias`, shape: [3 * width], init: "zeros" },
  ...linear(`${name}.out_proj`, width, width),
];

const mlp = (name: string, inner: number, hidden: number, out: number, normed: boolean): ParameterSpec[] => [
  ...linear(`${name}.fc1`, hidden, inner),
  ...(normed ? norm(`${name}.norm`, hidden) : []),
  ...linear(`${name}.fc2`, out, hidden),
];

/** Every tensor of a PanLUNA state dict, in the authors' order and under their names. */
export function parameterSpecs(sizes: PanlunaSizes, head: Head): ParameterSpec[] {
  return [
    { name: "mask_token", shape: [1, 1, sizes.embedDim], init: "token" },
    ...tokenParameters(sizes),
    ...unificationParameters(sizes),
    ...Array.from({ length: sizes.depth }, (_, i) => blockParameters(`blocks.${i}`, sizes)).flat(),
    ...norm("norm", widthOf(sizes)),
    ...headParameters(sizes, head),
  ];
}

function tokenParameters(sizes: PanlunaSizes): ParameterSpec[] {
  const { embedDim: d, patchSize: p } = sizes;
  const features = 2 * numFrequencies(sizes);
  const stage = (i: number, inner: number, kernel: number) => [
    ...convolution(`patch_embed.proj_in.${i}`, d / 4, inner, kernel),
    ...norm(`patch_embed.proj_in.${i + 1}`, d / 4),
  ];
  return [
    ...stage(0, 1, p / 2 - 1),
    ...stage(3, d / 4, 3),
    ...stage(6, d / 4, 3),
    ...mlp("freq_embed.frequency_to_embed", features, 4 * features, d, false),
    { name: "sensor_embed.embeddings.weight", shape: [3, d], init: "embedding" },
    ...mlp("channel_location_embedder.0", d, 2 * d, d, true),
  ];
}

function unificationParameters({ embedDim: d, numQueries, mlpRatio }: PanlunaSizes): ParameterSpec[] {
  const layer = (name: string) => [
    ...attention(`${name}.self_attn`, d),
    ...linear(`${name}.linear1`, mlpRatio * d, d),
    ...linear(`${name}.linear2`, d, mlpRatio * d),
    ...norm(`${name}.norm1`, d),
    ...norm(`${name}.norm2`, d),
  ];
  return [
    { name: "cross_attn.query_embed", shape: [1, numQueries, d], init: "token" },
    { name: "cross_attn.temparature", shape: [], init: "ones", frozen: true }, // sic; the authors' model never reads it
    ...attention("cross_attn.cross_attention", d),
    ...mlp("cross_attn.ffn", d, mlpRatio * d, d, true),
    ...norm("cross_attn.keys_norm", d),
    ...norm("cross_attn.values_norm", d),
    ...norm("cross_attn.queries_norm", d),
    ...[0, 1, 2].flatMap((i) => layer(`cross_attn.query_self_attn.layers.${i}`)),
  ];
}

function blockParameters(name: string, sizes: PanlunaSizes): ParameterSpec[] {
  const width = widthOf(sizes);
  const headDim = sizes.embedDim / sizes.numHeads;
  return [
    ...norm(`${name}.norm1`, width),
    { name: `${name}.attn.rotary_emb.freqs`, shape: [headDim / 2], init: "rotary", frozen: true },
    ...linear(`${name}.attn.qkv_proj`, 3 * width, width),
    ...linear(`${name}.attn.proj`, width, width),
    ...norm(`${name}.norm2`, width),
    ...linear(`${name}.mlp.fc1`, sizes.mlpRatio * width, width),
    ...linear(`${name}.mlp.fc2`, width, sizes.mlpRatio * width),
    ...norm(`${name}.mlp.norm`, sizes.mlpRatio * width), // after fc2 here, unlike in the other parts
  ];
}

function headParameters(sizes: PanlunaSizes, head: Head): ParameterSpec[] {
  const { embedDim: d, patchSize } = sizes;
  const width = widthOf(sizes);
  const decoder = "decoder_head.decoder_pred.layers.0";
  switch (head.kind) {
    case "none":
      return [];
    case "reconstruct":
      return [
        ...attention(`${decoder}.self_attn`, d),
        ...attention(`${decoder}.multihead_attn`, d),
        ...linear(`${decoder}.linear1`, 4 * d, d),
        ...linear(`${decoder}.linear2`, d, 4 * d),
        ...[1, 2, 3].flatMap((i) => norm(`${decoder}.norm${i}`, d)),
        ...norm("decoder_head.norm", d),
        ...mlp("decoder_head.decoder_linear", d, 4 * d, patchSize, false),
        { name: "channel_emb.embeddings.weight", shape: [head.numChannelNames, d], init: "embedding" },
      ];
    case "classify":
      return [
        { name: "classifier.learned_agg", shape: [1, 1, width], init: "token" },
        ...attention("classifier.decoder_attn", width),
        ...mlp("classifier.decoder_ffn", width, 2 * width, head.numClasses, false),
      ];
  }
}
