import { faultOf, type QualityRow, SENSORS, type Sensor, type UsedChannel } from "../../signal/index.ts";

/** What of a window can be used. */
export interface UsableWindow {
  /** Indices of the channels that stay: all channels of every sensor that has a usable one. */
  readonly channels: readonly number[];
  /** Share of usable ones among `channels`; 0 where none stays. */
  readonly quality: number;
  /** Sensors without a usable channel, with the flags that made them so. */
  readonly leftOut: readonly { readonly sensor: Sensor; readonly reason: string }[];
}

/**
 * Judge a window: a sensor of which no channel is usable is taken out, as if it had not been worn; the channels of the others
 * all stay, and the quality says how many of them are usable.
 * @param rows one per channel of `used`
 */
export function judgeWindow(used: readonly Pick<UsedChannel, "sensor">[], rows: readonly QualityRow[]): UsableWindow {
  const faults = rows.map(faultOf);
  const leftOut: { sensor: Sensor; reason: string }[] = [];
  const channels: number[] = [];
  for (const sensor of SENSORS) {
    const own = used.flatMap((channel, c) => (channel.sensor === sensor ? [c] : []));
    if (own.length === 0) continue;
    if (own.some((c) => faults[c] === undefined)) channels.push(...own);
    else leftOut.push({ sensor, reason: [...new Set(own.map((c) => faults[c]!))].sort().join(", ") });
  }
  channels.sort((a, b) => a - b);
  const usable = channels.filter((c) => faults[c] === undefined).length;
  return { channels, quality: channels.length === 0 ? 0 : usable / channels.length, leftOut };
}
