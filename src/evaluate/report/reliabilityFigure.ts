import type { TaskKind } from "../../store/index.ts";
import type { LevelSummary, Summary } from "../summary.ts";
import { figure, GRID, guide, shareAxis, upright } from "./charts.ts";
import type { Markup } from "./markup.ts";
import { estimateText } from "./numbers.ts";
import { MUTED, seriesColor } from "./style.ts";

const SIZE = { width: 520, height: 430 };

const STATEMENTS: Readonly<Record<TaskKind, string>> = {
  binary: "Probability of the second class",
  multiclass: "Probability of the decided class",
  multilabel: "Probability of a label",
  regression: "",
};

/** What was promised against what came true. */
export async function reliabilityFigure({ task, levels }: Summary): Promise<Markup> {
  const { reliability = [], metrics } = levels.window as LevelSummary;
  const total = reliability.reduce((sum, { count }) => sum + count, 0);
  const filled = reliability.filter(({ count }) => count > 0);
  const [bars, line] = [seriesColor(5), seriesColor(0)];
  const option = {
    grid: GRID,
    xAxis: shareAxis(STATEMENTS[task.kind]),
    yAxis: upright(shareAxis("Share that came true")),
    series: [
      {
        type: "line" as const,
        data: [...reliability.map(({ low, count }) => [low, count / total]), [1, 0]],
        step: "end" as const,
        symbol: "none",
        silent: true,
        lineStyle: { width: 0 },
        areaStyle: { color: bars, opacity: 0.28 },
      },
      guide([0, 0], [1, 1]),
      {
        type: "line" as const,
        data: filled.map(({ confidence, frequency }) => [confidence!, frequency!]),
        symbol: "circle",
        symbolSize: 7,
        silent: true,
        itemStyle: { color: line },
        lineStyle: { color: line, width: 2 },
      },
    ],
  };
  return figure({ ...SIZE, id: "reliability", title: "Reliability" }, option, [
    { color: line, text: `calibration error (ECE) ${estimateText(metrics["calibrationError"])}` },
    { color: MUTED, text: "perfect", mark: "dashed" },
    { color: bars, text: "share of all statements", mark: "area" },
  ]);
}
