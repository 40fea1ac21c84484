import { WeightsError } from "../errors.ts";
import { type Graph, type GraphBuilder, productOf, type Value } from "../graph/index.ts";
import { channelUnify } from "./channelUnify.ts";
import { classificationHead } from "./classificationHead.ts";
import { encode } from "./encoder.ts";
import { frequencyEmbed } from "./frequencyEmbed.ts";
import { gridOf, overGrid } from "./grid.ts";
import { asRows } from "./linear.ts";
import { encodeLocations, locationEmbed, montageEmbed, scaleLocations } from "./locationEmbed.ts";
import type { Network } from "./network.ts";
import type { NoiseInput } from "./noise.ts";
import type { Head } from "./parameters.ts";
import { patchEmbed } from "./patchEmbed.ts";
import { reconstructionHead } from "./reconstructionHead.ts";
import { type PanlunaModel, startNetwork, type TrainingForm } from "./startNetwork.ts";

/** What a graph is for. */
export interface PanlunaGraphOptions {
  /**
   * Names of the values to return, see `openPanluna`; if not given `latent` and what the head makes
   * (`reconstruction` or `logits`).
   */
  readonly outputs?: readonly string[];
  /** Take a patch mask (B, C, S) and replace masked patches by the mask token. */
  readonly masked?: boolean;
  /**
   * Where the montage embedding comes from: "locations" takes raw locations and sensor types, as an exported model must;
   * "embedded" takes the result of `montageGraph`, so that it is not made again for every batch of a recording.
   */
  readonly montage?: "locations" | "embedded";
  /** Make trained parameters inputs, and add the noise of training. */
  readonly training?: TrainingForm;
}

/** Dynamic axes: batch, channels, patch times, axes of a location. */
const [B, C, S, DIM] = ["B", "C", "S", "dim"];

/** A network whose graph is still open: losses, gradients or a further head can be added before it is finished. */
export interface OpenNetwork {
  readonly g: GraphBuilder;
  /** Inputs of a graph for training that take noise. */
  readonly noise: readonly NoiseInput[];
  /** The value of a public name, see `openPanluna`. @throws WeightsError for a name that the network does not have */
  value(name: string): Value;
  finish(outputs: Readonly<Record<string, Value>>): Graph;
}

/**
 * The whole network as one graph with dynamic batch, channel and patch axes.
 *
 * Inputs: `x` (B, C, T) float32, z-scored, T a multiple of P; `channel_locations` (B, C, 2 | 3) and `sensor_type` (B, C) int32
 * (or `montage` (B, C, D)); `mask` (B, C, S) bool if masked; `channel_names` (B, C) int32 for the reconstruction head.
 *
 * Values by name: `x`, `mask`; `patch_embed`, `freq_embed` (B, C·S, D; token n = c·S + t), `channel_locations_normalised`, `nerf`,
 * `channel_locations_emb`, `montage` (B, C, D), `tokens` (B, S, C, D), `cross_attn.scores` (B, S, Q, C), `cross_attn.output` (B, S, Q·D), `blocks.i` (B, S, W),
 * `latent` (B, S, W), `embedding` (B, W): the latents' mean over time; reconstruction: `decoder.layer`, `decoder.norm` (B·S·C, D),
 * `reconstruction` (B, C, T); classification: `classifier.pooled` (B, 1, W), `logits` (B, K).
 * @throws GraphError for sizes that cannot be, WeightsError for a tensor that is missing
 */
export function openPanluna(model: PanlunaModel, options: Omit<PanlunaGraphOptions, "outputs"> = {}): OpenNetwork {
  const { net, g, noise } = startNetwork("panluna", model, options.training);
  const x = g.name("x", g.input("x", "float32", [B, C, productOf([model.sizes.patchSize, S])]));
  const montage =
    options.montage === "embedded"
      ? g.input("montage", "float32", [B, C, model.sizes.embedDim])
      : fromLocations(net, options.training?.locationNoise);
  const patches = g.transpose(g.reshape(x, [0, 0, -1, model.sizes.patchSize]), [0, 2, 1, 3]); // (B, S, C, P)
  const tokens = tokensOf(net, patches, montage, options.masked ?? false);
  const grid = gridOf(net, patches, 2);
  const { latent: unified, scores } = channelUnify(net, tokens);
  const encoded = encode(net, unified, grid);
  const named = (name: string, rows: Value) => g.name(name, overGrid(net, rows, grid));
  named("cross_attn.output", unified);
  g.name("cross_attn.scores", scores);
  encoded.blocks.forEach((block, i) => void named(`blocks.${i}`, block));
  const latent = named("latent", encoded.latent);
  g.name("embedding", g.reduceMean(latent, [1], false));
  buildHead(net, model.head, latent, montage);
  return { g, noise, value: (name) => namedValue(g, name), finish: (outputs) => g.finish(outputs, metadataOf(model)) };
}

/** `openPanluna`, finished with the outputs asked for. */
export function panlunaGraph(model: PanlunaModel, options: PanlunaGraphOptions = {}): Graph {
  const open = openPanluna(model, options);
  const names = options.outputs ?? defaultOutputs(model.head);
  return open.finish(Object.fromEntries(names.map((name) => [name, open.value(name)])));
}

/**
 * The part of the network that depends on the montage alone: `channel_locations`, `sensor_type` → `montage` (B, C, D).
 */
export function montageGraph(model: PanlunaModel): Graph {
  const open = openMontage(model, { name: "panluna-montage" });
  return open.finish({ montage: open.value("montage") });
}

/** `montageGraph`, still open: the network itself can be built on it. */
export function openMontage(
  model: PanlunaModel,
  { name, training }: { readonly name: string; readonly training?: TrainingForm },
): OpenNetwork {
  const { net, g, noise } = startNetwork(name, model, training);
  fromLocations(net, training?.locationNoise);
  return { g, noise, value: (name) => namedValue(g, name), finish: (outputs) => g.finish(outputs, metadataOf(model)) };
}

function fromLocations(net: Network, noisy = false): Value {
  const { g } = net;
  const scaled = g.name(
    "channel_locations_normalised",
    scaleLocations(net, g.input("channel_locations", "float32", [B, C, DIM])),
  );
  const placed = noisy ? g.add(scaled, g.input("location_noise", "float32", [B, C, DIM])) : scaled;
  const code = g.name("nerf", encodeLocations(net, placed));
  const location = g.name("channel_locations_emb", locationEmbed(net, code));
  return g.name("montage", montageEmbed(net, location, g.input("sensor_type", "int32", [B, C])));
}

/** Tokens (B, S, C, D): patch + frequency embedding (or the mask token) + montage embedding. Patch time comes before channel from here on. */
function tokensOf(net: Network, patches: Value, montage: Value, masked: boolean): Value {
  const { g, sizes } = net;
  const { patchSize, embedDim } = sizes;
  const fromPatch = patchEmbed(net, g.reshape(patches, [0, -1, patchSize])); // (B, S·C, D)
  const fromFrequency = frequencyEmbed(net, asRows(net, patches)); // (B·S·C, D)
  const grid = gridOf(net, patches, 3);
  const placed = (v: Value) => overGrid(net, v, grid); // (B, S, C, D)
  const channelMajor = (v: Value) => g.reshape(g.transpose(placed(v), [0, 2, 1, 3]), [0, -1, embedDim]);
  g.name("patch_embed", channelMajor(fromPatch));
  g.name("freq_embed", channelMajor(fromFrequency));
  const content = placed(g.add(asRows(net, fromPatch), fromFrequency));
  const kept = masked ? replaceMasked(net, content) : content;
  return g.name("tokens", g.add(kept, g.unsqueeze(montage, [1])));
}

function replaceMasked({ g, sizes, parameter }: Network, content: Value): Value {
  const mask = g.name("mask", g.input("mask", "bool", [B, C, S]));
  const perToken = g.unsqueeze(g.transpose(mask, [0, 2, 1]), [3]); // (B, S, C, 1)
  return g.where(perToken, g.reshape(parameter("mask_token"), [1, 1, 1, sizes.embedDim]), content);
}

function buildHead(net: Network, head: Head, latent: Value, montage: Value): void {
  const { g } = net;
  if (head.kind === "classify") {
    const { pooled, logits } = classificationHead(net, latent);
    g.name("classifier.pooled", pooled);
    g.name("logits", logits);
  } else if (head.kind === "reconstruct") {
    const { layer, normed, patches } = reconstructionHead(
      net,
      latent,
      montage,
      g.input("channel_names", "int32", [B, C]),
    );
    g.name("decoder.layer", layer);
    g.name("decoder.norm", normed);
    g.name("reconstruction", g.reshape(g.transpose(patches, [0, 2, 1, 3]), [0, 0, -1]));
  }
}

function defaultOutputs({ kind }: Head): string[] {
  return { none: ["latent"], reconstruct: ["latent", "reconstruction"], classify: ["latent", "logits"] }[kind];
}

function namedValue(g: GraphBuilder, name: string): Value {
  const value = g.named.get(name);
  if (value !== undefined) return value;
  throw new WeightsError({
    where: "outputs",
    what: "no such value in the model",
    expected: `one of ${[...g.named.keys()].join(", ")}`,
    got: name,
  });
}

function metadataOf({ sizes, head }: PanlunaModel): Record<string, string> {
  return { "panluna.sizes": JSON.stringify(sizes), "panluna.head": JSON.stringify(head) };
}
