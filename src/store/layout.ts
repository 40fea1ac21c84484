import type { Sensor } from "../signal/index.ts";

/** A channel of a window as the model sees it: SPEC.md §2. */
export interface ChannelSpec {
  /** Canonical name: "FP1", "FP1-F7", "II", "PPG". */
  readonly name: string;
  readonly sensor: Sensor;
  /** EEG: metres (x, y, z), MNE head coordinates. ECG and PPG: two angles in radians. */
  readonly location: readonly number[];
}

/** The channels that a set of windows shares, in their order. A batch has windows of one layout. */
export interface Layout {
  /** Tells layouts of a store apart and does not change when others are added, e.g. "eeg19-ecg1-3fa9c1". */
  readonly id: string;
  readonly channels: readonly ChannelSpec[];
}
