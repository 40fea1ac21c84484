import type { Predictions } from "../predictions.ts";
import type { LevelSummary, Summary } from "../summary.ts";
import { figure, GRID, guide, upright, valueAxis } from "./charts.ts";
import type { Markup } from "./markup.ts";
import { estimateText } from "./numbers.ts";
import { MUTED, seriesColor } from "./style.ts";
import { evenly } from "./subjectFigure.ts";

const SIZE = { width: 520, height: 430 };

/** Points that a picture can show and a file should hold. */
const MOST_POINTS = 3000;

/** What was said against what is true, and the difference of the two over their mean (Bland-Altman). */
export async function regressionFigures(predictions: Predictions, { task, levels }: Summary): Promise<Markup[]> {
  const { metrics } = levels.window as LevelSummary;
  const { target, output, count } = predictions;
  const rows = evenly(
    Array.from({ length: count }, (_, row) => row),
    MOST_POINTS,
  );
  const unit = task.unit === undefined ? "" : ` (${task.unit})`;
  const note = rows.length < count ? `${rows.length} of ${count} windows are drawn.` : "";
  const values = rows.flatMap((row) => [target[row], output[row]]);
  const [low, high] = roundRange(values);
  const both = { min: low, max: high };
  const scatter = {
    grid: GRID,
    xAxis: valueAxis(`True${unit}`, both),
    yAxis: upright(valueAxis(`Said${unit}`, both)),
    series: [guide([low, low], [high, high]), dots(rows.map((row) => [target[row], output[row]]))],
  };
  const [color, limits] = [seriesColor(1), seriesColor(4)];
  const lines = (["bias", "lowerLimit", "upperLimit"] as const).flatMap((name) => {
    const { value } = metrics[name];
    return value === null ? [] : [guide([low, value], [high, value], name === "bias" ? color : limits)];
  });
  const blandAltman = {
    grid: GRID,
    xAxis: valueAxis(`Mean of said and true${unit}`, both),
    yAxis: upright(valueAxis(`Said − true${unit}`, { scale: true })),
    series: [
      guide([low, 0], [high, 0]),
      ...lines,
      dots(rows.map((row) => [(target[row] + output[row]) / 2, output[row] - target[row]])),
    ],
  };
  return [
    await figure(
      { ...SIZE, id: "scatter", title: "Said against true" },
      scatter,
      [
        { color: seriesColor(0), text: `windows; Pearson’s r ${estimateText(metrics["pearson"])}`, mark: "dot" },
        { color: MUTED, text: "equal", mark: "dashed" },
      ],
      note,
    ),
    await figure(
      { ...SIZE, id: "bland-altman", title: "Bland-Altman" },
      blandAltman,
      [
        { color, text: `bias ${estimateText(metrics["bias"])}`, mark: "dashed" },
        {
          color: limits,
          text: `limits of agreement ${estimateText(metrics["lowerLimit"])} and ${estimateText(metrics["upperLimit"])}`,
          mark: "dashed",
        },
      ],
      note,
    ),
  ];
}

const dots = (data: number[][]) => ({
  type: "scatter" as const,
  data,
  symbolSize: data.length > 1000 ? 4 : 6,
  silent: true,
  itemStyle: { color: seriesColor(0), opacity: data.length > 300 ? 0.35 : 0.6 },
});

/** Least and largest value, outward to a round step. */
export function roundRange(values: readonly number[]): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (!(high > low)) return Number.isFinite(low) ? [low - 1, low + 1] : [0, 1];
  const power = 10 ** Math.floor(Math.log10((high - low) / 4));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= (high - low) / 8) ?? 10);
  const tidy = (value: number) => Number(value.toPrecision(12));
  return [tidy(Math.floor(low / step) * step), tidy(Math.ceil(high / step) * step)];
}
