import { canonicalJson } from "../formats/json.ts";
import { sha256 } from "./canonical.ts";
import type { ChannelSpec } from "./layout.ts";

/** Name of a layout by its channels alone: how many of each sensor, and a digest of all: "eeg19-ecg1-3fa9c1d2". */
export async function layoutId(channels: readonly ChannelSpec[]): Promise<string> {
  const plain = channels.map(({ name, sensor, location }) => ({ name, sensor, location: [...location] }));
  const digest = await sha256(canonicalJson(plain));
  const sensors = [...new Set(channels.map(({ sensor }) => sensor))];
  const counts = sensors.map((sensor) => sensor + channels.filter((channel) => channel.sensor === sensor).length);
  return [...counts, digest.slice(0, 8)].join("-");
}
