import type { PredictionSummary } from "../runtime/prediction/summary.ts";
import type { TaskSpec } from "../task/index.ts";
import type { PredictedCell } from "./predictedCells.ts";
import { fitText, textAt, textWidth } from "./text.ts";
import { type Plot, xOf } from "./timeAxis.ts";
import { element } from "./xml.ts";

/** More classes than a picture shows: those with the highest means. */
const MOST_CLASSES = 24;

const [GAP, PANEL, LEAST_ROW, MOST_ROW] = [6, 210, 14, 44]; // px

/** A class with its place. */
interface ClassRow {
  readonly k: number;
  /** Top, px. */
  readonly y: number;
  readonly height: number;
}

/** Outputs over time, below the signals. */
export interface OutputPanel {
  /** px */
  readonly height: number;
  readonly notes: readonly string[];
  /** @param plot where it stands, on the time axis of the signals */
  marks(plot: Plot): string[];
}

/** px that the names of classes need, in bold. */
export const classLabels = ({ classes }: TaskSpec): number =>
  classes.reduce((most, name) => Math.max(most, 14 + textWidth(name, 12)), 0);

/**
 * A row for each class, its probability as the height of the filled part of the row, with a dashed line at one half. Windows that decide for
 * the class are strong, those that do not count are shaded. Mean and interval stand at the right.
 */
export function classPanel(cells: readonly PredictedCell[], spec: TaskSpec, summary: PredictionSummary): OutputPanel {
  const shown = likeliest(summary);
  const height = Math.round(Math.min(MOST_ROW, Math.max(LEAST_ROW, PANEL / shown.length - GAP)));
  const rowsAt = (plot: Plot) => shown.map((k, i): ClassRow => ({ k, y: plot.y + i * (height + GAP), height }));
  return {
    height: shown.length * (height + GAP) - GAP,
    notes: shown.length < spec.classes.length ? [`${shown.length} of ${spec.classes.length} classes shown`] : [],
    marks: (plot) => [
      ...rowsAt(plot).flatMap((row) => [
        ...scale(plot, row),
        ...bars(plot, row, cells),
        ...values(plot, row, cells),
        ...names(plot, row, spec, summary),
      ]),
    ],
  };
}

/** Indices of the classes with the highest means, in the order of the task. */
function likeliest({ outputs }: PredictionSummary): number[] {
  const order = outputs.map((_, k) => k).sort((a, b) => (outputs[b].mean ?? 0) - (outputs[a].mean ?? 0));
  return order.slice(0, MOST_CLASSES).sort((a, b) => a - b);
}

function scale({ x, width }: Plot, { y, height }: ClassRow): string[] {
  return [
    element("path", { class: "line grid", d: `M${x} ${y + height}h${width}` }),
    element("path", { class: "line axis dashed faint", d: `M${x} ${y + height / 2}h${width}` }),
  ];
}

function bars(plot: Plot, { k, y, height }: ClassRow, cells: readonly PredictedCell[]): string[] {
  const pathOf = (chosen: readonly PredictedCell[]) =>
    chosen.map((cell) => barPath(plot, cell, y + height, height * cell.outputs[k])).join("");
  const counting = cells.filter(({ counts, outputs }) => counts && Number.isFinite(outputs[k]));
  const [strong, faint] = [true, false].map((on) =>
    pathOf(counting.filter(({ decided }) => decided.includes(k) === on)),
  );
  return [
    ...(faint === "" ? [] : [element("path", { class: "marked", "fill-opacity": 0.28, d: faint })]),
    ...(strong === "" ? [] : [element("path", { class: "marked", "fill-opacity": 0.85, d: strong })]),
  ];
}

/** A bar from the floor; neighbours are half a pixel apart where they are wide enough. */
function barPath(plot: Plot, { from, to }: PredictedCell, floor: number, height: number): string {
  const [left, right] = endsOf(plot, from, to);
  const gap = right - left > 4 ? 0.5 : 0;
  return `M${(left + gap).toFixed(1)} ${floor.toFixed(1)}V${(floor - height).toFixed(1)}H${(right - gap).toFixed(1)}V${floor.toFixed(1)}z`;
}

/** Left and right end inside the plot, px. */
export function endsOf(plot: Plot, from: number, to: number): readonly [number, number] {
  const inside = (x: number) => Math.min(plot.x + plot.width, Math.max(plot.x, x));
  return [inside(xOf(plot, from)), inside(xOf(plot, to))];
}

/** Numbers, where cells have room for them: inside tall bars, above low ones. */
function values(plot: Plot, { k, y, height }: ClassRow, cells: readonly PredictedCell[]): string[] {
  if (height < 24) return [];
  return cells.flatMap(({ from, to, outputs, decided, counts }) => {
    const [left, right] = endsOf(plot, from, to);
    const share = outputs[k];
    if (!counts || right - left < 38 || !Number.isFinite(share)) return [];
    const bar = share * height;
    const inside = bar >= 16;
    const at = inside ? y + height - bar + 12 : y + height - bar - 4;
    const style = inside && decided.includes(k) ? "small on" : "small";
    return [textAt((left + right) / 2, at, percentText(share), { class: style, anchor: "middle" })];
  });
}

function names(plot: Plot, { k, y, height }: ClassRow, { classes }: TaskSpec, summary: PredictionSummary): string[] {
  const middle = y + height / 2;
  const right = plot.x + plot.width + 12;
  const { mean, low, high } = summary.outputs[k];
  const strong = summary.decided.includes(classes[k]) ? "strong" : undefined;
  const name = textAt(plot.x - 12, middle + 4, fitText(classes[k], plot.x - 24, 11), { class: strong, anchor: "end" });
  if (mean === null) return [name];
  const spread = low !== null && high !== null && height >= 24;
  const text = textAt(right, middle + (spread ? -1 : 4), percentText(mean), { class: strong });
  if (!spread) return [name, text];
  return [name, text, textAt(right, middle + 12, `${percentOf(low)}–${percentText(high)}`, { class: "small muted" })];
}

const percentOf = (share: number): string => String(Math.round(100 * share));

/** "93 %" */
export const percentText = (share: number): string => `${percentOf(share)} %`;
