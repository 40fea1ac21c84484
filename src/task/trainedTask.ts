import type { Sensor } from "../signal/index.ts";
import type { Standardization } from "./standardization.ts";
import type { TaskSpec } from "./taskSpec.ts";

/** What a classification head was trained to say, kept with its weights: all that is needed to ask it about other windows. */
export interface TrainedTask {
  /** Name of the task in its stores. */
  readonly name: string;
  readonly spec: TaskSpec;
  /** The sensors it was trained with; all that a window has if not given. */
  readonly sensors?: readonly Sensor[];
  /** Canonical names of the channels that training windows had, all layouts together; not known of files that do not say it. */
  readonly channels?: readonly string[];
  /** Length of a window, samples at the model's rate; the middle of longer ones is taken. */
  readonly nTimes: number;
  /** Regression: units of the head. */
  readonly standardization?: Standardization;
}

/** Outputs of the head of a task: a logit per class (two for "binary"), or one value. */
export const headWidth = ({ kind, classes }: TaskSpec): number => (kind === "regression" ? 1 : classes.length);

/** What tells a task from another one of its name. */
export const describeSpec = ({ kind, classes, unit }: TaskSpec): string =>
  `${kind} (${classes.join(", ") || unit || "no unit"})`;
