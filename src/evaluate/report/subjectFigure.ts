import type { SubjectScore } from "../perSubject.ts";
import type { Summary } from "../summary.ts";
import { figure, GRID, guide, type LegendEntry, upright, valueAxis } from "./charts.ts";
import { html, type Markup, NOTHING } from "./markup.ts";
import { numberText, plural } from "./numbers.ts";
import { MOST_SERIES, MUTED, seriesColor } from "./style.ts";

const SIZE = { width: 1080, height: 330 };

/** Dots that can be told apart across the page. */
const MOST_DOTS = 2000;

/** A dot per subject, from the worst to the best: whom the model fails. None where each subject is one window, right or wrong. */
export async function subjectFigure({ task, perSubject }: Summary): Promise<Markup> {
  const regression = task.kind === "regression";
  if (!regression && perSubject.every(({ windows: own }) => own === 1)) return NOTHING;
  const worstFirst = [...perSubject].sort((a, b) => (regression ? b.value - a.value : a.value - b.value));
  const shown = evenly(worstFirst, MOST_DOTS);
  const groups = groupsOf(shown, task.classes);
  const mean = perSubject.reduce((sum, { value }) => sum + value, 0) / perSubject.length;
  const unit = task.unit === undefined ? "" : ` (${task.unit})`;
  const share = task.kind === "multilabel" ? "Share of labels right" : "Share of windows right";
  const yAxis = regression
    ? valueAxis(`Mean absolute error${unit}`, { min: 0 })
    : valueAxis(share, { min: 0, max: 1, interval: 0.2 });
  const xAxis = valueAxis("Subjects, worst to best", {
    min: 0.5,
    max: shown.length + 0.5,
    bare: true,
    nameGap: 14,
  });
  const dots = groups.map(({ name }, g) => ({
    type: "scatter" as const,
    data: shown.flatMap(({ value, target }, i) => ((target ?? "") === name ? [[i + 1, value]] : [])),
    symbolSize: shown.length > 300 ? 4 : shown.length > 80 ? 6 : 9,
    silent: true,
    clip: false,
    itemStyle: { color: seriesColor(g), opacity: 0.85 },
  }));
  const series = [guide([0.5, mean], [shown.length + 0.5, mean]), ...dots];
  const legend: LegendEntry[] = [
    ...groups.map(({ name, count }, g) => ({
      color: seriesColor(g),
      text: legendText(name, count, groups.length),
      mark: "dot" as const,
    })),
    { color: MUTED, text: `mean over subjects ${numberText(mean)}`, mark: "dashed" },
  ];
  const worst = worstFirst
    .slice(0, 5)
    .map(({ subject, value, windows }) => `${subject} ${numberText(value)} (${plural(windows, "window")})`);
  const left =
    shown.length < perSubject.length ? ` Every ${Math.ceil(perSubject.length / MOST_DOTS)}th subject is drawn.` : "";
  const option = { grid: { ...GRID, bottom: 34 }, xAxis, yAxis: upright(yAxis), series };
  const frame = { ...SIZE, id: "subjects", title: "Each subject" };
  const drawn = await figure(frame, option, legend, `Worst: ${worst.join(", ")}.${left}`);
  return html`<section class="scroll wide">${drawn}</section>`;
}

const legendText = (name: string, count: number, groups: number): string =>
  name === ""
    ? groups === 1
      ? plural(count, "subject")
      : `${plural(count, "subject")} with windows of several classes`
    : `${name}: ${plural(count, "subject")}`;

/** Subjects by their class, where they have one; in one group when there are more classes than colours. */
function groupsOf(subjects: readonly SubjectScore[], classes: readonly string[]): { name: string; count: number }[] {
  const names = [...classes, ""].filter((name) => subjects.some(({ target }) => (target ?? "") === name));
  const known = names.length <= MOST_SERIES ? names : names.slice(0, MOST_SERIES);
  return known.map((name) => ({ name, count: subjects.filter(({ target }) => (target ?? "") === name).length }));
}

/** At most `most` items, evenly chosen. */
export function evenly<T>(items: readonly T[], most: number): T[] {
  const step = Math.ceil(items.length / most);
  return step <= 1 ? [...items] : items.filter((_, i) => i % step === 0);
}
