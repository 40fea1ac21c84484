import type { OutputSummary } from "../../runtime/prediction/summary.ts";
import { SENSORS } from "../../signal/index.ts";
import type { TaskSpec, TrainedTask } from "../../task/index.ts";
import type { Terminal } from "../effects.ts";
import { type Column, counted, type Paint, painter, percent, significant, table, wrap } from "../text.ts";
import { UNTRAINED } from "../untrained.ts";
import { answerText, meansOf } from "./describe.ts";
import type { PredictedRecording } from "./predictRecording.ts";

/** Recordings listed one by one; of more, only the sum is told. */
const LISTED = 40;

/** Characters of a bar of probability 1. */
const BAR = 20;

export const DISCLAIMER = "Research software, not a medical device.";

/** What a task said of recordings: the aggregate in full of one, a line each of several. */
export function predictionText(recordings: readonly PredictedRecording[], { columns, color }: Terminal): string[] {
  const paint = painter(color);
  const { task } = recordings[0];
  const title = task.spec.title === "" ? task.name : `${task.name}: ${task.spec.title}`;
  return [
    ...wrap(paint.bold(title), columns, 0),
    ...(recordings.length === 1 ? recordingText(recordings[0], columns, paint) : listed(recordings, columns, paint)),
    ...(recordings[0].trained ? [] : wrap(paint.warn(UNTRAINED), columns)),
    `  ${DISCLAIMER}`,
  ];
}

/** The aggregate of one recording in full, with what should be known of it. */
export function recordingText(recording: PredictedRecording, width: number, paint: Paint): string[] {
  const { file, task, windows, summary, warnings } = recording;
  const length = `${counted(windows.length, "window")} of ${significant(windows[0].duration)} s`;
  return [
    ...wrap(`${file}: ${length}, ${sensorsText(recording)}`, width),
    ...(task.spec.kind === "regression" ? valueLines(recording, width, paint) : classTable(recording, width, paint)),
    ...(summary.windows >= 5 || summary.windows === 0
      ? []
      : wrap("No interval: windows of one recording are alike, and it needs at least 5 of them.", width)),
    ...warnings.flatMap((warning) => wrap(paint.warn(warning), width)),
  ];
}

function sensorsText({ contract }: PredictedRecording): string {
  const parts = SENSORS.flatMap((sensor) => {
    const { length } = contract.used.filter((channel) => channel.sensor === sensor);
    return length === 0 ? [] : [`${length} ${sensor.toUpperCase()}`];
  });
  return parts.join(" + ");
}

function classTable({ task, summary }: PredictedRecording, width: number, paint: Paint): string[] {
  const { outputs, decided, agreement, windows } = summary;
  const spread = outputs.some(({ low }) => low !== null);
  const rows = outputs.map(({ name, mean, low, high }) => {
    const strong = decided.includes(name) ? paint.bold : (text: string) => text;
    return [
      strong(name),
      mean === null ? "none" : strong(share(mean)),
      ...(spread ? [intervalText(low, high, task.spec)] : []),
      bar(mean ?? 0),
    ];
  });
  const kind = task.spec.kind === "multilabel" ? "label" : "class";
  const columns: Column[] = [
    { title: kind, shrinks: true },
    { title: "mean", right: true },
    ...(spread ? [{ title: "95 % interval" }] : []),
    { title: "" },
  ];
  const agreeing =
    agreement === undefined ? [] : [`as in ${Math.round(agreement * windows)} of ${counted(windows, "window")}`];
  const answer = answerText(task, meansOf(outputs), decided, share);
  return [
    ...table(columns, rows, { width, paint }),
    ...(windows === 0 ? [] : wrap([answer, ...agreeing].join(", "), width)),
  ];
}

function valueLines({ task, summary }: PredictedRecording, width: number, paint: Paint): string[] {
  const [{ mean, low, high }] = summary.outputs;
  if (mean === null) return [];
  const range =
    low === null || high === null ? "" : `, 95 % interval of the mean ${intervalText(low, high, task.spec)}`;
  return wrap(`${paint.bold(valueText(mean, task.spec))}${range}`, width);
}

function listed(recordings: readonly PredictedRecording[], width: number, paint: Paint): string[] {
  const { task } = recordings[0];
  const columns: Column[] = [
    { title: "recording", shrinks: true },
    { title: "windows", right: true },
    { title: task.name },
    { title: "95 % interval" },
    { title: "agree", right: true },
    { title: "" },
  ];
  const shown = recordings.slice(0, LISTED);
  const warned = shown.filter(({ warnings }) => warnings.length > 0);
  return [
    ...table(
      columns,
      shown.map((recording) => lineOf(recording, task)),
      { width, paint },
    ),
    ...(recordings.length > LISTED ? [`  and ${counted(recordings.length - LISTED, "more recording")}`] : []),
    ...warned.flatMap(({ file, warnings }) =>
      warnings.flatMap((warning) => wrap(paint.warn(`${file}: ${warning}`), width)),
    ),
  ];
}

function lineOf({ file, summary, reduced }: PredictedRecording, task: TrainedTask): string[] {
  const { outputs, decided, windows, leftOut, agreement } = summary;
  const number = task.spec.kind === "regression" ? valueText : share;
  const first = mainOutput(outputs, decided);
  const notes = [...(reduced ? ["reduced"] : []), ...(leftOut > 0 ? [`${leftOut} left out`] : [])];
  return [
    file,
    String(windows),
    windows === 0 ? "nothing" : answerText(task, meansOf(outputs), decided, number),
    intervalText(first.low, first.high, task.spec),
    agreement === undefined ? "" : percent(agreement),
    notes.join(", "),
  ];
}

/** The output whose interval a line has room for: the first that is decided for, else the first of the highest. */
function mainOutput(outputs: readonly OutputSummary[], decided: readonly string[]): OutputSummary {
  const [top] = [...outputs].sort((a, b) => (b.mean ?? 0) - (a.mean ?? 0));
  return outputs.find(({ name }) => name === decided[0]) ?? top;
}

function intervalText(low: number | null, high: number | null, { kind }: TaskSpec): string {
  if (low === null || high === null) return "";
  return kind === "regression"
    ? `${significant(low)} to ${significant(high)}`
    : `${Math.round(100 * low)} to ${share(high)}`;
}

const share = (value: number): string => `${Math.round(100 * value)} %`;

const valueText = (value: number, { unit = "" }: TaskSpec): string => `${significant(value)} ${unit}`.trim();

const bar = (value: number): string => "█".repeat(Math.round(BAR * Math.min(1, Math.max(0, value))));
