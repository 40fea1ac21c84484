import type { Sensor } from "../../signal/index.ts";

/** A stretch of each window, cut out before it is z-scored. */
export interface Crop {
  /** Samples to keep. */
  readonly nTimes: number;
  /** "random" is drawn anew per step and window; "centre" is the same every time. */
  readonly place: "random" | "centre";
}

/** Changes to windows, drawn anew per step. Each is off at 0. `gain`, `noise` and `shift` change each z-scored window, the others whole micro-batches. */
export interface Augment {
  /** σ of the logarithm of a factor per channel. */
  readonly gain: number;
  /** σ of white noise added to every sample, in standard deviations of the channel. */
  readonly noise: number;
  /** Longest shift in time, seconds either way, the same for all channels of a window; what leaves on one side enters on the other. */
  readonly shift: number;
  /** Chance of another reference for the EEG, where there are four electrodes or more: see `drawReference`. 0 if not given. */
  readonly reference?: number;
  /** Chance, for EEG and ECG each, of the channels of a smaller set-up: see `smallerMontage`. 0 if not given. */
  readonly montage?: number;
}

/** Channels that are left out of a whole micro-batch, drawn anew per step. At least one stays. */
export interface ChannelDropout {
  /** Chance of each channel to be left out. */
  readonly channels: number;
  /** Chance that one of the sensors is left out whole, where there are several. */
  readonly modality: number;
}

/** What is done with windows on their way to the model. */
export interface LoaderOptions {
  readonly seed: number;
  /** By corpus: the sensors to use; all if not given. */
  readonly sensors?: readonly (readonly Sensor[] | undefined)[];
  readonly crop?: Crop;
  readonly augment?: Augment;
  readonly dropout?: ChannelDropout;
  /** Micro-batches read ahead; those of one step, and at least 8, if not given. */
  readonly prefetch?: number;
  /** The rank reads the micro-batches whose place leaves the remainder `rank` by `size`; all of them if not given. */
  readonly part?: { readonly rank: number; readonly size: number };
}
