import { SENSORS, type Sensor } from "../sensors.ts";

/** What the signal of a channel is, as far as its label and unit tell. */
export type LabelKind =
  | Sensor
  | "eog"
  | "emg"
  | "resp"
  | "spo2"
  | "rate"
  | "pressure"
  | "flow"
  | "co2"
  | "temp"
  | "eda"
  | "acc"
  | "position"
  | "light"
  | "sound"
  | "stim"
  | "annotation"
  | "time"
  | "quality"
  | "auxiliary"
  | "intracranial"
  | "meg"
  | "unknown";

/** A label, read. */
export interface ParsedLabel {
  readonly kind: LabelKind;
  /** Canonical name with a known place ("FP1", "FP1-F7", "II", "PPG"); absent where the channel has none. */
  readonly name?: string;
  /** What a single EEG electrode is measured against, as the label spells it: "M1", "REF", "A1+A2". */
  readonly reference?: string;
  /** Both electrodes of a bipolar EEG channel. */
  readonly electrodes?: readonly [plus: string, minus: string];
  /** The part of an EEG label that ought to be an electrode and is none. */
  readonly unplaced?: string;
  /** An EEG amplifier input known by number only; beside located channels it is a spare one. */
  readonly numbered?: true;
  /** Has a place, but is used only where the user or a montage names it: ears and mastoids. */
  readonly onRequest?: true;
  /** The name is a convention (an ECG of unstated lead, a light's colour): gives way to a channel that states it. */
  readonly assumed?: true;
  /** One sentence: what the label was taken for, and why. */
  readonly reason: string;
}

/** A kind narrowed to a sensor of the model. */
export const isSensor = (kind: LabelKind): kind is Sensor => (SENSORS as readonly string[]).includes(kind);
