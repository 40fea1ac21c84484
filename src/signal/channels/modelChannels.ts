import { ContractError } from "../../errors.ts";
import { sensorRow } from "../sensors.ts";
import { channelIndex } from "./channelNames.ts";
import type { Placed } from "./locations.ts";

/** A channel as the model needs to know it. */
export interface PlacedChannel extends Placed {
  /** Canonical name: "FP1", "FP1-F7", "II", "PPG". */
  readonly name: string;
}

/** What the model is told of the channels of a window. */
export interface ModelChannels {
  /** [C, locationDim], raw: the model itself scales them per window. EEG in metres, ECG and PPG in radians. */
  readonly locations: Float32Array;
  /** 3 as soon as one channel is EEG; ECG and PPG angles then get a third 0. */
  readonly locationDim: 2 | 3;
  /** [C], rows of `sensor_embed`. */
  readonly sensorType: Int32Array;
  /** [C], rows of `channel_emb`; −1 where the name is not one of the 104 (only reconstruction needs it). */
  readonly channelIndex: Int32Array;
}

/**
 * Inputs that place the channels of a window (SPEC.md §2).
 * @throws ContractError without channels, and for a location that is not three finite numbers (EEG) or two (ECG, PPG)
 */
export function modelChannels(used: readonly PlacedChannel[]): ModelChannels {
  if (used.length === 0) {
    throw new ContractError({ where: "model channels", what: "none", expected: "at least one used channel" });
  }
  used.forEach(checkLocation);
  const locationDim = used.some(({ sensor }) => sensor === "eeg") ? 3 : 2;
  const locations = new Float32Array(used.length * locationDim);
  used.forEach(({ location }, c) => {
    locations.set(location, c * locationDim);
  });
  return {
    locations,
    locationDim,
    sensorType: Int32Array.from(used, ({ sensor }) => sensorRow(sensor)),
    channelIndex: Int32Array.from(used, ({ name }) => channelIndex(name)),
  };
}

function checkLocation({ name, sensor, location }: PlacedChannel): void {
  const dims = sensor === "eeg" ? 3 : 2;
  if (location.length === dims && location.every(Number.isFinite)) return;
  throw new ContractError({
    where: `channel ${name}`,
    what: "has an unfit location",
    expected: `${dims} finite numbers (${sensor === "eeg" ? "metres" : "radians"})`,
    got: `[${location.join(", ")}]`,
  });
}
