import type { Amount, PrepareReport, PrepareResult, PrepareSettings } from "../../datasets/prepare/index.ts";
import type { Sensor } from "../../signal/index.ts";
import type { TaskSpec } from "../../store/index.ts";
import type { Terminal } from "../effects.ts";
import { counted, duration, type Paint, painter, percent, significant, table, wrap } from "../text.ts";

/** What the command found out, as it goes to JSON. */
export interface PrepareSummary extends PrepareResult {
  readonly store: string;
  readonly recipe: string;
  readonly settings: PrepareSettings;
  readonly tasks: Readonly<Record<string, TaskSpec>>;
  readonly workers: number;
  /** Wall clock. */
  readonly seconds: number;
}

/** Lines of one kind; more are only counted, JSON has them all. */
const LISTED = 12;

/** The report on a terminal. */
export function reportText(result: PrepareSummary, { columns, color }: Terminal): string[] {
  const paint = painter(color);
  const show = { width: columns, paint };
  const { settings, windows, hours, recordings, subjects, parts, resumed } = result;
  const every = settings.hopSeconds === settings.windowSeconds ? "" : ` every ${significant(settings.hopSeconds)} s`;
  return [
    paint.bold(`${result.store}: ${counted(windows, "window")} of ${significant(settings.windowSeconds)} s${every}`),
    ...wrap(
      `${hoursText(hours)} of ${counted(subjects, "subject")} in ${counted(recordings, "recording")} (${counted(parts, "part")}${resumed > 0 ? `, ${resumed} from an earlier run` : ""}), stored as ${settings.samples}; ${duration(result.seconds)} on ${counted(result.workers, "thread")}`,
      columns,
    ),
    ...subjectsText(result, columns),
    ...amounts("sensor", Object.entries<Amount | undefined>(result.sensors), show),
    ...amounts("channels", layoutsOf(result), show),
    ...labelsText(result, columns),
    ...splitsText(result, columns),
    ...reasons("Windows without a sensor", result.sensorsLeftOut, (n) => counted(n, "window"), columns),
    ...reasons("Windows dropped", result.dropped, (n) => counted(n, "window"), columns),
    ...reasons("In no window", result.leftovers, hoursText, columns),
    ...listText(
      "Read with warnings",
      result.warnings.map(({ recording, warning }) => `${recording}: ${warning}`),
      columns,
    ),
    ...unreadableText(result.unreadable, paint, columns),
  ];
}

const hoursText = (hours: number): string => (hours < 1 ? duration(hours * 3600) : `${significant(hours)} h`);

function subjectsText({ hoursBySubject }: PrepareReport, columns: number): string[] {
  const sorted = Object.values(hoursBySubject).sort((a, b) => a - b);
  if (sorted.length < 2) return [];
  const [least, middle, most] = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted[sorted.length - 1]];
  return wrap(`Per subject: ${hoursText(least)} to ${hoursText(most)}, median ${hoursText(middle)}`, columns);
}

function amounts(
  title: string,
  rows: readonly (readonly [string, Amount | undefined])[],
  show: { width: number; paint: Paint },
): string[] {
  const shown = rows
    .slice(0, LISTED)
    .map(([name, amount]) => [name, String(amount?.windows), hoursText(amount?.hours ?? 0)]);
  if (shown.length === 0) return [];
  const columns = [
    { title, shrinks: true },
    { title: "windows", right: true },
    { title: "time", right: true },
  ];
  const more = rows.length - shown.length;
  return ["", ...table(columns, shown, show), ...(more > 0 ? [`  and ${more} more`] : [])];
}

/** "19 EEG + 1 ECG: FP1, FP2, …" */
function layoutsOf({ layouts }: PrepareReport): [string, Amount][] {
  return layouts.map((layout) => {
    const sensors = Object.entries(layout.sensors).map(([sensor, n]) => `${n} ${(sensor as Sensor).toUpperCase()}`);
    return [`${sensors.join(" + ")}: ${layout.channels.join(", ")}`, layout];
  });
}

function labelsText({ labels, tasks }: PrepareSummary, columns: number): string[] {
  const lines = Object.entries(labels).flatMap(([task, counts]) => {
    const { kind, unit = "" } = tasks[task];
    if (kind === "regression") {
      const { values = 0, sum = 0 } = counts;
      const mean = values === 0 ? "no value" : `${values} values, mean ${significant(sum / values)} ${unit}`.trimEnd();
      return wrap(`${task}: ${mean}`, columns);
    }
    const total = Object.values(counts).reduce((all, n) => all + n, 0);
    const classes = Object.entries(counts).map(
      ([name, n]) => `${name} ${n}${kind === "multilabel" ? "" : ` (${percent(n / total)})`}`,
    );
    return wrap(`${task}: ${classes.join(", ")}`, columns);
  });
  return lines.length === 0 ? [] : ["", "Labels, in windows", ...lines];
}

function splitsText({ splits }: PrepareReport, columns: number): string[] {
  const entries = Object.entries(splits).map(
    ([name, { subjects, windows }]) => `${name} ${counted(subjects, "subject")}, ${counted(windows, "window")}`,
  );
  const own = Object.keys(splits).some((name) => name !== "none");
  return own ? ["", "Split of the dataset", ...wrap(entries.join("; "), columns)] : [];
}

function reasons(
  title: string,
  counts: Readonly<Record<string, number>>,
  amount: (n: number) => string,
  columns: number,
): string[] {
  const entries = Object.entries(counts).sort(([, a], [, b]) => b - a);
  const items = entries.map(([reason, n]) => `${reason}: ${amount(n)}`);
  return listText(title, items, columns);
}

function unreadableText(unreadable: PrepareReport["unreadable"], paint: Paint, columns: number): string[] {
  const kept = (windows: number) => (windows === 0 ? "" : ` (${counted(windows, "window")} before that kept)`);
  const named = (recording: string, reason: string) =>
    reason.startsWith(recording) ? reason : `${recording}: ${reason}`;
  const items = unreadable.map(({ recording, reason, windows }) => `${named(recording, reason)}${kept(windows)}`);
  return listText(paint.warn(`Could not be read: ${counted(unreadable.length, "recording")}`), items, columns);
}

/** The first items under a title; nothing where there are none. */
function listText(title: string, items: readonly string[], columns: number): string[] {
  if (items.length === 0) return [];
  const more = items.length - LISTED;
  return [
    "",
    title,
    ...items.slice(0, LISTED).flatMap((item) => wrap(item, columns)),
    ...(more > 0 ? [`  and ${more} more, see --json`] : []),
  ];
}
