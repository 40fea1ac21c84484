import { samePlace } from "../../signal/channels/electrodes.ts";
import { type Contract, placeOf, SENSORS, type Sensor } from "../../signal/index.ts";
import type { TrainedTask } from "../../task/index.ts";

/** What a recording lacks of what a task was trained on. */
export interface Reduced {
  /** Sensors without a channel. */
  readonly sensors: readonly Sensor[];
  /** Canonical names of missing channels, those of missing sensors with them; empty where the training channels are not known. */
  readonly channels: readonly string[];
  /** Channels of the training; 0 where they are not known. */
  readonly of: number;
}

/** The sensors that a task was trained with; undefined where its file does not say. */
export function trainedSensors({ channels, sensors }: Pick<TrainedTask, "channels" | "sensors">): Sensor[] | undefined {
  const found = new Set(channels?.flatMap((name) => placeOf(name)?.sensor ?? []));
  return found.size > 0 ? SENSORS.filter((sensor) => found.has(sensor)) : sensors && [...sensors];
}

/** What is missing of the training channels; undefined where nothing is, or nothing is known of them. */
export function reducedBy(
  { used }: Pick<Contract, "used">,
  task: Pick<TrainedTask, "channels" | "sensors">,
): Reduced | undefined {
  const { channels = [] } = task;
  const there = new Set(used.map(({ name }) => samePlace(name)));
  const missing = channels.filter((name) => !there.has(samePlace(name)));
  const sensors = (trainedSensors(task) ?? []).filter((sensor) => used.every((channel) => channel.sensor !== sensor));
  return missing.length + sensors.length === 0 ? undefined : { sensors, channels: missing, of: channels.length };
}
