import type { Sensor } from "../../signal/index.ts";
import { labelWidth, type WindowStore } from "../../store/index.ts";

/** Which windows of a store are wanted. */
export interface Selection {
  /** Those of these people: one of the lists of a split. */
  readonly subjects?: readonly string[];
  /** Those with at least one channel of these sensors. */
  readonly sensors?: readonly Sensor[];
  /** Those with a label of this task. */
  readonly task?: string;
  /** Those with at least this share of usable channels. */
  readonly minQuality?: number;
}

/** The rows of the windows that fit a selection, in their order. */
export function selectRows(
  store: Pick<WindowStore, "windows" | "layouts" | "subjects" | "tasks">,
  { subjects, sensors, task, minQuality = 0 }: Selection,
): Uint32Array {
  const { windows, layouts, tasks } = store;
  const wanted = subjects && new Set(subjects);
  const subjectFits = store.subjects.map((subject) => wanted?.has(subject) ?? true);
  const layoutFits = layouts.map(
    ({ channels }) => sensors === undefined || channels.some(({ sensor }) => sensors.includes(sensor)),
  );
  const labels = task === undefined ? undefined : windows.labels.get(task);
  const width = task !== undefined && tasks[task] ? labelWidth(tasks[task]) : 1;
  const labelled = (row: number) => task === undefined || (labels !== undefined && !Number.isNaN(labels[row * width]));
  const rows: number[] = [];
  for (let row = 0; row < windows.count; row++) {
    if (!subjectFits[windows.subject[row]] || !layoutFits[windows.layout[row]]) continue;
    if (windows.quality[row] >= minQuality && labelled(row)) rows.push(row);
  }
  return Uint32Array.from(rows);
}
