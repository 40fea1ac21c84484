import { type ChartOption, chartSvg } from "../../draw/chart.ts";
import { element, escapeText } from "../../draw/xml.ts";
import { figure, GRID, type LegendEntry, upright, valueAxis } from "../../evaluate/report/charts.ts";
import type { Markup } from "../../evaluate/report/markup.ts";
import { MOST_SERIES, plainColors, seriesColor } from "../../evaluate/report/style.ts";
import { monitorOf, pointsOf, type RecordedRun, thinned } from "../../train/run/summary.ts";

/** One value over the steps: its course in training and in validation, a colour per run. */
export interface CurveChart {
  readonly metric: string;
  readonly option: ChartOption;
  readonly legend: readonly LegendEntry[];
}

/** Runs that one chart can tell apart. */
export const MOST_RUNS = MOST_SERIES;

/** px */
const [WIDTH, HEIGHT, LEGEND_LINE] = [600, 330, 20];

/** Points of a curve: more than its pixels show nothing. */
const MOST_POINTS = 200;

/** Charts of the loss and of what the runs are judged by; of one metric where it is asked for. */
export function curveCharts(runs: readonly RecordedRun[], metric?: string): CurveChart[] {
  const judged = runs.map(({ file }) => monitorOf(file, metric).metric);
  const metrics = [...new Set(metric === undefined ? ["loss", ...judged] : judged)];
  return metrics.map((name) => curveChart(runs, name)).filter(({ legend }) => legend.length > 0);
}

function curveChart(runs: readonly RecordedRun[], metric: string): CurveChart {
  const lines = runs.flatMap(({ name, entries }, i) =>
    SPLITS.flatMap(({ split, mark }) => {
      const points = thinned(pointsOf(entries, split, metric), MOST_POINTS);
      return points.length === 0 ? [] : [{ name, split, mark, points, color: seriesColor(i) }];
    }),
  );
  const option: ChartOption = {
    grid: { ...GRID, right: 30 },
    xAxis: valueAxis("step"),
    yAxis: upright(valueAxis(metric, { scale: true })),
    series: lines.map(({ points, color, mark }) => ({
      type: "line",
      data: points.map(({ step, value }) => [step, value]),
      symbol: mark === "line" && points.length <= MOST_MARKED ? "circle" : "none",
      symbolSize: 5,
      silent: true,
      itemStyle: { color },
      lineStyle: mark === "line" ? { color, width: 2 } : { color, width: 1, opacity: 0.75, type: "dashed" },
    })),
  };
  return {
    metric,
    option,
    legend: lines.map(({ name, split, mark, color }) => ({ color, mark, text: `${name}, ${split}` })),
  };
}

/** Validations of a curve that are marked as points. */
const MOST_MARKED = 60;

const SPLITS = [
  { split: "train", mark: "dashed" },
  { split: "val", mark: "line" },
] as const;

/** A chart for a page whose style sheet is that of reports. */
export const curveFigure = ({ metric, option, legend }: CurveChart, i: number): Promise<Markup> =>
  figure({ width: WIDTH, height: HEIGHT, title: `${metric} by step`, id: `curve-${i}` }, option, legend);

/** The charts one above the other as a picture that stands alone. */
export async function curvesSvg(charts: readonly CurveChart[]): Promise<string> {
  let top = 0;
  const parts: string[] = [];
  for (const [i, { metric, option, legend }] of charts.entries()) {
    const title = `${metric} by step`;
    const svg = await chartSvg(option, { width: WIDTH, height: HEIGHT, title, id: `curve-${i}` });
    const heading = textAt(16, top + 24, title, { "font-weight": "bold", "font-size": 15 });
    const keys = legend.map((entry, row) => legendRow(entry, top + 36 + HEIGHT + row * LEGEND_LINE));
    parts.push(heading, element("g", { transform: `translate(0 ${top + 32})` }, svg), ...keys);
    top += 32 + HEIGHT + legend.length * LEGEND_LINE + 24;
  }
  const paper = element("rect", { width: WIDTH, height: top, fill: "#ffffff" });
  const root = { xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${WIDTH} ${top}`, width: WIDTH, height: top };
  return plainColors(element("svg", root, element("title", {}, "Training curves"), paper, ...parts));
}

function legendRow({ color, text, mark }: LegendEntry, y: number): string {
  const dashes = mark === "dashed" ? { "stroke-dasharray": "5 3", "stroke-width": 1.5 } : { "stroke-width": 3 };
  const line = element("line", { x1: GRID.left, x2: GRID.left + 24, y1: y + 9, y2: y + 9, stroke: color, ...dashes });
  return line + textAt(GRID.left + 32, y + 13, text, { "font-size": 12 });
}

const textAt = (x: number, y: number, text: string, style: Readonly<Record<string, string | number>>): string =>
  element(
    "text",
    { x, y, fill: "#17212b", "font-family": "system-ui, DejaVu Sans, sans-serif", ...style },
    escapeText(text),
  );
