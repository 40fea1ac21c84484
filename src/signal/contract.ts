import type { Sensor } from "./sensors.ts";

/**
 * How one model channel is made from the channels of a recording, and where its sensor sits.
 * `value = scale · (channels[plus] − channels[minus])`, in `unit`.
 */
export interface UsedChannel {
  /** Canonical name: "FP1", "FP1-F7", "II", "PPG". */
  readonly name: string;
  readonly sensor: Sensor;
  /** EEG: metres (x, y, z), MNE head coordinates. ECG and PPG: two angles in radians. SPEC.md §2. */
  readonly location: readonly number[];
  /** Index into the recording's channels. */
  readonly plus: number;
  /** Electrode or reference to subtract, in a channel derived from two of the file. */
  readonly minus?: number;
  /** Rate in the file, Hz. */
  readonly sfreq: number;
  /** Unit after scaling: "uV" for EEG, "mV" for ECG, "a.u." for PPG and wherever the file's unit is unknown. */
  readonly unit: string;
  /** Factor from the file's unit to `unit`; 1 where the unit is unknown. Negative where the file has a pair the other way round. */
  readonly scale: number;
}

/** A file channel (by label) and one sentence. */
export interface ContractNote {
  readonly label: string;
  readonly reason: string;
}

/** What is done with each channel of a recording, and why. Every operation on a recording returns one. */
export interface Contract {
  readonly used: readonly UsedChannel[];
  readonly dropped: readonly ContractNote[];
  readonly renamed: readonly (ContractNote & { readonly to: string })[];
  readonly derived: readonly (ContractNote & { readonly from: readonly string[] })[];
  /** Rates above the model's 256 Hz, or not dividing it, brought to it. */
  readonly resampled: readonly (ContractNote & { readonly from: number; readonly to: number })[];
  /** Rates below 256 Hz: brought up before filtering. */
  readonly upsampled: readonly (ContractNote & { readonly from: number; readonly to: number })[];
  readonly unitsConverted: readonly (ContractNote & { readonly from: string; readonly to: string })[];
  /** Names in `map` or `drop` that no channel of this recording has: one list may serve many files, but a slip shows. */
  readonly unmatched?: readonly ContractNote[];
}
