import type { Channel } from "../recording.ts";
import type { Sensor } from "../sensors.ts";
import type { ParsedLabel } from "./parsedLabel.ts";

/** A channel of the file that can become a model channel. */
export interface Candidate {
  /** Index into the recording's channels. */
  readonly index: number;
  readonly channel: Channel;
  /** Canonical name; it has a place. */
  readonly name: string;
  readonly sensor: Sensor;
  readonly parsed: ParsedLabel;
  /** The user gave the name. */
  readonly mapped: boolean;
  /** Why it is not used unless a montage names it. */
  readonly asideBecause?: string;
}
