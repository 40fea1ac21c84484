import type { Sensor } from "../../signal/index.ts";
import { labelWidth, type SplitName, type WindowStore } from "../../store/index.ts";
import type { Split } from "./splitSubjects.ts";

/** Which windows of a store are wanted. */
export interface Selection {
  /** Those of the subjects of one split. */
  readonly split?: { readonly of: Split; readonly name: SplitName };
  /** Those with at least one channel of these sensors. */
  readonly sensors?: readonly Sensor[];
  /** Those with a label of this task. */
  readonly task?: string;
  /** Those with at least this share of usable channels. */
  readonly minQuality?: number;
}

/** The rows of the windows that fit a selection, in their order. */
export function selectRows(
  { windows, layouts, subjects, tasks }: Pick<WindowStore, "windows" | "layouts" | "subjects" | "tasks">,
  { split, sensors, task, minQuality = 0 }: Selection,
): Uint32Array {
  const subjectFits = subjects.map((subject) => split === undefined || split.of.get(subject) === split.name);
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
