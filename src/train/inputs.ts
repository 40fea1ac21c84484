import type { FeedTensor } from "../runtime/session.ts";
import { montageFeeds, repeated } from "../runtime/windowRunner.ts";
import { channelRows, type PlacedChannel } from "../signal/index.ts";

/** What the model is told of the channels of a batch. */
export interface ChannelInputs {
  /** (B, C, 2 | 3) raw: the model scales them per window. */
  readonly channel_locations: FeedTensor;
  /** (B, C) rows of `sensor_embed`. */
  readonly sensor_type: FeedTensor;
  /** (B, C) rows of `channel_emb`; only the reconstruction head takes them. */
  readonly channel_names: FeedTensor;
}

/**
 * Inputs of a batch of windows that share their channels (SPEC.md §2): 2-D locations where all are ECG or PPG, else 3-D.
 * @param numChannelNames rows of `channel_emb`; an electrode without a row takes its nearest neighbour's
 * @throws ContractError without channels or for a location that is not finite
 */
export function channelInputs(
  channels: readonly PlacedChannel[],
  batch: number,
  numChannelNames: number,
): ChannelInputs {
  const { channel_locations, sensor_type } = montageFeeds({ used: channels });
  const { rows } = channelRows(channels, numChannelNames);
  return {
    channel_locations: repeated(channel_locations, batch),
    sensor_type: repeated(sensor_type, batch),
    channel_names: repeated({ dtype: "int32", shape: [1, channels.length], data: rows }, batch),
  };
}
