import type { Sensor } from "../sensors.ts";

/** Bipolar montages known by name. */
export type MontageName = "tueg20" | "tueg22";

/** What the user knows better than the file, and wants of it. */
export interface ContractOptions {
  /** The sensors to use; all if not given. */
  readonly use?: readonly Sensor[];
  /**
   * Label in the file → canonical name, or "drop": `{ ch1: "CZ", Col2: "PPG", "EEG 5": "FP1-F7" }`.
   * A label matches exactly, else in any case, else without its prefix and reference ("Foo" for "EEG Foo").
   */
  readonly map?: Readonly<Record<string, string>>;
  /** What channels with labels that say nothing are, as in a table without a header. */
  readonly sensor?: Sensor;
  /** Labels to leave out; they match as those of `map`. */
  readonly drop?: readonly string[];
  /**
   * Channels wanted, in this order: canonical names ("CZ"), pairs ("FP1-F7") or an electrode and its reference ("F4-M1").
   * What the file does not hold is derived from single electrodes. Rules only the sensors it names: ECG and PPG are kept beside an EEG montage.
   */
  readonly montage?: MontageName | readonly string[];
  /** Canonical names, or sensors ("ecg"), without which the recording is of no use. */
  readonly require?: readonly string[];
  /** Lead of an ECG that states none; "I" if not given. */
  readonly ecgLead?: string;
  /** Hz; the model's 256 if not given. */
  readonly targetSfreq?: number;
}
