import { ContractError } from "../../errors.ts";
import { NOTHING_LEFT } from "../../signal/channels/contractErrors.ts";
import { type Contract, MODEL_SFREQ, placeOf, planContract, type Recording, type Sensor } from "../../signal/index.ts";
import type { TrainedTask } from "../../task/index.ts";
import type { RecordingOptions } from "../epochs.ts";
import { trainedSensors } from "./reduced.ts";

/** Channels of a sensor that recordings usually have, for tasks that do not say theirs. */
const TYPICAL: Readonly<Record<Sensor, string>> = {
  eeg: "electrodes such as FP1, CZ, O2",
  ecg: "leads such as I, II, V1",
  ppg: "PPG",
};

/** Names shown of a sensor. */
const SHOWN = 12;

/** Length of the windows that a task was trained on, s. */
export const windowOf = ({ nTimes }: Pick<TrainedTask, "nTimes">): number => nTimes / MODEL_SFREQ;

/** "ECG (I, II, III, AVR) or PPG (PPG)" */
export function describeNeed(task: Pick<TrainedTask, "channels" | "sensors">): string {
  const sensors = trainedSensors(task) ?? (Object.keys(TYPICAL) as Sensor[]);
  const each = sensors.map((sensor) => {
    const own = task.channels?.filter((name) => placeOf(name)?.sensor === sensor) ?? [];
    const names = own.length > SHOWN ? [...own.slice(0, SHOWN), "…"] : own;
    return `${sensor.toUpperCase()} (${names.join(", ") || TYPICAL[sensor]})`;
  });
  return each.join(" or ");
}

/**
 * The contract of a recording for a task: of its sensors, if no others are asked for.
 * @throws ContractError that says what to provide where no channel of them is there; others of `planContract`
 */
export function contractFor(recording: Recording, task: TrainedTask, options: RecordingOptions): Contract {
  const use = options.use ?? trainedSensors(task);
  try {
    return planContract(recording.channels, { ...options, use });
  } catch (cause) {
    if (!(cause instanceof ContractError) || cause.parts.what !== NOTHING_LEFT) throw cause;
    throw new ContractError({
      where: recording.name,
      what: `has no channel from which ${task.name} can be told`,
      expected: describeNeed(task),
      got: cause.parts.got,
      todo: `Provide a recording that has such channels, or say which one is: ${mapExample(use)}`,
      cause,
    });
  }
}

const EXAMPLE: Readonly<Record<Sensor, string>> = { eeg: "CZ", ecg: "II", ppg: "PPG" };

const mapExample = (use: readonly Sensor[] = ["ecg"]): string => `--map "label=${EXAMPLE[use[0]]}"`;

/** What to do where no window fits. */
export const lengthNeeded = (task: TrainedTask): string =>
  `${task.name} is told from windows of ${windowOf(task)} s: provide a longer recording. Shorter windows (--window) give an answer that nobody has tested`;
