import type { PredictionSummary } from "../runtime/prediction/summary.ts";
import type { OutputPanel } from "./classPanel.ts";
import { endsOf } from "./classPanel.ts";
import type { PredictedCell } from "./predictedCells.ts";
import { textAt } from "./text.ts";
import { niceFloor } from "./ticks.ts";
import { type Plot, xOf } from "./timeAxis.ts";
import { element } from "./xml.ts";

const HEIGHT = 150; // px

/** px that the numbers of the axis need. */
export const VALUE_LABELS = 52;

/** The value of each window over time, with the mean of the recording, its interval, and an axis in the unit of the task. */
export function valuePanel(cells: readonly PredictedCell[], unit: string, summary: PredictionSummary): OutputPanel {
  const { mean, low, high } = summary.outputs[0];
  const counting = cells.filter(({ counts, outputs }) => counts && Number.isFinite(outputs[0]));
  const seen = [...counting.map(({ outputs }) => outputs[0]), mean, low, high].filter((value) => value !== null);
  const range = rangeOf(seen);
  return {
    height: HEIGHT,
    notes: [],
    marks(plot) {
      const yOf = (value: number) => plot.y + HEIGHT * (1 - (value - range.low) / (range.high - range.low));
      return [
        ...axis(plot, range, yOf),
        ...interval(plot, low, high, yOf),
        ...meanLine(plot, mean, yOf),
        ...steps(plot, counting, yOf),
        ...summaryText(plot, summary, unit, yOf),
      ];
    },
  };
}

interface Range {
  readonly low: number;
  readonly high: number;
  /** Distance of the labelled values. */
  readonly step: number;
}

/** From a labelled value below all to one above, about four steps. */
function rangeOf(values: readonly number[]): Range {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  if (!Number.isFinite(least + most)) return { low: 0, high: 1, step: 1 };
  const span = Math.max(most - least, 1e-6 * Math.abs(most), 1e-9);
  const step = niceFloor(span / 2.5);
  return {
    low: step * Math.floor(least / step),
    high: step * Math.max(Math.ceil(most / step), Math.floor(least / step) + 1),
    step,
  };
}

type Y = (value: number) => number;

function axis({ x, width }: Plot, { low, high, step }: Range, yOf: Y): string[] {
  const count = Math.round((high - low) / step);
  const ticks = Array.from({ length: count + 1 }, (_, i) => low + i * step);
  const decimals = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
  return [
    element("path", { class: "line grid", d: ticks.map((tick) => `M${x} ${yOf(tick).toFixed(1)}h${width}`).join("") }),
    ...ticks.map((tick) => textAt(x - 12, yOf(tick) + 4, tick.toFixed(decimals), { class: "muted", anchor: "end" })),
  ];
}

function interval({ x, width }: Plot, low: number | null, high: number | null, yOf: Y): string[] {
  if (low === null || high === null) return [];
  return [element("rect", { class: "band marked", x, y: yOf(high), width, height: Math.max(1, yOf(low) - yOf(high)) })];
}

function meanLine({ x, width }: Plot, mean: number | null, yOf: Y): string[] {
  return mean === null
    ? []
    : [element("path", { class: "line mark dashed", d: `M${x} ${yOf(mean).toFixed(1)}h${width}` })];
}

/** A level for each window, joined where windows follow each other; a dot in the middle where there are few. */
function steps(plot: Plot, cells: readonly PredictedCell[], yOf: Y): string[] {
  let d = "";
  let end = Number.NaN;
  for (const { from, to, outputs } of cells) {
    const [left, right] = endsOf(plot, from, to);
    const y = yOf(outputs[0]).toFixed(1);
    d += Math.abs(left - end) < 0.5 ? `V${y}` : `M${left.toFixed(1)} ${y}`;
    d += `H${right.toFixed(1)}`;
    end = right;
  }
  const dots = cells.length > 60 ? [] : cells;
  return [
    ...(d === "" ? [] : [element("path", { class: "line mark bold", d })]),
    ...dots.map(({ from, to, outputs }) =>
      element("circle", { class: "marked", cx: xOf(plot, (from + to) / 2), cy: yOf(outputs[0]), r: 3 }),
    ),
  ];
}

function summaryText(
  { x, width }: Plot,
  { outputs: [{ mean, low, high }] }: PredictionSummary,
  unit: string,
  yOf: Y,
): string[] {
  if (mean === null) return [];
  const right = x + width + 12;
  const value = textAt(right, yOf(mean) - 1, `${short(mean)} ${unit}`.trim(), { class: "strong" });
  if (low === null || high === null) return [value];
  return [value, textAt(right, yOf(mean) + 12, `${short(low)}–${short(high)}`, { class: "small muted" })];
}

/** Three significant digits, all of those before the point. */
const short = (value: number): string =>
  Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
