import { SignalError, UsageError } from "../../errors.ts";
import { type Label, labelWidth, type TaskSpec } from "../../task/taskSpec.ts";
import type { ChannelSpec } from "../layout.ts";
import type { WindowRow } from "../partWriter.ts";

/**
 * Check one window before anything of it is stored.
 * @throws SignalError for samples that are missing, surplus or not finite; UsageError for what is said about the window
 */
export function checkRow(
  row: WindowRow,
  channels: readonly ChannelSpec[],
  nTimes: number,
  tasks: Readonly<Record<string, TaskSpec>>,
): void {
  const where = `${row.recording}, window at ${row.onset} s`;
  checkSamples(row.x, channels, nTimes, where);
  if (row.subject === "" || row.recording === "") {
    throw new UsageError({ where, what: "a window without a subject or a recording" });
  }
  if (!Number.isFinite(row.onset) || !(row.quality >= 0 && row.quality <= 1)) {
    const got = `${row.onset} s, ${row.quality}`;
    throw new UsageError({ where, what: "onset or quality", expected: "a finite onset and a quality of 0 to 1", got });
  }
  for (const [task, label] of Object.entries(row.labels)) {
    if (!Object.hasOwn(tasks, task)) {
      const expected = Object.keys(tasks).join(", ") || "none";
      throw new UsageError({ where, what: "a label of a task that the store does not have", expected, got: task });
    }
    checkLabel(tasks[task], label, `${where}, task ${task}`);
  }
}

function checkSamples(x: Float32Array, channels: readonly ChannelSpec[], nTimes: number, where: string): void {
  if (x.length !== channels.length * nTimes) {
    const expected = `${channels.length} × ${nTimes}`;
    throw new SignalError({ where, what: "number of samples", expected, got: String(x.length) });
  }
  let bad = 0;
  while (bad < x.length && Number.isFinite(x[bad])) bad++;
  if (bad === x.length) return;
  throw new SignalError({
    where,
    what: "a sample that is not finite",
    at: `channel ${channels[Math.floor(bad / nTimes)].name}, sample ${bad % nTimes}`,
    got: String(x[bad]),
    todo: "Run the signal chain first: it sets missing samples to 0",
  });
}

function checkLabel(task: TaskSpec, label: Label, where: string): void {
  const values = typeof label === "number" ? [label] : label;
  const array = typeof label !== "number";
  if (array === (task.kind === "multilabel") && values.length === labelWidth(task)) {
    if (values.every((value) => isLabel(task, value))) return;
  }
  throw new UsageError({ where, what: "a label", expected: expectedOf(task), got: JSON.stringify(label) });
}

function isLabel({ kind, classes }: TaskSpec, value: number): boolean {
  if (kind === "regression") return Number.isFinite(value);
  return Number.isInteger(value) && value >= 0 && value < (kind === "multilabel" ? 2 : classes.length);
}

function expectedOf({ kind, classes }: TaskSpec): string {
  if (kind === "regression") return "a finite number";
  return kind === "multilabel" ? `${classes.length} of 0 or 1` : `an index from 0 to ${classes.length - 1}`;
}
