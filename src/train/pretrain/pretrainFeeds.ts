import type { Feeds, FeedTensor } from "../../runtime/session.ts";
import { CHANNEL_NAMES, type Sensor } from "../../signal/index.ts";
import type { PretrainConfig } from "../config/index.ts";
import { type ChannelInputs, channelInputs } from "../inputs.ts";
import type { LoadedMicroBatch } from "../loader/index.ts";
import { locationNoise } from "../locationNoise.ts";
import { type MaskOptions, patchMasks } from "../masking.ts";
import type { StepKey } from "../windowStream.ts";

/** How windows are hidden and disturbed. */
export interface PretrainNoise {
  readonly masks: MaskOptions;
  /** σ of the noise on scaled locations; 0 where the graph has no input for it. */
  readonly sigma: number;
  readonly patchSize: number;
  /** Whether sensors count alike, see `sensorWeights`. */
  readonly balanced: boolean;
}

/** Which patches are hidden, in patches instead of seconds. @param sfreq Hz */
export function masksOf(
  { kind, ratio, blockSeconds }: PretrainConfig["masking"],
  patchSize: number,
  sfreq: number,
): MaskOptions {
  return { kind, ratio, span: Math.max(1, Math.round((blockSeconds * sfreq) / patchSize)) };
}

/** Inputs of a reconstruction graph for training. @param windows of the whole batch, all ranks */
export function pretrainFeeds(
  micro: LoadedMicroBatch,
  windows: number,
  key: StepKey,
  { masks, sigma, patchSize, balanced }: PretrainNoise,
): Feeds {
  const known = maskedFeeds(micro, key, { masks, patchSize, numChannelNames: CHANNEL_NAMES.length });
  return {
    ...known,
    share: { dtype: "float32", shape: [], data: Float32Array.of(micro.shape[0] / windows) },
    ...(balanced && { channel_weight: sensorWeights(micro.channels) }),
    ...(sigma > 0 && { location_noise: noiseOn(known.channel_locations, micro.indices, key, sigma) }),
  };
}

/** (C) How much each channel counts where sensors count alike: 1 on average, and as much in all for each sensor. */
export function sensorWeights(channels: readonly { readonly sensor: Sensor }[]): FeedTensor {
  const counts = new Map<Sensor, number>();
  for (const { sensor } of channels) counts.set(sensor, (counts.get(sensor) ?? 0) + 1);
  const each = channels.length / counts.size;
  const data = Float32Array.from(channels, ({ sensor }) => each / counts.get(sensor)!);
  return { dtype: "float32", shape: [channels.length], data };
}

/** Windows with some of their patches hidden. */
export interface MaskedFeeds extends ChannelInputs {
  /** (B, C, T) */
  readonly x: FeedTensor;
  /** (B, C, T / patchSize) */
  readonly mask: FeedTensor & { readonly data: Uint8Array };
}

/**
 * Inputs of a reconstruction graph. The masks depend on the key and on the places of the windows alone.
 * @param hidden.numChannelNames rows of the model's `channel_emb`
 */
export function maskedFeeds(
  { x, shape, channels, indices }: Pick<LoadedMicroBatch, "x" | "shape" | "channels" | "indices">,
  key: StepKey,
  hidden: Pick<PretrainNoise, "masks" | "patchSize"> & { readonly numChannelNames: number },
): MaskedFeeds & Feeds {
  const [count, nChans, nTimes] = shape;
  const patches = nTimes / hidden.patchSize;
  const mask = patchMasks(key, indices, nChans, patches, hidden.masks);
  return {
    x: { dtype: "float32", shape, data: x },
    ...channelInputs(channels, count, hidden.numChannelNames),
    mask: { dtype: "bool", shape: [count, nChans, patches], data: mask },
  };
}

function noiseOn({ shape }: FeedTensor, indices: Uint32Array, key: StepKey, sigma: number): FeedTensor {
  return { dtype: "float32", shape, data: locationNoise(key, indices, shape[1], shape[2], sigma) };
}
