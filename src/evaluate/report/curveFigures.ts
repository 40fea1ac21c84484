import { type Curves, curvesOf, type Point, thinned } from "../curves.ts";
import { rankedClasses } from "../metrics/ranking.ts";
import type { Predictions } from "../predictions.ts";
import type { LevelSummary, Summary } from "../summary.ts";
import { figure, GRID, guide, type LegendEntry, shareAxis, upright } from "./charts.ts";
import type { Markup } from "./markup.ts";
import { estimateText } from "./numbers.ts";
import { MOST_SERIES, MUTED, seriesColor } from "./style.ts";

const SIZE = { width: 520, height: 430 };

/** Distance of drawn points, in both units of the axes: less than a pixel. */
const STEP = 1 / 500;

/** ROC and precision-recall curves over windows: of the second class, or of each class against the rest. */
export async function curveFigures(predictions: Predictions, summary: Summary): Promise<Markup[]> {
  const { metrics } = summary.levels.window as LevelSummary;
  const { classes } = predictions.task;
  const shown = mostWindows(predictions, rankedClasses(predictions)).map((k, i) => ({
    name: classes[k],
    color: seriesColor(i),
    curves: curvesOf(predictions, k),
    estimate: (metric: string) => metrics[metric].perClass?.[k] ?? metrics[metric],
  }));
  const left = rankedClasses(predictions).length - shown.length;
  const note = left > 0 ? `The ${shown.length} classes with the most windows; ${left} more stand in the table.` : "";
  const legend = (metric: string): LegendEntry[] =>
    shown.map(({ name, color, estimate }) => ({ color, text: `${name}: ${estimateText(estimate(metric))}` }));
  const lines = (pointsOf: (curves: Curves) => readonly Point[], more: { step?: "start" }) =>
    shown.map(({ curves, color }) => ({
      type: "line" as const,
      data: thinned(pointsOf(curves), STEP).map((point) => [...point]),
      showSymbol: false,
      silent: true,
      lineStyle: { color, width: 2 },
      ...more,
    }));
  const roc = {
    grid: GRID,
    xAxis: shareAxis("False positive rate"),
    yAxis: upright(shareAxis("True positive rate")),
    series: [guide([0, 0], [1, 1]), ...lines(({ roc }) => roc, {})],
  };
  const prevalence = shown.length === 1 ? shown[0].curves.prevalence : undefined;
  const pr = {
    grid: GRID,
    xAxis: shareAxis("Recall"),
    yAxis: upright(shareAxis("Precision")),
    series: [
      ...(prevalence === undefined ? [] : [guide([0, prevalence], [1, prevalence])]),
      ...lines(({ precisionRecall: points }) => (points.length === 0 ? [] : [[0, points[0][1]], ...points]), {
        step: "start",
      }),
    ],
  };
  const guess: LegendEntry = { color: MUTED, text: "guessing", mark: "dashed" };
  return [
    await figure({ ...SIZE, id: "roc", title: "ROC curve" }, roc, [...legend("auroc"), guess], note),
    await figure(
      { ...SIZE, id: "pr", title: "Precision-recall curve" },
      pr,
      [...legend("averagePrecision"), ...(prevalence === undefined ? [] : [guess])],
      note,
    ),
  ];
}

/** As many classes as a chart can tell apart, in the order of the task. */
function mostWindows({ task, target, count }: Predictions, classes: readonly number[]): number[] {
  const size = task.classes.length;
  const windows = new Float64Array(size);
  for (let row = 0; row < count; row++) {
    if (task.kind !== "multilabel") windows[target[row]] += 1;
    else for (let k = 0; k < size; k++) windows[k] += target[row * size + k];
  }
  const largest = [...classes].sort((a, b) => windows[b] - windows[a] || a - b).slice(0, MOST_SERIES);
  return classes.filter((k) => largest.includes(k));
}
