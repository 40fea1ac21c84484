import type { Sensor } from "../sensors.ts";
import { ELECTRODES } from "./electrodes.ts";

const { PI } = Math;

/** The two angles (radians) of each ECG lead as the authors set them; V2 and V3 share theirs. SPEC.md §2. */
export const ECG_LEADS: ReadonlyMap<string, readonly [number, number]> = new Map([
  ["I", [PI / 2, PI / 2]],
  ["II", [(5 * PI) / 6, PI / 2]],
  ["III", [(5 * PI) / 6, -PI / 2]],
  ["AVR", [PI / 3, -PI / 2]],
  ["AVL", [PI / 3, PI / 2]],
  ["AVF", [PI, PI / 2]],
  ["V1", [PI / 2, -PI / 18]],
  ["V2", [PI / 2, PI / 18]],
  ["V3", [PI / 2, PI / 18]],
  ["V4", [(11 * PI) / 20, PI / 6]],
  ["V5", [(8 * PI) / 15, PI / 3]],
  ["V6", [(8 * PI) / 15, PI / 2]],
]);

/** The one canonical name of a PPG channel, and its angles. */
export const PPG_NAME = "PPG";
const PPG_ANGLES = [0, 0] as const;

/** Sensor and raw location of a channel. */
export interface Placed {
  readonly sensor: Sensor;
  /** EEG: metres (x, y, z), head coordinates. ECG and PPG: two angles, radians. */
  readonly location: readonly number[];
}

/**
 * Where the sensor of a canonical name sits: "CZ", "FP1-F7" (the midpoint), "AVR", "PPG".
 * @returns undefined for a name without a place, so that no channel ever gets a silent zero
 */
export function placeOf(name: string): Placed | undefined {
  if (name === PPG_NAME) return { sensor: "ppg", location: PPG_ANGLES };
  const angles = ECG_LEADS.get(name);
  if (angles !== undefined) return { sensor: "ecg", location: angles };
  const electrodes = name.split("-").map((electrode) => ELECTRODES.get(electrode));
  const [plus, minus] = electrodes;
  if (plus === undefined || electrodes.length > 2) return undefined;
  if (electrodes.length === 1) return { sensor: "eeg", location: plus };
  return minus && { sensor: "eeg", location: plus.map((value, axis) => (value + minus[axis]) / 2) };
}
