import type { TaskSpec } from "../../store/index.ts";
import type { Estimate } from "../bootstrap.ts";
import { METRICS } from "../metrics/index.ts";
import type { Metric } from "../metrics/metric.ts";
import { levelText, type Robustness, type RobustnessCurve, type RobustnessKind } from "../robustness.ts";
import { figure, GRID, guide, type LegendEntry, stepAxis, upright, valueAxis } from "./charts.ts";
import { differenceCell, intervalFigure } from "./differences.ts";
import { html, join, type Markup } from "./markup.ts";
import { countText, estimateText } from "./numbers.ts";
import { roundRange } from "./regressionFigures.ts";
import { MUTED, seriesColor } from "./style.ts";

const SIZE = { width: 520, height: 330 };

/** What stands above a curve. */
export const ROBUSTNESS_TITLES: Readonly<Record<RobustnessKind, string>> = {
  channels: "Channels removed at random",
  noise: "White noise added",
  sensors: "A sensor missing",
};

/** How the metrics fall when the input is worse than in training: a figure for each way, and all numbers. */
export async function robustnessSection({ headline, curves }: Robustness, task: TaskSpec): Promise<Markup> {
  const metrics = headline.map((name) => METRICS[task.kind].find((metric) => metric.name === name)!);
  const figures: Markup[] = [];
  for (const curve of curves) figures.push(await figureOf(curve, metrics[0], task));
  const head = metrics.map((metric) => html`<th>${metric.title}</th>`);
  const windows = curves.map(({ kind, windows: n }) => `${ROBUSTNESS_TITLES[kind].toLowerCase()}: ${countText(n)}`);
  return html`<section><h2>When the input is worse</h2>
<div class="figures">${join(figures)}</div>
<div class="scroll"><table><thead><tr><th>Input</th>${join(head)}</tr></thead>${join(curves.map((curve) => body(curve, metrics)))}</table></div>
<p class="note">Second lines: difference from the same windows undisturbed, paired by subject; bold where its interval does not hold 0. Windows, ${windows.join(", ")}. Noise is white, its ratio that of signal to noise in each channel.</p></section>`;
}

function body({ kind, rows }: RobustnessCurve, metrics: readonly Metric[]): Markup {
  const lines = rows.map(({ level, metrics: own, difference }) => {
    const cells = metrics.map(({ name }) => differenceCell(own[name], difference?.[name]));
    return html`<tr><td>${levelText(kind, level)}</td>${join(cells)}</tr>`;
  });
  return html`<tbody><tr><th colspan="${metrics.length + 1}">${ROBUSTNESS_TITLES[kind]}</th></tr>${join(lines)}</tbody>`;
}

function figureOf({ kind, rows }: RobustnessCurve, metric: Metric, { unit }: TaskSpec): Promise<Markup> {
  const inUnit = metric.hasUnit && unit !== undefined ? ` (${unit})` : "";
  const estimates = rows.map(({ metrics }) => metrics[metric.name]);
  const names = rows.map(({ level }) => levelText(kind, level));
  const [id, title] = [`robustness-${kind}`, ROBUSTNESS_TITLES[kind]];
  if (kind === "sensors") return intervalFigure(id, `${title}: ${metric.title}${inUnit}`, names, estimates);
  return bandFigure({ id, title, metric: `${metric.title}${inUnit}`, steps: names, estimates });
}

interface Band {
  readonly id: string;
  readonly title: string;
  readonly metric: string;
  readonly steps: readonly string[];
  /** By step, the undisturbed one first. */
  readonly estimates: readonly Estimate[];
}

/** A line over steps with the band of its intervals. */
function bandFigure({ id, title, metric, steps, estimates }: Band): Promise<Markup> {
  const color = seriesColor(0);
  const [first] = estimates;
  const [min, max] = roundRange(
    estimates.flatMap(({ value, low, high }) => [value, low, high].filter((v) => v !== null)),
  );
  const gap = (value: number | null) => value ?? "-"; // what echarts takes for a gap
  const edge = (data: (number | string)[], areaStyle?: { color: string; opacity: number }) => ({
    type: "line" as const,
    data,
    stack: "band",
    stackStrategy: "all" as const,
    symbol: "none",
    silent: true,
    lineStyle: { width: 0 },
    ...(areaStyle && { areaStyle }),
  });
  const series = [
    edge(estimates.map(({ low }) => gap(low))),
    edge(
      estimates.map(({ low, high }) => gap(low === null || high === null ? null : high - low)),
      { color, opacity: 0.2 },
    ),
    ...(first.value === null ? [] : [guide([0, first.value], [steps.length - 1, first.value])]),
    {
      type: "line" as const,
      data: estimates.map(({ value }) => gap(value)),
      symbol: "circle",
      symbolSize: 8,
      silent: true,
      clip: false,
      itemStyle: { color },
      lineStyle: { color, width: 2 },
    },
  ];
  const option = {
    grid: { ...GRID, right: 48, bottom: 30 },
    xAxis: stepAxis(steps),
    yAxis: upright(valueAxis(metric, { min, max })),
    series,
  };
  const legend: LegendEntry[] = [
    { color, text: metric },
    { color, text: "interval", mark: "area" },
    { color: MUTED, text: `undisturbed ${estimateText(first)}`, mark: "dashed" },
  ];
  return figure({ ...SIZE, id, title }, option, legend);
}
