import { figure, GRID, guide, nameAxis, upright, valueAxis } from "../report/charts.ts";
import { type Markup, NOTHING } from "../report/markup.ts";
import { roundRange } from "../report/regressionFigures.ts";
import { MUTED, seriesColor } from "../report/style.ts";
import { evenly } from "../report/subjectFigure.ts";
import { FILLS } from "./hiddenSums.ts";
import { type ReconstructionSummary, rowTitle } from "./summary.ts";

const [WIDTH, LABELS, SLOT, BELOW] = [520, 130, 15, 46]; // px

/** Dots that can be told apart. */
const MOST_DOTS = 3000;

/** How the ways are called, in the order of `FILLS`. */
export const FILL_TITLES = ["the model", "straight line", "mean"] as const;

/** Lines of the axis of a row of three ways: theirs, and an empty one before the next row. */
const SLOTS = FILLS.length + 1;

/** Each row as three dots with their intervals, one per way. */
export async function sharesFigure({ rows }: ReconstructionSummary): Promise<Markup> {
  const points = rows.flatMap(({ explained }, r) =>
    FILLS.flatMap((fill, f) => {
      const { value, low, high } = explained[fill];
      return value === null ? [] : [{ fill: f, at: SLOTS * r + f, value, ends: [low ?? value, high ?? value] }];
    }),
  );
  const [min, max] = roundRange([0, ...points.flatMap(({ value, ends }) => [value, ...ends])]);
  const bars = points.map(({ fill, at, ends }) => ({
    type: "line" as const,
    data: ends.map((end) => [end, at]),
    symbol: "none",
    silent: true,
    lineStyle: { color: seriesColor(fill), width: 3, opacity: 0.5 },
  }));
  const dots = FILLS.map((_, f) => ({
    type: "scatter" as const,
    data: points.filter(({ fill }) => fill === f).map(({ value, at }) => [value, at]),
    symbolSize: 10,
    silent: true,
    itemStyle: { color: seriesColor(f) },
  }));
  const names = rows.flatMap((row) => ["", rowTitle(row), "", ""]).slice(0, -1);
  const axis = nameAxis(names, LABELS);
  const option = {
    grid: { ...GRID, left: LABELS + 12, right: 28, bottom: BELOW },
    xAxis: valueAxis("Share of variance explained", { min, max }),
    yAxis: { ...axis, splitLine: { show: false } },
    series: [guide([0, 0], [0, names.length - 1]), ...bars, ...dots],
  };
  const height = GRID.top + BELOW + SLOT * names.length;
  const legend = FILL_TITLES.map((text, f) => ({ color: seriesColor(f), text, mark: "dot" as const }));
  const frame = { width: WIDTH, height, id: "shares", title: "What is explained of what was hidden" };
  const note =
    "1: filled in without an error. 0: no better than the mean of all that was hidden. Less: worse than that.";
  return figure(frame, option, legend, note);
}

/** A dot per subject and sensor: how far the model is above a straight line. None without two subjects. */
export async function subjectsFigure({ perSubject, subjects }: ReconstructionSummary): Promise<Markup> {
  const known = perSubject.flatMap(({ explained: { model, interpolation }, sensor }) =>
    model === null || interpolation === null ? [] : [{ sensor, point: [interpolation, model] }],
  );
  if (subjects < 2 || known.length === 0) return NOTHING;
  const shown = evenly(known, MOST_DOTS);
  const [min, max] = roundRange(shown.flatMap(({ point }) => point));
  const sensors = [...new Set(known.map(({ sensor }) => sensor))].sort();
  const option = {
    grid: GRID,
    xAxis: valueAxis("Explained by a straight line", { min, max }),
    yAxis: upright(valueAxis("Explained by the model", { min, max })),
    series: [
      guide([min, min], [max, max]),
      ...sensors.map((sensor, i) => ({
        type: "scatter" as const,
        data: shown.filter((each) => each.sensor === sensor).map(({ point }) => point),
        symbolSize: shown.length > 300 ? 4 : 7,
        silent: true,
        itemStyle: { color: seriesColor(i), opacity: 0.7 },
      })),
    ],
  };
  const legend = [
    ...sensors.map((sensor, i) => ({
      color: seriesColor(i),
      text: `${sensor.toUpperCase()}: ${betterText(known.filter((each) => each.sensor === sensor).map(({ point }) => point))}`,
      mark: "dot" as const,
    })),
    { color: MUTED, text: "equal", mark: "dashed" as const },
  ];
  const frame = { width: 520, height: 430, id: "subjects", title: "Each subject" };
  const note = shown.length < known.length ? `${shown.length} of ${known.length} are drawn.` : "";
  return figure(frame, option, legend, note);
}

/** "the model is better in 12 of 14" */
function betterText(points: readonly (readonly number[])[]): string {
  return `the model is better in ${points.filter(([line, model]) => model > line).length} of ${points.length}`;
}
