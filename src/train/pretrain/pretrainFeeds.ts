import type { Feeds, FeedTensor } from "../../runtime/session.ts";
import { CHANNEL_NAMES } from "../../signal/index.ts";
import { channelInputs } from "../inputs.ts";
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
}

/** Inputs of a reconstruction graph. @param windows of the whole batch, all ranks */
export function pretrainFeeds(
  { x, shape, channels, indices }: LoadedMicroBatch,
  windows: number,
  key: StepKey,
  { masks, sigma, patchSize }: PretrainNoise,
): Feeds {
  const [count, nChans, nTimes] = shape;
  const patches = nTimes / patchSize;
  const known = channelInputs(channels, count, CHANNEL_NAMES.length);
  return {
    x: { dtype: "float32", shape, data: x },
    ...known,
    mask: { dtype: "bool", shape: [count, nChans, patches], data: patchMasks(key, indices, nChans, patches, masks) },
    share: { dtype: "float32", shape: [], data: Float32Array.of(count / windows) },
    ...(sigma > 0 && { location_noise: noiseOn(known.channel_locations, indices, key, sigma) }),
  };
}

function noiseOn({ shape }: FeedTensor, indices: Uint32Array, key: StepKey, sigma: number): FeedTensor {
  return { dtype: "float32", shape, data: locationNoise(key, indices, shape[1], shape[2], sigma) };
}
